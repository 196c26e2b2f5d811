//! The commands in the languages of `locales/`: names and descriptions, which Discord shows by each
//! person's language. Replies stay English, as the FAQ is.

use super::commands::{self, Command};
use super::limits;
use serde::Deserialize;
use serenity::builder::CreateCommand;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The languages, by Discord's names for them, with their files.
const LOCALES: [(&str, &str); 5] = [
    ("de", include_str!("locales/de.toml")),
    ("es-ES", include_str!("locales/es-ES.toml")),
    ("fr", include_str!("locales/fr.toml")),
    ("pt-BR", include_str!("locales/pt-BR.toml")),
    ("ja", include_str!("locales/ja.toml")),
];

/// What stands for the subject of the FAQ in a description.
const SUBJECT: &str = "{subject}";
/// The description of `/ask` where no subject is set.
const ASK: &str = "Ask a question. The answer comes with its sources.";

/// What is missing in `locales/` or does not fit.
#[must_use]
pub fn localisation_problems() -> Vec<String> {
    Localised::new(None).problems
}

/// A file of `locales/`.
#[derive(Debug, Deserialize)]
struct Locale {
    /// The entries of the message menu.
    menus: BTreeMap<String, String>,
    /// By the full name, as in `faq show`.
    #[serde(flatten)]
    commands: BTreeMap<String, CommandText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandText {
    name: String,
    description: String,
    /// In place of a description that names the subject, where none is set.
    without_subject: Option<String>,
    #[serde(default)]
    options: BTreeMap<String, OptionText>,
    /// By option.
    #[serde(default)]
    choices: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionText {
    name: String,
    description: String,
}

/// The commands in every language.
pub struct Localised {
    /// In the order of [`commands::all`].
    pub commands: Vec<Command>,
    /// The names of the menu entries, each with its language.
    menus: BTreeMap<String, Vec<(&'static str, String)>>,
    /// What is missing or does not fit, a sentence each.
    pub problems: Vec<String>,
}

impl Localised {
    /// All commands. `subject`: what the FAQ is about, if that is to be said.
    #[must_use]
    pub fn new(subject: Option<&str>) -> Self {
        let mut localised = Self {
            commands: commands::all(),
            menus: BTreeMap::new(),
            problems: Vec::new(),
        };
        for command in &mut localised.commands {
            let description = command.description.take();
            command.description =
                description.map(|text| with_subject(&text, Some(ASK), subject).into());
        }
        for (code, file) in LOCALES {
            match toml::from_str(file) {
                Ok(locale) => localised.add(code, locale, subject),
                Err(error) => localised.problems.push(format!("{code}.toml: {error}")),
            }
        }
        localised
    }

    /// The commands as they are registered.
    #[must_use]
    pub fn definitions(&self) -> Vec<CreateCommand> {
        let mut definitions = Vec::new();
        for command in &self.commands {
            definitions.extend(command.create_as_slash_command());
            let menu = command.create_as_context_menu_command();
            definitions.extend(menu.map(|menu| {
                let name = command.context_menu_name.as_deref().unwrap_or_default();
                let names = self.menus.get(name).into_iter().flatten();
                names.fold(menu, |menu, (code, name)| menu.name_localized(*code, name))
            }));
        }
        definitions
    }

    fn add(&mut self, code: &'static str, mut locale: Locale, subject: Option<&str>) {
        let mut adding = Adding {
            code,
            subject,
            problems: &mut self.problems,
        };
        for command in &mut self.commands {
            adding.command(command, "", &mut locale.commands);
            let Some(menu) = command.context_menu_name.as_deref() else {
                continue;
            };
            match locale.menus.remove(menu) {
                Some(name) => {
                    adding.check_length("the menu", menu, &name, limits::COMMAND_NAME);
                    let names = self.menus.entry(menu.to_owned()).or_default();
                    names.push((code, name));
                }
                None => adding.report(&format!("the menu “{menu}” has no name")),
            }
        }
        adding.unique(
            self.commands
                .iter()
                .map(|command| &command.name_localizations),
        );
        let unknown = locale.commands.keys().chain(locale.menus.keys());
        for unknown in unknown {
            adding.report(&format!("there is no command `{unknown}`"));
        }
    }
}

/// `text` about `subject`; without one, `otherwise` in place of a text that names it.
fn with_subject(text: &str, otherwise: Option<&str>, subject: Option<&str>) -> String {
    match (subject, otherwise) {
        (None, Some(otherwise)) if text.contains(SUBJECT) => otherwise.to_owned(),
        (subject, _) => text.replace(SUBJECT, subject.unwrap_or_default()),
    }
}

/// Adds one language to the commands.
struct Adding<'a> {
    code: &'static str,
    subject: Option<&'a str>,
    problems: &'a mut Vec<String>,
}

type Localisations = Cow<'static, [(Cow<'static, str>, Cow<'static, str>)]>;

impl Adding<'_> {
    fn command(
        &mut self,
        command: &mut Command,
        parent: &str,
        texts: &mut BTreeMap<String, CommandText>,
    ) {
        if command.slash_action.is_none() && command.subcommands.is_empty() {
            return;
        }
        let path = format!("{parent} {}", command.name).trim().to_owned();
        let Some(mut text) = texts.remove(&path) else {
            self.report(&format!("`/{path}` is missing"));
            return;
        };
        let otherwise = text.without_subject.as_deref();
        let description = with_subject(&text.description, otherwise, self.subject);
        self.name(&mut command.name_localizations, &path, text.name);
        self.description(&mut command.description_localizations, &path, description);
        for option in &mut command.parameters {
            let path = format!("{path} {}", option.name);
            let Some(given) = text.options.remove(&*option.name) else {
                self.report(&format!("the option `{path}` is missing"));
                continue;
            };
            self.name(&mut option.name_localizations, &path, given.name);
            let description = given.description;
            self.description(&mut option.description_localizations, &path, description);
            let mut names = text.choices.remove(&*option.name).unwrap_or_default();
            for choice in option.choices.to_mut() {
                let Some(name) = names.remove(&*choice.name) else {
                    self.report(&format!(
                        "the choice “{}” of `{path}` is missing",
                        choice.name
                    ));
                    continue;
                };
                self.check_length(&path, &choice.name, &name, limits::CHOICE_TEXT);
                choice
                    .localizations
                    .to_mut()
                    .push((self.code.into(), name.into()));
            }
            for unknown in names.keys() {
                self.report(&format!("`{path}` has no choice “{unknown}”"));
            }
        }
        let unknown = text.options.keys().chain(text.choices.keys());
        for unknown in unknown {
            self.report(&format!("`/{path}` has no option `{unknown}`"));
        }
        for subcommand in &mut command.subcommands {
            self.command(subcommand, &path, texts);
        }
        let options = command.parameters.iter();
        let options = options.map(|option| &option.name_localizations);
        let subcommands = command.subcommands.iter();
        self.unique(options.chain(subcommands.map(|command| &command.name_localizations)));
    }

    fn name(&mut self, of: &mut Localisations, path: &str, name: String) {
        // <https://discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-naming>
        let is_allowed = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\'');
        if !name.chars().all(is_allowed) || name.to_lowercase() != name {
            let message =
                format!("`{path}` cannot be called “{name}”: small letters, digits, - and _ only");
            self.report(&message);
        }
        self.check_length(path, "the name", &name, limits::COMMAND_NAME);
        of.to_mut().push((self.code.into(), name.into()));
    }

    fn description(&mut self, of: &mut Localisations, path: &str, text: String) {
        self.check_length(path, "the description", &text, limits::COMMAND_DESCRIPTION);
        of.to_mut().push((self.code.into(), text.into()));
    }

    fn check_length(&mut self, path: &str, what: &str, text: &str, most: usize) {
        let length = limits::length(text);
        if length == 0 || length > most {
            self.report(&format!(
                "`{path}`: {what} has {length} characters, of 1 to {most}"
            ));
        }
    }

    /// Reports names that two of the siblings share.
    fn unique<'l>(&mut self, siblings: impl Iterator<Item = &'l Localisations>) {
        let mut names = BTreeSet::new();
        for localisations in siblings {
            let name = localisations.iter().find(|(code, _)| code == self.code);
            if let Some((_, name)) = name
                && !names.insert(name)
            {
                self.report(&format!("the name “{name}” is taken"));
            }
        }
    }

    fn report(&mut self, message: &str) {
        self.problems.push(format!("{}.toml: {message}", self.code));
    }
}

#[cfg(test)]
mod tests {
    use super::Localised;
    use crate::config::MAX_SUBJECT;

    #[test]
    fn every_language_is_complete_and_fits() {
        let longest = "x".repeat(MAX_SUBJECT);
        for subject in [None, Some("open-source AI"), Some(longest.as_str())] {
            let problems = Localised::new(subject).problems;
            assert_eq!(problems, [""; 0], "{subject:?}");
        }
    }

    #[test]
    fn every_command_option_choice_and_menu_has_every_language() {
        let definitions = Localised::new(Some("tea")).definitions();
        let sent = serde_json::to_value(&definitions).expect("JSON");
        let mut named = 0;
        let mut left = vec![&sent];
        while let Some(value) = left.pop() {
            if let Some(name) = value.get("name") {
                let languages = value["name_localizations"].as_object();
                assert_eq!(languages.map(serde_json::Map::len), Some(5), "{name}");
                named += 1;
            }
            if value["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty())
            {
                let languages = value["description_localizations"].as_object();
                assert_eq!(languages.map(serde_json::Map::len), Some(5), "{value}");
            }
            for part in [value, &value["options"], &value["choices"]] {
                left.extend(part.as_array().into_iter().flatten());
            }
        }
        assert!(named > 60, "{named}");
        let text = sent.to_string();
        for expected in ["Ask a question about tea", "Stelle eine Frage zu tea"] {
            assert!(text.contains(expected), "{text}");
        }
        assert!(!text.contains("{subject}"), "{text}");
    }

    #[test]
    fn without_a_subject_none_is_named() {
        let definitions = Localised::new(None).definitions();
        let text = serde_json::to_string(&definitions).expect("JSON");
        assert!(text.contains("Ask a question. The answer"), "{text}");
        assert!(text.contains("Stelle eine Frage. Die"), "{text}");
        assert!(!text.contains("open-source AI") && !text.contains("{subject}"));
    }
}
