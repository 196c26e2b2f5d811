//! The description of a scripted Discord, and its start.

use crate::discord::ScriptedDiscord;
use crate::model::ChannelKind;
use crate::shared::Shared;
use crate::state::{Addresses, State};
use crate::{gateway, rest};
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// The time limit of a test that sets none. It ends tests that wait in vain and measures nothing, so
/// it is generous: a busy machine may be running everything else at the same time.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The first millisecond of Discord's ids, as Unix time.
const DISCORD_EPOCH: u64 = 1_420_070_400_000;

impl ScriptedDiscord {
    /// Starts one with the guild `lab`, which has the channel `general`.
    pub async fn start() -> Self {
        Self::builder().guild("lab", &["general"]).start().await
    }

    /// Describes one that is to be started.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// A scripted Discord that is being described.
#[derive(Debug)]
#[must_use = "it is started by `start`"]
pub struct Builder {
    guilds: Vec<(String, Vec<(String, ChannelKind)>)>,
    bot_name: String,
    forbidden_intents: u64,
    withholds_guilds: bool,
    refuses_sessions: Option<u16>,
    ids_after: Option<u64>,
    time_limit: Duration,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            guilds: Vec::new(),
            bot_name: "bot".into(),
            forbidden_intents: 0,
            withholds_guilds: false,
            refuses_sessions: None,
            ids_after: None,
            time_limit: TIME_LIMIT,
        }
    }
}

impl Builder {
    /// Adds a guild with these text channels, which the bot is in.
    pub fn guild(mut self, name: &str, channels: &[&str]) -> Self {
        let channels = channels.iter().map(|c| ((*c).into(), ChannelKind::Text));
        self.guilds.push((name.into(), channels.collect()));
        self
    }

    /// Adds a forum to the guild that was added last.
    ///
    /// # Panics
    ///
    /// If there is no guild.
    pub fn forum(mut self, name: &str) -> Self {
        let (_, channels) = self.guilds.last_mut().expect("a forum needs a guild");
        channels.push((name.into(), ChannelKind::Forum));
        self
    }

    /// Names the bot's user and application, rather than `bot`.
    pub fn bot_name(mut self, name: &str) -> Self {
        self.bot_name = name.into();
        self
    }

    /// Refuses bots that identify with one of these [intents](crate::intents), which have not been
    /// switched on in the developer portal.
    pub fn forbid_intents(mut self, intents: u64) -> Self {
        self.forbidden_intents |= intents;
        self
    }

    /// Leaves `GUILD_CREATE` out, as in the time before Discord sends it.
    pub fn withhold_guilds(mut self) -> Self {
        self.withholds_guilds = true;
        self
    }

    /// Closes every gateway connection with this code when a bot identifies.
    pub fn refuse_sessions(mut self, code: u16) -> Self {
        self.refuses_sessions = Some(code);
        self
    }

    /// Gives guilds and channels the ids that they have in another Discord of the same description.
    /// Two processes of one bot can then see the same guild, each in a Discord of its own.
    pub fn same_ids_as(mut self, other: &ScriptedDiscord) -> Self {
        self.ids_after = Some(other.ids_after());
        self
    }

    /// Sets how long the whole test may take, rather than 30 seconds.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Starts it on two free ports of 127.0.0.1.
    ///
    /// # Panics
    ///
    /// If it cannot listen on 127.0.0.1.
    pub async fn start(self) -> ScriptedDiscord {
        self.listen()
            .await
            .unwrap_or_else(|e| panic!("cannot listen on 127.0.0.1: {e}"))
    }

    async fn listen(self) -> io::Result<ScriptedDiscord> {
        let rest = std::net::TcpListener::bind("127.0.0.1:0")?;
        rest.set_nonblocking(true)?;
        let gateway = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let addresses = Addresses {
            rest: rest.local_addr()?,
            gateway: gateway.local_addr()?,
        };
        let ids_after = self.ids_after.unwrap_or_else(id_of_now);
        let mut state = State::new(addresses, &self.bot_name, ids_after);
        state.forbidden_intents = self.forbidden_intents;
        state.withholds_guilds = self.withholds_guilds;
        state.refuses_sessions = self.refuses_sessions;
        for (name, channels) in &self.guilds {
            let guild = state.add_guild(name);
            for (name, kind) in channels {
                state.add_channel(*kind, Some(guild), name, None, None);
            }
        }
        let deadline = Instant::now() + self.time_limit;
        let shared = Arc::new(Shared::new(state, deadline));
        let servers = vec![
            tokio::spawn(rest::serve(Arc::clone(&shared), rest)),
            tokio::spawn(gateway::serve(Arc::clone(&shared), gateway)),
        ];
        Ok(ScriptedDiscord::new(shared, addresses, ids_after, servers))
    }
}

/// An id made now. Ids hold their time, and a bot may look at it.
fn id_of_now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = now.map_or(0, |d| u64::try_from(d.as_millis()).unwrap_or(0));
    millis.saturating_sub(DISCORD_EPOCH) << 22
}
