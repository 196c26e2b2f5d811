//! Tells Discord which commands there are.

use super::commands;
use serenity::builder::CreateCommand;
use serenity::http::{Http, HttpError};
use serenity::model::id::GuildId;
use std::num::NonZeroU64;
use std::time::Duration;

/// Pauses before the second and the third try.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

/// Replaces all of the bot's commands: everywhere, or, given `server`, in that one alone.
///
/// # Errors
///
/// When Discord refuses them, or fails three times.
pub async fn register(http: &Http, server: Option<u64>) -> serenity::Result<()> {
    let server = server.and_then(NonZeroU64::new).map(GuildId::from);
    let commands = definitions(server.is_some());
    let mut pauses = PAUSES.iter();
    loop {
        let result = match server {
            Some(server) => http.create_guild_commands(server, &commands).await,
            None => http.create_global_commands(&commands).await,
        };
        match (result, pauses.next()) {
            (Ok(taken), _) => {
                tracing::info!(commands = taken.len(), "commands registered");
                return Ok(());
            }
            (Err(error), Some(pause)) if passing(&error) => {
                tracing::warn!(%error, "the commands were not registered, trying again");
                tokio::time::sleep(*pause).await;
            }
            (Err(error), _) => return Err(error),
        }
    }
}

/// The commands as Discord is told of them. A server's own commands cannot be installed to a user
/// nor used elsewhere, so there the places are left out.
fn definitions(for_server: bool) -> Vec<CreateCommand> {
    let mut all = commands::all();
    if for_server {
        for command in &mut all {
            command.install_context = None;
            command.interaction_context = None;
            // The check itself is made where the command is served.
            command.guild_only = false;
        }
    }
    poise::builtins::create_application_commands(&all)
}

/// Whether the same request may succeed later.
fn passing(error: &serenity::Error) -> bool {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            response.status_code.is_server_error() || response.status_code.as_u16() == 429
        }
        serenity::Error::Http(HttpError::Request(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::definitions;
    use serde_json::{Value, json};

    fn as_sent(for_server: bool) -> Vec<Value> {
        definitions(for_server)
            .into_iter()
            .map(|command| serde_json::to_value(command).unwrap())
            .collect()
    }

    #[test]
    fn every_command_is_there_and_described() {
        let commands = as_sent(false);
        let names: Vec<&str> = commands.iter().filter_map(|c| c["name"].as_str()).collect();
        assert_eq!(
            names,
            [
                "ask",
                "faq",
                "toolkit",
                "sources",
                "privacy",
                "Answer from the FAQ",
                "Why this answer?",
                "curate",
                "Add to the FAQ",
            ]
        );
        for command in &commands {
            // What moderators do belongs to a server, and is hidden from others.
            let moderators = !command["default_member_permissions"].is_null();
            let places = if moderators {
                json!([0])
            } else {
                json!([0, 1])
            };
            assert_eq!(command["integration_types"], places, "{command}");
            let contexts = if moderators {
                json!([0])
            } else {
                json!([0, 1, 2])
            };
            assert_eq!(command["contexts"], contexts, "{command}");
            if command["type"] == 3 {
                continue;
            }
            let described = |part: &Value| {
                let length = part["description"]
                    .as_str()
                    .map_or(0, |d| d.chars().count());
                assert!((1..=100).contains(&length), "{part}");
                assert_ne!(part["description"], "A slash command");
            };
            described(command);
            for option in command["options"].as_array().into_iter().flatten() {
                described(option);
                for inner in option["options"].as_array().into_iter().flatten() {
                    described(inner);
                }
            }
        }
    }

    #[test]
    fn a_servers_commands_name_no_place() {
        for command in as_sent(true) {
            assert!(command.get("integration_types").is_none_or(Value::is_null));
            assert!(command.get("contexts").is_none_or(Value::is_null));
        }
    }
}
