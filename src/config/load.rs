//! `config.toml` → [`Config`], or everything that is wrong with it.

use super::{Config, Discord, Store};
use citebot_core::answer::Thresholds;
use citebot_core::knowledge::Diagnostics;
use citebot_core::knowledge::decode::{Decoder, Fields, decode, whole_number};
use citebot_core::knowledge::text::{Text, shown, whole};
use citebot_store::{Location, OpenError};
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};
use tracing_subscriber::EnvFilter;
use url::{Host, Url};

/// The file that is read when none is named.
pub(super) const FILE: &str = "config.toml";
/// The environment variable that wins over `[log] filter`.
pub(super) const LOG_VARIABLE: &str = "CITEBOT_LOG";
/// The environment variable that wins over `[store] url`: an address may hold a password, and
/// people put `config.toml` under version control.
pub(super) const STORE_VARIABLE: &str = "CITEBOT_STORE";
/// A century. More is a slip.
const LONGEST_RETENTION: u64 = 36_500;
/// A day. More is a slip, milliseconds for instance.
const LONGEST_COOLDOWN: u64 = 86_400;

pub(super) fn load(
    path: Option<&Path>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Diagnostics> {
    let file = path.unwrap_or(Path::new(FILE));
    let (mut config, mut problems) = if path.is_none() && !file.exists() {
        (Config::default(), Vec::new())
    } else {
        let text = Text::read(file).map_err(|problem| Diagnostics(vec![problem]))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let decoded = decode(&text, |decoder, table| shape(decoder, table, folder));
        (decoded.value, decoded.problems)
    };
    if let Some(filter) = env(LOG_VARIABLE).filter(|filter| !filter.trim().is_empty()) {
        match filter_fault(&filter) {
            None => config.log.filter = filter,
            Some((message, help)) => {
                let variable = Path::new(LOG_VARIABLE);
                problems.push(whole(variable, message, Some(help)));
            }
        }
    }
    if let Some(url) = env(STORE_VARIABLE).filter(|url| !url.trim().is_empty()) {
        match url.parse() {
            Ok(location) => config.store.url = location,
            Err(error) => {
                let error: OpenError = error;
                problems.push(whole(Path::new(STORE_VARIABLE), error.to_string(), None));
            }
        }
    }
    if problems.is_empty() {
        Ok(config)
    } else {
        Err(Diagnostics::sorted(problems))
    }
}

fn shape(decoder: &mut Decoder<'_>, table: &DeTable<'_>, folder: &Path) -> Config {
    let mut config = Config::default();
    let keys = [
        "knowledge",
        "matching",
        "discord",
        "store",
        "curation",
        "log",
    ];
    let top = decoder.fields(table, "this file", None, &keys);
    config.knowledge =
        path(decoder, top, "knowledge", folder).unwrap_or_else(|| folder.join(&config.knowledge));

    let keys = ["answer", "unprompted", "suggest", "model"];
    if let Some(fields) = decoder.table(top, "matching", "[matching]", &keys) {
        thresholds(decoder, fields, &mut config.matching.thresholds);
        config.matching.model = path(decoder, fields, "model", folder);
    }
    let keys = ["channels", "cooldown_seconds", "api_base", "command_server"];
    if let Some(fields) = decoder.table(top, "discord", "[discord]", &keys) {
        discord(decoder, fields, &mut config.discord);
    }
    config.store.url = beside(&config.store.url, folder);
    if let Some(fields) = decoder.table(top, "store", "[store]", &["url", "retention_days"]) {
        store(decoder, fields, folder, &mut config.store);
    }
    let keys = ["override_base", "questions"];
    if let Some(fields) = decoder.table(top, "curation", "[curation]", &keys) {
        let curation = &mut config.curation;
        curation.override_base = decoder
            .boolean(fields, "override_base")
            .unwrap_or(curation.override_base);
        curation.questions = path(decoder, fields, "questions", folder);
    }
    if let Some(fields) = decoder.table(top, "log", "[log]", &["filter", "json"]) {
        if let Some(filter) = decoder.text(fields, "filter") {
            match filter_fault(filter.get_ref()) {
                None => config.log.filter = filter.into_inner(),
                Some((message, help)) => {
                    decoder.problem(filter.span().start, message, Some(help));
                }
            }
        }
        config.log.json = decoder.boolean(fields, "json").unwrap_or(config.log.json);
    }
    config
}

fn path(
    decoder: &mut Decoder<'_>,
    fields: Fields<'_, '_>,
    key: &str,
    folder: &Path,
) -> Option<PathBuf> {
    let text = decoder.text(fields, key)?;
    if text.get_ref().trim().is_empty() || text.get_ref().contains('\0') {
        let help = "write a path, or leave the line out";
        decoder.problem(
            text.span().start,
            format!("{key} is empty"),
            Some(help.into()),
        );
        return None;
    }
    Some(folder.join(text.get_ref()))
}

fn thresholds(decoder: &mut Decoder<'_>, fields: Fields<'_, '_>, thresholds: &mut Thresholds) {
    let mut places = Vec::new();
    let mut sound = true;
    for (key, value) in [
        ("suggest", &mut thresholds.suggest),
        ("answer", &mut thresholds.answer),
        ("unprompted", &mut thresholds.unprompted),
    ] {
        let present = Decoder::value(fields, key).is_some();
        match decoder.number(fields, key) {
            Some(number) if (0.0..=1.0).contains(number.get_ref()) => {
                places.push(number.span().start);
                *value = number.into_inner();
            }
            Some(number) => {
                sound = false;
                let message = format!("{key} must lie between 0 and 1: it is a probability");
                decoder.problem(number.span().start, message, None);
            }
            None => sound &= !present,
        }
    }
    // Defaults are in order, so at least one of them was set here.
    let Some(&place) = places.first().filter(|_| sound) else {
        return;
    };
    for (lower, low, higher, high) in [
        ("suggest", thresholds.suggest, "answer", thresholds.answer),
        (
            "answer",
            thresholds.answer,
            "unprompted",
            thresholds.unprompted,
        ),
    ] {
        if low > high {
            let at = [lower, higher]
                .iter()
                .find_map(|key| Some(Decoder::value(fields, key)?.span().start));
            let message = format!("{lower} ({low}) must not be greater than {higher} ({high})");
            let help = "it holds that suggest ≤ answer ≤ unprompted";
            decoder.problem(at.unwrap_or(place), message, Some(help.into()));
        }
    }
}

/// A file's location, relative to `folder`.
fn beside(location: &Location, folder: &Path) -> Location {
    match location {
        Location::Sqlite(file) => Location::Sqlite(folder.join(file)),
        postgres @ Location::Postgres(_) => postgres.clone(),
    }
}

fn store(decoder: &mut Decoder<'_>, fields: Fields<'_, '_>, folder: &Path, store: &mut Store) {
    if let Some(url) = decoder.text(fields, "url") {
        match url.get_ref().parse() {
            Ok(location) => store.url = beside(&location, folder),
            Err(error) => {
                let error: OpenError = error;
                decoder.hidden_problem(url.span().start, error.to_string());
            }
        }
    }
    if let Some(value) = Decoder::value(fields, "retention_days") {
        let at = value.span().start;
        match decoder.whole_number(fields, "retention_days") {
            Some(days) if days <= LONGEST_RETENTION => {
                store.retention_days = u32::try_from(days).unwrap_or(u32::MAX);
            }
            Some(_) => {
                let message = format!("retention_days must be at most {LONGEST_RETENTION}");
                let help = "write 0 to keep questions for ever";
                decoder.problem(at, message, Some(help.into()));
            }
            None => {}
        }
    }
}

fn discord(decoder: &mut Decoder<'_>, fields: Fields<'_, '_>, discord: &mut Discord) {
    for value in decoder.list(fields, "channels").unwrap_or_default() {
        match discord_id(value.get_ref()) {
            Some(id) if discord.channels.contains(&id) => {
                let message = format!("channel {id} stands in this list twice");
                decoder.problem(value.span().start, message, None);
            }
            Some(id) => discord.channels.push(id),
            None => id_problem(decoder, "channels", "hold Discord ids", value.span().start),
        }
    }
    if let Some(seconds) = decoder.whole_number(fields, "cooldown_seconds") {
        if seconds <= LONGEST_COOLDOWN {
            discord.cooldown_seconds = seconds;
        } else if let Some(value) = Decoder::value(fields, "cooldown_seconds") {
            let message = format!("cooldown_seconds is at most {LONGEST_COOLDOWN}, a day");
            decoder.problem(value.span().start, message, None);
        }
    }
    if let Some(base) = decoder.text(fields, "api_base") {
        match api_base(base.get_ref()) {
            Ok(base) => discord.api_base = Some(base),
            Err(why) => {
                let text = shown(base.get_ref(), 60);
                let help = "an address such as https://discord.com, without a path";
                let message = format!("`{text}` cannot be where Discord's API is: {why}");
                decoder.problem(base.span().start, message, Some(help.into()));
            }
        }
    }
    if let Some(value) = Decoder::value(fields, "command_server") {
        discord.command_server = discord_id(value.get_ref());
        if discord.command_server.is_none() {
            id_problem(
                decoder,
                "command_server",
                "be a Discord id",
                value.span().start,
            );
        }
    }
}

/// A Discord id: a whole number, or its digits in quotes, for editors and languages that would
/// round a number of this size.
fn discord_id(value: &DeValue<'_>) -> Option<u64> {
    let id = match value {
        DeValue::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok()?,
        other => whole_number(other)?,
    };
    (id != 0).then_some(id)
}

fn id_problem(decoder: &mut Decoder<'_>, key: &str, wanted: &str, at: usize) {
    let help = "with Discord's developer mode on, right-click it and copy its ID";
    let message = format!("`{key}` must {wanted}: digits, not 0");
    decoder.problem(at, message, Some(help.into()));
}

/// `text` without a closing slash, when it is an `http` or `https` address without a path; `http`
/// only where the token cannot leave this machine.
fn api_base(text: &str) -> Result<String, &'static str> {
    let url = Url::parse(text).map_err(|_| "this is not an address")?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err("it names no host"),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => return Err("over http the token would be readable on its way, use https"),
        _ => return Err("it begins with neither https:// nor http://"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("it has a path");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// What is wrong with `filter` as a log filter, and what to do.
fn filter_fault(filter: &str) -> Option<(String, String)> {
    let help = || "write for instance `info` or `citebot=debug,warn`".to_owned();
    if filter.trim().is_empty() {
        return Some(("filter is empty".into(), help()));
    }
    let error = EnvFilter::builder().parse(filter).err()?;
    let text = shown(filter, 60);
    let why = shown(&error.to_string(), 120);
    Some((format!("`{text}` is not a log filter: {why}"), help()))
}
