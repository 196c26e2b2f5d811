//! Errors that end the bot, in sentences for the operator.

use super::http_error::innermost;
use serenity::gateway::GatewayError;
use serenity::http::{HttpError, StatusCode};

/// Why [`run`](super::run) ended. Each displays as a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 401 on a request, or the gateway's close code 4004.
    #[error(
        "Discord rejected the token: set DISCORD_TOKEN to the one shown under Bot in the developer \
         portal (https://discord.com/developers/applications), resetting it there if in doubt."
    )]
    TokenRejected,
    /// The gateway's close code 4014.
    #[error(
        "Discord does not let this bot read messages: switch on \"Message Content Intent\" under \
         Bot in the developer portal (https://discord.com/developers/applications), or leave \
         `message_content` and `channels` out of the [discord] part of the configuration, which works \
         without it."
    )]
    DisallowedIntents,
    /// The gateway's close code 4013.
    #[error("Discord does not know one of the intents that this version asks for: update Citebot.")]
    InvalidIntents,
    /// The gateway's close code 4010.
    #[error(
        "Discord does not know this shard of the bot: with `--shards`, write the same TOTAL for every \
         process; without, start again to get the number of shards that Discord recommends."
    )]
    InvalidShard,
    /// The gateway's close code 4011.
    #[error(
        "The bot is in too many servers for so few shards: start again to get the number of shards that \
         Discord recommends; with `--shards`, write a greater TOTAL, the same for every process."
    )]
    ShardingRequired,
    /// The gateway's close code 4012.
    #[error(
        "Discord no longer serves the version of its gateway that this version speaks: update Citebot."
    )]
    InvalidApiVersion,
    /// The first request could not be made.
    #[error(
        "Discord cannot be reached at {origin} ({cause}): check the network connection, and \
         `api_base` in the [discord] part of the configuration if it is set."
    )]
    Unreachable {
        /// Scheme and host.
        origin: String,
        /// What the network said.
        cause: String,
    },
    /// Discord answered the first request with an error, and not because of the token.
    #[error(
        "Discord refused the first request ({status}): check `api_base` in the [discord] part of the \
         configuration if it is set, or try again in a few minutes."
    )]
    Refused {
        /// The HTTP status.
        status: u16,
    },
    /// The commands could not be registered.
    #[error("Discord did not take the bot's commands ({cause}): {advice}")]
    Commands {
        /// What Discord said.
        cause: String,
        /// What to do.
        advice: &'static str,
    },
    /// The connection ended for another reason.
    #[error("The connection to Discord ended ({0}): start again.")]
    Ended(String),
}

impl Error {
    /// The error for a first request to `origin` that failed.
    pub(super) fn connecting(error: &serenity::Error, origin: &str) -> Self {
        match error {
            serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
                if response.status_code == StatusCode::UNAUTHORIZED {
                    Self::TokenRejected
                } else {
                    Self::Refused {
                        status: response.status_code.as_u16(),
                    }
                }
            }
            // A token that no header can hold is not one of Discord's.
            serenity::Error::Http(HttpError::InvalidHeader(_)) => Self::TokenRejected,
            other => Self::Unreachable {
                origin: origin.to_owned(),
                cause: innermost(other),
            },
        }
    }

    /// The error for shards that ended.
    pub(super) fn serving(error: &serenity::Error) -> Self {
        match error {
            serenity::Error::Gateway(
                GatewayError::InvalidAuthentication | GatewayError::NoAuthentication,
            ) => Self::TokenRejected,
            serenity::Error::Gateway(GatewayError::DisallowedGatewayIntents) => {
                Self::DisallowedIntents
            }
            serenity::Error::Gateway(GatewayError::InvalidGatewayIntents) => Self::InvalidIntents,
            other => Self::Ended(innermost(other)),
        }
    }

    /// The error for a registration of the commands that failed.
    pub(super) fn registering(error: &serenity::Error) -> Self {
        let status = match error {
            serenity::Error::Http(http) => http.status_code(),
            _ => None,
        };
        let advice = match status {
            Some(StatusCode::UNAUTHORIZED) => return Self::TokenRejected,
            Some(StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) => {
                "invite the bot with the scope applications.commands, and check `command_server` in \
                 the [discord] part of the configuration if it is set."
            }
            Some(StatusCode::BAD_REQUEST) => "this is a fault of this version: report it.",
            _ => "try again in a few minutes.",
        };
        let cause = match status {
            Some(status) => format!("{}: {}", status.as_u16(), innermost(error)),
            None => innermost(error),
        };
        Self::Commands { cause, advice }
    }
}

#[cfg(test)]
mod tests {
    use super::Error;
    use serenity::gateway::GatewayError;

    #[test]
    fn every_end_of_the_gateway_says_what_to_do() {
        for (error, expected) in [
            (GatewayError::InvalidAuthentication, "DISCORD_TOKEN"),
            (GatewayError::NoAuthentication, "DISCORD_TOKEN"),
            (
                GatewayError::DisallowedGatewayIntents,
                "\"Message Content Intent\"",
            ),
            (GatewayError::DisallowedGatewayIntents, "`channels`"),
            (GatewayError::InvalidGatewayIntents, "update"),
            (GatewayError::ReconnectFailure, "start again"),
        ] {
            let said = Error::serving(&serenity::Error::Gateway(error.clone())).to_string();
            assert!(said.contains(expected), "{error:?}: {said}");
        }
    }

    #[test]
    fn an_unreachable_address_is_named() {
        let error = serenity::Error::Io(std::io::Error::other("connection refused"));
        let said = Error::connecting(&error, "https://discord.com").to_string();
        assert!(
            said.contains("https://discord.com (connection refused)"),
            "{said}"
        );
    }
}
