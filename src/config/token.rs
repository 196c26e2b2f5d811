//! The Discord token, which is never shown.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The environment variable that holds the token. There is no such key in `config.toml`, which
/// people put under version control.
const TOKEN_VARIABLE: &str = "DISCORD_TOKEN";
/// The environment variable that names a file with the token in it, as containers' secrets are.
const FILE_VARIABLE: &str = "DISCORD_TOKEN_FILE";
/// The environment variable by which systemd names the folder of a service's credentials.
const CREDENTIALS_VARIABLE: &str = "CREDENTIALS_DIRECTORY";
/// The name of the credential.
const CREDENTIAL: &str = "discord_token";

/// The lengths that a token may have, with room for what Discord may change.
const LENGTHS: std::ops::RangeInclusive<usize> = 50..=200;

/// A bot's token, which gives full control of the bot. It is wiped from memory when dropped and
/// cannot be printed.
#[derive(Clone)]
pub struct Token(SecretString);

/// Where a token was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenPlace {
    /// The variable `DISCORD_TOKEN`.
    Variable,
    /// A file: the one in `DISCORD_TOKEN_FILE`, or a credential of systemd.
    File(PathBuf),
}

impl fmt::Display for TokenPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable => f.write_str(TOKEN_VARIABLE),
            Self::File(file) => write!(f, "the token file {}", file.display()),
        }
    }
}

/// What is set cannot be a token. The messages do not show it.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is nothing in it.
    #[error(
        "{0} is empty: copy the bot token from https://discord.com/developers/applications into it, or unset it"
    )]
    Empty(TokenPlace),
    /// It is not three parts of letters, digits, `-` and `_` with dots between them.
    #[error(
        "{0} does not look like a bot token: it has three parts with dots between them. Copy it again under Bot → Reset Token at https://discord.com/developers/applications (the client secret and the public key are something else)"
    )]
    Shape(TokenPlace),
    /// The file cannot be read as text.
    #[error("{0} cannot be read")]
    File(TokenPlace, #[source] io::Error),
}

impl Token {
    /// Looks for the token in `DISCORD_TOKEN`, in the file that `DISCORD_TOKEN_FILE` names, and in
    /// `$CREDENTIALS_DIRECTORY/discord_token`, in this order; `None` when there is none. `env` looks
    /// up an environment variable. White space around the token and a leading `Bot ` are taken off.
    ///
    /// # Errors
    ///
    /// The first of these that is set holds no token, or is a file that cannot be read.
    pub fn find(env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, TokenError> {
        if let Some(text) = env(TOKEN_VARIABLE) {
            return Self::new(&text, TokenPlace::Variable).map(Some);
        }
        let credential = || {
            let file = Path::new(&env(CREDENTIALS_VARIABLE)?).join(CREDENTIAL);
            // A service may have other credentials alone.
            file.exists().then_some(file)
        };
        let named = env(FILE_VARIABLE).filter(|file| !file.is_empty());
        let Some(file) = named.map(PathBuf::from).or_else(credential) else {
            return Ok(None);
        };
        match fs::read_to_string(&file) {
            Ok(text) => Self::new(&text, TokenPlace::File(file)).map(Some),
            Err(error) => Err(TokenError::File(TokenPlace::File(file), error)),
        }
    }

    fn new(text: &str, place: TokenPlace) -> Result<Self, TokenError> {
        let text = text.trim();
        let text = match text.split_once(char::is_whitespace) {
            Some((first, rest)) if first.eq_ignore_ascii_case("bot") => rest.trim_start(),
            _ => text,
        };
        if text.is_empty() || text.eq_ignore_ascii_case("bot") {
            return Err(TokenError::Empty(place));
        }
        let part = |part: &str| {
            let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
            !part.is_empty() && part.bytes().all(allowed)
        };
        if LENGTHS.contains(&text.len())
            && text.split('.').count() == 3
            && text.split('.').all(part)
        {
            Ok(Self(SecretString::from(text)))
        } else {
            Err(TokenError::Shape(place))
        }
    }

    /// The token itself, for the HTTP client and the gateway alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Token, TokenError, TokenPlace};
    use std::fs;

    /// Of the right shape, and nobody's.
    const GOOD: &str = "MTAwMDAwMDAwMDAwMDAwMDAw.AbCdEf.0123456789_-0123456789-0123456789abcd";

    #[derive(Debug, PartialEq)]
    enum Read {
        Token(String),
        Empty,
        Shape,
        Unreadable,
        Nothing,
    }

    fn read(env: &dyn Fn(&str) -> Option<String>) -> Read {
        match Token::find(env) {
            Ok(Some(token)) => Read::Token(token.expose().to_owned()),
            Ok(None) => Read::Nothing,
            Err(TokenError::Empty(_)) => Read::Empty,
            Err(TokenError::Shape(_)) => Read::Shape,
            Err(TokenError::File(..)) => Read::Unreadable,
        }
    }

    #[test]
    fn takes_what_may_be_a_token() {
        let good = || Read::Token(GOOD.to_owned());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("token");
        let path = file.display().to_string();
        for (value, expected) in [
            (GOOD.to_owned(), good()),
            (format!("  {GOOD}\r\n"), good()),
            (format!("Bot {GOOD}"), good()),
            (format!("bot  {GOOD}"), good()),
            (String::new(), Read::Empty),
            (" \t".into(), Read::Empty),
            ("Bot ".into(), Read::Empty),
            ("your-token-here".into(), Read::Shape),
            ("a.b.c".into(), Read::Shape),
            (format!("\"{GOOD}\""), Read::Shape),
            (format!("{GOOD}.x"), Read::Shape),
            (GOOD.replace('.', ""), Read::Shape),
            (GOOD.replace("AbCdEf", ""), Read::Shape),
            (GOOD.replace('b', "é"), Read::Shape),
            (GOOD.replace('b', "\n"), Read::Shape),
            (format!("{GOOD}{}", "a".repeat(200)), Read::Shape),
        ] {
            let variable = |name: &str| (name == "DISCORD_TOKEN").then(|| value.clone());
            assert_eq!(read(&variable), expected, "{value:?}");
            fs::write(&file, &value).expect("a file");
            let in_file = |name: &str| (name == "DISCORD_TOKEN_FILE").then(|| path.clone());
            assert_eq!(read(&in_file), expected, "{value:?} in a file");
        }
        assert_eq!(read(&|_| None), Read::Nothing);
    }

    #[test]
    fn the_places_have_an_order() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let token = |name: &str| GOOD.replace("AbCdEf", name);
        fs::write(path("file"), token("file")).expect("a file");
        fs::create_dir(path("none")).expect("a folder");
        fs::create_dir(path("some")).expect("a folder");
        fs::write(path("some/discord_token"), token("credential")).expect("a file");
        for (variable, file, credentials, expected) in [
            (Some("variable"), Some("file"), Some("some"), "variable"),
            (None, Some("file"), Some("some"), "file"),
            (None, None, Some("some"), "credential"),
            (None, Some(""), Some("some"), "credential"),
            (None, None, Some("none"), "nothing"),
            (None, None, None, "nothing"),
            (None, Some("missing"), Some("some"), "unreadable"),
            (None, Some("some"), None, "unreadable"),
        ] {
            let found = read(&|name| match name {
                "DISCORD_TOKEN" => variable.map(token),
                "DISCORD_TOKEN_FILE" => file.map(|name| match name {
                    "" => String::new(),
                    name => path(name),
                }),
                "CREDENTIALS_DIRECTORY" => credentials.map(path),
                _ => None,
            });
            let expected = match expected {
                "nothing" => Read::Nothing,
                "unreadable" => Read::Unreadable,
                name => Read::Token(token(name)),
            };
            assert_eq!(found, expected, "{variable:?} {file:?} {credentials:?}");
        }
    }

    #[test]
    fn is_never_shown() {
        let token = Token::new(GOOD, TokenPlace::Variable).expect("a token");
        for shown in [
            format!("{token:?}"),
            format!("{token:#?}"),
            format!("{:?}", Some(&token)),
        ] {
            assert!(GOOD.split('.').all(|part| !shown.contains(part)), "{shown}");
        }
        let error =
            Token::new(&GOOD.replace('.', "!"), TokenPlace::Variable).expect_err("no token");
        assert!(!format!("{error:?} {error}").contains("AbCdEf"));
    }
}
