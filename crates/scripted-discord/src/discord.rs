//! The handle of a scripted Discord.

use crate::fault::{Armed, Effect, Fault, Stall};
use crate::member::Member;
use crate::message::Message;
use crate::model::{BOT_ID, EVERYONE, Guild};
use crate::route::{Request, Route};
use crate::session::{Frame, Session, SessionRecord};
use crate::shared::Shared;
use crate::state::Addresses;
use serde_json::Value;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// A fake Discord on two ports of 127.0.0.1, and the script that acts in it.
///
/// When it is dropped, the test fails with the transcript of all that went over the wire if the bot
/// did anything that Discord would refuse, or the test [reported](Self::report) a problem.
#[derive(Debug)]
pub struct ScriptedDiscord {
    shared: Arc<Shared>,
    addresses: Addresses,
    /// The id before the first.
    ids_after: u64,
    servers: Vec<JoinHandle<()>>,
}

impl ScriptedDiscord {
    pub(crate) fn new(
        shared: Arc<Shared>,
        addresses: Addresses,
        ids_after: u64,
        servers: Vec<JoinHandle<()>>,
    ) -> Self {
        Self {
            shared,
            addresses,
            ids_after,
            servers,
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn ids_after(&self) -> u64 {
        self.ids_after
    }

    /// The address that the bot must send its REST requests to in place of `https://discord.com`:
    /// in serenity `HttpBuilder::proxy`, with `ratelimiter_disabled(true)`. The address of the
    /// gateway comes from there.
    #[must_use]
    pub fn api_base(&self) -> String {
        format!("http://{}", self.addresses.rest)
    }

    // People and places

    /// A member of the first guild, made if there is none of this name.
    ///
    /// # Panics
    ///
    /// If there is no guild.
    #[must_use]
    pub fn member(&self, name: &str) -> Member {
        self.join(0, name, false)
    }

    /// A member of this guild, made if there is none of this name. Members of several guilds are
    /// the same user by the same name.
    ///
    /// # Panics
    ///
    /// If there is no such guild.
    #[must_use]
    pub fn member_of(&self, guild: &str, name: &str) -> Member {
        let at = self
            .shared
            .look()
            .guilds
            .iter()
            .position(|g| g.name == guild);
        let at = at.unwrap_or_else(|| panic!("no guild {guild:?}"));
        self.join(at, name, false)
    }

    /// A bot in the first guild other than the one under test.
    ///
    /// # Panics
    ///
    /// If there is no guild.
    #[must_use]
    pub fn other_bot(&self, name: &str) -> Member {
        self.join(0, name, true)
    }

    fn join(&self, guild: usize, name: &str, bot: bool) -> Member {
        self.shared.change(|state| {
            let user = state.user_named(name, bot);
            let guild = state.guilds.get_mut(guild);
            let guild = guild.unwrap_or_else(|| panic!("there is no guild"));
            guild.permissions.entry(user).or_insert(EVERYONE);
            Member {
                shared: Arc::clone(&self.shared),
                user,
                guild: guild.id,
            }
        })
    }

    /// The id of a channel.
    ///
    /// # Panics
    ///
    /// If there is no such guild or no such channel in it.
    #[must_use]
    pub fn channel_id(&self, guild: &str, channel: &str) -> u64 {
        let state = self.shared.look();
        let guild = state.guilds.iter().find(|g| g.name == guild);
        let guild = guild.map_or(0, |g: &Guild| g.id);
        state.channel_named(guild, channel).id
    }

    // Waiting

    /// Waits for the bot's reply to a message.
    pub async fn reply_to(&self, message: &Message) -> Message {
        let what = format!("a reply to message {}", message.id());
        self.wait_for_message(&what, |candidate| {
            candidate.author_id() == BOT_ID && candidate.replies_to() == Some(message.id())
        })
        .await
    }

    /// Waits for a message that satisfies a condition, and gives the oldest.
    pub async fn wait_for_message(
        &self,
        what: &str,
        condition: impl Fn(&Message) -> bool,
    ) -> Message {
        let found = self.shared.wait_for_state(what, |state| {
            let mut all = state.messages.keys();
            all.find_map(|id| Message::find(&self.shared, state, *id).filter(&condition))
        });
        found.await
    }

    /// Waits until so many gateway sessions have been opened.
    pub async fn wait_for_sessions(&self, count: usize) {
        let what = format!("{count} gateway session(s)");
        let opened = self
            .shared
            .wait_for_state(&what, |state| (state.sessions.len() >= count).then_some(()));
        opened.await;
    }

    /// Waits until gateway sessions have been resumed so many times.
    pub async fn wait_for_resumes(&self, count: usize) {
        let what = format!("{count} resume(s)");
        let resumed = self
            .shared
            .wait_for_state(&what, |state| (state.resumes >= count).then_some(()));
        resumed.await;
    }

    /// Waits until so many requests to a route have been answered, and gives them.
    pub async fn wait_for_requests(&self, route: &Route, count: usize) -> Vec<Request> {
        let what = format!("{count} × {route}");
        let found = self.shared.wait_for_state(&what, |state| {
            let met: Vec<&Request> = state
                .requests
                .iter()
                .filter(|r| r.status.is_some() && route.matches(r))
                .collect();
            (met.len() >= count).then(|| met.into_iter().cloned().collect())
        });
        found.await
    }

    /// Waits until commands have been registered for a guild (globally with `None`), and gives them.
    pub async fn wait_for_commands(&self, guild: Option<u64>) -> Vec<Value> {
        let registered = self
            .shared
            .wait_for_state("commands to be registered", |state| {
                state.commands.get(&guild).cloned()
            });
        registered.await
    }

    /// Waits until `probe` gives something. It is called after every change: a request, an event, a
    /// line of output.
    ///
    /// # Panics
    ///
    /// If the time limit passes or the bot ends first, as all waiting does.
    pub async fn wait_for<T>(&self, what: &str, probe: impl FnMut() -> Option<T>) -> T {
        self.shared.wait_for(what, probe).await
    }

    // Looking

    /// The bot's replies to a message so far, the oldest first.
    #[must_use]
    pub fn replies(&self, message: &Message) -> Vec<Message> {
        let state = self.shared.look();
        let all = state.messages.keys();
        all.filter_map(|id| Message::find(&self.shared, &state, *id))
            .filter(|candidate| candidate.author_id() == BOT_ID)
            .filter(|candidate| candidate.replies_to() == Some(message.id()))
            .collect()
    }

    /// All gateway sessions, in the order in which they were opened.
    #[must_use]
    pub fn sessions(&self) -> Vec<Session> {
        let state = self.shared.look();
        state.sessions.iter().map(SessionRecord::snapshot).collect()
    }

    /// Whether a gateway session has an open connection.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        let state = self.shared.look();
        state.sessions.iter().any(SessionRecord::is_connected)
    }

    /// All requests that have arrived, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.shared.look().requests.clone()
    }

    /// How many requests have arrived.
    #[must_use]
    pub fn request_count(&self) -> usize {
        self.shared.look().requests.len()
    }

    /// The requests that people could notice: all that change something, apart from the
    /// registration of commands.
    #[must_use]
    pub fn writes(&self) -> Vec<Request> {
        let state = self.shared.look();
        let writes = state.requests.iter().filter(|r| r.is_write());
        writes.cloned().collect()
    }

    /// The guilds that have commands of their own; `None` among them stands for global commands.
    #[must_use]
    pub fn command_scopes(&self) -> Vec<Option<u64>> {
        let state = self.shared.look();
        let scopes = state.commands.iter().filter(|(_, all)| !all.is_empty());
        scopes.map(|(scope, _)| *scope).collect()
    }

    /// Everything that went over the wires so far, and the standard error of bot processes.
    #[must_use]
    pub fn transcript(&self) -> String {
        self.shared.look().transcript()
    }

    // Trouble

    /// Lets the next `times` requests to a route fail.
    pub fn fail(&self, route: &Route, times: usize, fault: Fault) {
        self.arm(route, times, Effect::Fail(fault));
    }

    /// Holds the next `times` requests to a route back until the stall is released; then they have
    /// their usual answers.
    #[must_use]
    pub fn stall(&self, route: &Route, times: usize) -> Stall {
        let stall = Stall::new();
        self.arm(route, times, Effect::Hold(stall.clone()));
        stall
    }

    /// Carries the next `times` requests to a route out, and holds their answers back until the stall is
    /// released.
    #[must_use]
    pub fn stall_answers(&self, route: &Route, times: usize) -> Stall {
        let stall = Stall::new();
        self.arm(route, times, Effect::HoldAnswer(stall.clone()));
        stall
    }

    fn arm(&self, route: &Route, times: usize, effect: Effect) {
        let armed = Armed {
            route: route.clone(),
            left: times,
            effect,
        };
        self.shared.change(|state| state.faults.push(armed));
    }

    /// Breaks every gateway connection without a close frame.
    pub fn drop_gateway(&self) {
        self.broadcast(&Frame::Drop);
    }

    /// Closes every gateway connection with this code.
    pub fn close_gateway(&self, code: u16) {
        self.broadcast(&Frame::Close(code));
    }

    /// Asks for every gateway connection to be made again, and its session resumed.
    pub fn request_reconnect(&self) {
        self.broadcast(&Frame::reconnect());
    }

    /// Changes the data of the next event of this kind, such as `MESSAGE_CREATE`: Discord may send what
    /// no library knows yet.
    pub fn alter_next(&self, kind: &'static str, change: fn(&mut Value)) {
        self.shared
            .change(|state| state.alterations.push((kind, change)));
    }

    /// Changes the answer to the next request to this route: Discord may send what no library knows yet.
    pub fn alter_next_answer(&self, route: &Route, change: fn(&mut Value)) {
        self.arm(route, 1, Effect::AlterAnswer(change));
    }

    /// Sends every session an event of any kind.
    pub fn send_event(&self, kind: &str, data: &Value) {
        self.shared.change(|state| {
            let all = crate::intents::GUILDS;
            state.dispatch(kind, None, all, |_| data.clone());
        });
    }

    /// Removes the bot from this guild.
    pub fn remove_bot(&self, guild: &str) {
        self.shared
            .change(|state| state.set_membership(guild, false));
    }

    /// Adds the bot to this guild, from which it was [removed](Self::remove_bot).
    pub fn add_bot_to(&self, guild: &str) {
        self.shared
            .change(|state| state.set_membership(guild, true));
    }

    /// Sends every session its last event once more, as Discord may.
    pub fn repeat_last_event(&self) {
        self.shared.change(|state| {
            state.note("gateway → the last event again");
            state.sessions.iter_mut().for_each(SessionRecord::repeat);
        });
    }

    fn broadcast(&self, frame: &Frame) {
        self.shared.change(|state| state.broadcast(frame));
    }

    /// Forgets all gateway sessions, as Discord does some time after a bot has gone.
    pub fn forget_sessions(&self) {
        self.shared.change(|state| state.sessions.clear());
    }

    /// Lets the test fail at its end, with this problem.
    pub fn report(&self, problem: impl Into<String>) {
        self.shared
            .change(|state| state.problems.push(problem.into()));
    }
}

impl Drop for ScriptedDiscord {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
        let (problems, transcript) = {
            let state = self.shared.look();
            (state.problems.join("\n"), state.transcript())
        };
        if std::thread::panicking() {
            eprintln!("{problems}\n{transcript}");
        } else {
            assert!(problems.is_empty(), "{problems}\n{transcript}");
        }
    }
}
