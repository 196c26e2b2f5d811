//! The Discord token, which is never shown.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// The environment variable that holds the token. There is no such key in `config.toml`, which
/// people put under version control.
pub const TOKEN_VARIABLE: &str = "DISCORD_TOKEN";

/// The lengths that a token may have, with room for what Discord may change.
const LENGTHS: std::ops::RangeInclusive<usize> = 50..=200;

/// A bot's token, which gives full control of the bot. It is wiped from memory when dropped and
/// cannot be printed.
#[derive(Clone)]
pub struct Token(SecretString);

/// The value of `DISCORD_TOKEN` cannot be a token. The messages do not show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is set to nothing.
    #[error(
        "DISCORD_TOKEN is empty: copy the bot token from https://discord.com/developers/applications into it, or unset it"
    )]
    Empty,
    /// It is not three parts of letters, digits, `-` and `_` with dots between them.
    #[error(
        "DISCORD_TOKEN does not look like a bot token: it has three parts with dots between them. Copy it again under Bot → Reset Token at https://discord.com/developers/applications (the client secret and the public key are something else)"
    )]
    Shape,
}

impl Token {
    /// Reads `DISCORD_TOKEN` with `env`; `None` when it is not set. White space around it and a
    /// leading `Bot ` are taken off.
    ///
    /// # Errors
    ///
    /// When it is set to what cannot be a token.
    pub fn from_env(env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, TokenError> {
        env(TOKEN_VARIABLE).map(|text| Self::new(&text)).transpose()
    }

    fn new(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        let text = match text.split_once(char::is_whitespace) {
            Some((first, rest)) if first.eq_ignore_ascii_case("bot") => rest.trim_start(),
            _ => text,
        };
        if text.is_empty() || text.eq_ignore_ascii_case("bot") {
            return Err(TokenError::Empty);
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
            Err(TokenError::Shape)
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
    use super::{Token, TokenError};

    /// Of the right shape, and nobody's.
    const GOOD: &str = "MTAwMDAwMDAwMDAwMDAwMDAw.AbCdEf.0123456789_-0123456789-0123456789abcd";

    fn read(value: &str) -> Result<Option<String>, TokenError> {
        let env = |name: &str| (name == "DISCORD_TOKEN").then(|| value.to_owned());
        Token::from_env(&env).map(|token| token.map(|t| t.expose().to_owned()))
    }

    #[test]
    fn takes_what_may_be_a_token() {
        let good = || Ok(Some(GOOD.to_owned()));
        for (value, expected) in [
            (GOOD.to_owned(), good()),
            (format!("  {GOOD}\r\n"), good()),
            (format!("Bot {GOOD}"), good()),
            (format!("bot  {GOOD}"), good()),
            (String::new(), Err(TokenError::Empty)),
            (" \t".into(), Err(TokenError::Empty)),
            ("Bot ".into(), Err(TokenError::Empty)),
            ("your-token-here".into(), Err(TokenError::Shape)),
            ("a.b.c".into(), Err(TokenError::Shape)),
            (format!("\"{GOOD}\""), Err(TokenError::Shape)),
            (format!("{GOOD}.x"), Err(TokenError::Shape)),
            (GOOD.replace('.', ""), Err(TokenError::Shape)),
            (GOOD.replace("AbCdEf", ""), Err(TokenError::Shape)),
            (GOOD.replace('b', "é"), Err(TokenError::Shape)),
            (GOOD.replace('b', "\n"), Err(TokenError::Shape)),
            (format!("{GOOD}{}", "a".repeat(200)), Err(TokenError::Shape)),
        ] {
            assert_eq!(read(&value), expected, "{value:?}");
        }
        assert!(matches!(Token::from_env(&|_| None), Ok(None)));
    }

    #[test]
    fn is_never_shown() {
        let token = Token::new(GOOD).expect("a token");
        for shown in [
            format!("{token:?}"),
            format!("{token:#?}"),
            format!("{:?}", Some(&token)),
        ] {
            assert!(GOOD.split('.').all(|part| !shown.contains(part)), "{shown}");
        }
        let error = Token::new(&GOOD.replace('.', "!")).expect_err("no token");
        assert!(!format!("{error:?} {error}").contains("AbCdEf"));
    }
}
