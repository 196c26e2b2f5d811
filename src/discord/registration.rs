//! Registration of the commands with Discord.

use super::localisation::Localised;
use super::retry;
use citebot_store::{ServerId, Store};
use serenity::builder::CreateCommand;
use serenity::http::{Http, StatusCode};
use serenity::model::id::GuildId;
use std::num::NonZeroU64;

/// Replaces all of the bot's commands: everywhere or, given `server`, only there. Removes those that
/// an earlier start registered elsewhere, because people would be offered each command twice. The
/// `store` keeps the server of the last registration. `subject`: what the FAQ is about, if that is to be
/// said.
///
/// # Errors
///
/// When Discord refuses them. A temporary failure is logged and tried again without end.
pub async fn register(
    http: &Http,
    server: Option<u64>,
    store: Option<&Store>,
    subject: Option<&str>,
) -> serenity::Result<()> {
    let server = server.and_then(NonZeroU64::new);
    if let Some(store) = store {
        clear_earlier(http, server, store).await?;
    }
    let commands = definitions(server.is_some(), subject);
    replace(http, server, &commands).await?;
    if server.is_some() {
        replace(http, None, &[]).await?;
    }
    tracing::info!(commands = commands.len(), "commands registered");
    Ok(())
}

/// Removes the commands from the server that they were registered in before, unless that is
/// `server`, and stores `server` in its place.
async fn clear_earlier(
    http: &Http,
    server: Option<NonZeroU64>,
    store: &Store,
) -> serenity::Result<()> {
    let warn = |error| tracing::warn!(%error, "the last registration is unknown: commands may be offered twice");
    let earlier = match store.command_server().await {
        Ok(earlier) => earlier.map(|ServerId(id)| id),
        Err(error) => {
            warn(error);
            return Ok(());
        }
    };
    if earlier == server {
        return Ok(());
    }
    if let Some(earlier) = earlier {
        match replace(http, Some(earlier), &[]).await {
            // The bot was removed from there, and its commands with it.
            Err(error) if has_left(&error) => {}
            result => result?,
        }
    }
    // Before they are registered there: a crash in between must not lose track of them.
    if let Err(error) = store.set_command_server(server.map(ServerId)).await {
        warn(error);
    }
    Ok(())
}

/// Replaces the commands in `server`, or the global ones.
async fn replace(
    http: &Http,
    server: Option<NonZeroU64>,
    commands: &[CreateCommand],
) -> serenity::Result<()> {
    let attempt = || async move {
        match server {
            Some(server) => {
                let server = GuildId::from(server);
                http.create_guild_commands(server, &commands).await
            }
            None => http.create_global_commands(&commands).await,
        }
    };
    let registered = retry::without_end("the commands are not registered yet", attempt);
    registered.await.map(drop)
}

/// The commands as they are registered. Those of a single server cannot be installed to a user or used
/// elsewhere, so they have no contexts.
fn definitions(for_server: bool, subject: Option<&str>) -> Vec<CreateCommand> {
    let mut all = Localised::new(subject);
    if for_server {
        for command in &mut all.commands {
            command.install_context = None;
            command.interaction_context = None;
            // The command itself checks it when it is used.
            command.guild_only = false;
        }
    }
    all.definitions()
}

/// Whether there is no such server, or the bot is not in it.
fn has_left(error: &serenity::Error) -> bool {
    let serenity::Error::Http(error) = error else {
        return false;
    };
    let status = error.status_code();
    matches!(status, Some(StatusCode::FORBIDDEN | StatusCode::NOT_FOUND))
}

#[cfg(test)]
mod tests {
    use super::definitions;
    use serde_json::{Value, json};
    use std::collections::HashSet;

    fn as_sent(for_server: bool) -> Vec<Value> {
        definitions(for_server, None)
            .into_iter()
            .map(|command| serde_json::to_value(command).unwrap())
            .collect()
    }

    #[test]
    fn every_command_is_described() {
        let commands = as_sent(false);
        let names: HashSet<&str> = commands.iter().filter_map(|c| c["name"].as_str()).collect();
        assert_eq!(names.len(), commands.len(), "a name stands twice");
        for command in &commands {
            // Moderators' commands belong to a server, and are hidden from others.
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
    fn a_servers_commands_have_no_contexts() {
        for command in as_sent(true) {
            assert!(command.get("integration_types").is_none_or(Value::is_null));
            assert!(command.get("contexts").is_none_or(Value::is_null));
        }
    }
}
