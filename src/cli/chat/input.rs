//! A line of the conversation, parsed.

/// A parsed line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input<'a> {
    Nothing,
    Quit,
    Help,
    Browse(&'a str),
    Show(&'a str),
    Toolkit,
    /// The articles; with an id, one of them.
    Sources(&'a str),
    /// The reasons for the reply to a question; without one, to the last.
    Why(&'a str),
    /// The last reply was right.
    Right,
    /// The last reply was wrong; this entry, or none, is right.
    Wrong(&'a str),
    Choice(usize),
    UnknownCommand(&'a str),
    Question(&'a str),
}

pub(super) const COMMANDS: [&str; 9] = [
    "/browse", "/show", "/toolkit", "/sources", "/why", "/right", "/wrong", "/help", "/quit",
];

pub(super) fn parse(line: &str) -> Input<'_> {
    let line = line.trim();
    if line.is_empty() {
        return Input::Nothing;
    }
    if let Ok(choice) = line.parse() {
        return Input::Choice(choice);
    }
    if !line.starts_with('/') {
        return match line {
            "quit" | "exit" => Input::Quit,
            "help" => Input::Help,
            _ => Input::Question(line),
        };
    }
    let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    match command {
        "/quit" | "/exit" => Input::Quit,
        "/help" => Input::Help,
        "/browse" => Input::Browse(rest),
        "/show" => Input::Show(rest),
        "/toolkit" => Input::Toolkit,
        "/sources" => Input::Sources(rest),
        "/why" => Input::Why(rest),
        "/right" => Input::Right,
        "/wrong" => Input::Wrong(rest),
        other => Input::UnknownCommand(other),
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, Input, parse};

    #[test]
    fn lines_are_parsed() {
        for (line, expected) in [
            ("", Input::Nothing),
            ("   ", Input::Nothing),
            ("2", Input::Choice(2)),
            (
                " /browse  Risks and safety ",
                Input::Browse("Risks and safety"),
            ),
            ("/browse", Input::Browse("")),
            ("/show misuse", Input::Show("misuse")),
            ("/toolkit", Input::Toolkit),
            ("/sources", Input::Sources("")),
            ("/why is it free", Input::Why("is it free")),
            ("/right", Input::Right),
            ("/wrong none", Input::Wrong("none")),
            ("/help", Input::Help),
            ("quit", Input::Quit),
            ("/quit", Input::Quit),
            ("/brows", Input::UnknownCommand("/brows")),
            (
                "what is open source AI",
                Input::Question("what is open source AI"),
            ),
            ("-3", Input::Question("-3")),
        ] {
            assert_eq!(parse(line), expected, "{line:?}");
        }
    }

    #[test]
    fn every_command_is_parsed() {
        for command in COMMANDS {
            assert!(
                !matches!(parse(command), Input::UnknownCommand(_)),
                "{command}"
            );
        }
    }
}
