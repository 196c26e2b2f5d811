//! Reading `config.toml`.

use super::{Config, DiscordConfig, MAX_GREETING, MAX_NAME, MAX_SUBJECT, SiteConfig, StoreConfig};
use citebot_core::answer::Thresholds;
use citebot_core::diagnostic::{Diagnostic, Diagnostics, printable};
use citebot_core::source_file::SourceFile;
use citebot_core::toml_reader::{self, Reader, Table, whole_number};
use citebot_store::Location;
use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::de::DeValue;
use tracing_subscriber::EnvFilter;
use url::{Host, Url};

/// The file that is read by default.
pub(super) const FILE: &str = "config.toml";
/// The folder beside the file that is the FAQ where the file names none.
const KNOWLEDGE: &str = "knowledge";
/// The old name of `override_base`, which stays readable.
const OVERRIDE_BOOK: &str = "override_book";
/// The environment variable that wins over `[log] filter`.
pub(super) const LOG_VARIABLE: &str = "CITEBOT_LOG";
/// The environment variable that wins over `[store] url`. An address may hold a password, which
/// does not belong in a file under version control.
pub(super) const STORE_VARIABLE: &str = "CITEBOT_STORE";
/// The environment variable that wins over `[observability] listen`: a container sets it for every configuration.
pub(super) const LISTEN_VARIABLE: &str = "CITEBOT_LISTEN";
/// The environment variable that names a host that may get the bot's token, besides Discord's own. The
/// configuration cannot name one: whoever changes `api_base` there could add it too.
pub(super) const API_HOST_VARIABLE: &str = "CITEBOT_API_HOST";
/// The host of Discord's API.
const DISCORD_HOST: &str = "discord.com";
/// The environment variable that names the folder of what the program writes.
pub(super) const DATA_VARIABLE: &str = "CITEBOT_DATA";
/// A century: more is a mistake.
const MAX_RETENTION_DAYS: u32 = 36_500;
/// A day: more is a mistake, such as milliseconds.
const MAX_COOLDOWN_SECONDS: u64 = 86_400;

/// The longest name of a site.
const MAX_TITLE: usize = 100;

const KEYS: [&str; 9] = [
    "knowledge",
    "matching",
    "discord",
    "store",
    "bot",
    "curation",
    "site",
    "observability",
    "log",
];
const LISTEN_HELP: &str =
    "write a port, for this machine alone, or an address such as 0.0.0.0:9464";
const FILTER_HELP: &str = "write for instance `info` or `citebot=debug,warn`";

pub(super) fn load(
    path: Option<&Path>,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Diagnostics> {
    let file = path.unwrap_or(Path::new(FILE));
    let defaults = Config::new(data_folder(env));
    let (mut config, mut diagnostics) = if path.is_none() && !file.exists() {
        (defaults, Vec::new())
    } else {
        let source = SourceFile::read(file)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut config = defaults;
        let parsed = toml_reader::read(&source, &KEYS, |reader, top| {
            let api_host = env(API_HOST_VARIABLE);
            read(reader, top, folder, api_host.as_deref(), &mut config);
        });
        (config, parsed.diagnostics)
    };
    if let Some(filter) = env(LOG_VARIABLE).filter(|filter| !filter.trim().is_empty()) {
        match check_filter(&filter) {
            Ok(()) => config.log.filter = filter,
            Err(message) => {
                let variable = Path::new(LOG_VARIABLE);
                let help = Some(FILTER_HELP.to_owned());
                diagnostics.push(Diagnostic::whole_file(variable, message, help));
            }
        }
    }
    if let Some(url) = env(STORE_VARIABLE).filter(|url| !url.trim().is_empty()) {
        match url.parse::<Location>() {
            Ok(location) => config.store.url = location,
            Err(error) => {
                let variable = Path::new(STORE_VARIABLE);
                diagnostics.push(Diagnostic::whole_file(variable, error.to_string(), None));
            }
        }
    }
    if let Some(address) = env(LISTEN_VARIABLE).filter(|address| !address.trim().is_empty()) {
        match listen_address(&address) {
            Ok(address) => config.observability.listen = Some(address),
            Err(message) => {
                let variable = Path::new(LISTEN_VARIABLE);
                let help = Some(LISTEN_HELP.to_owned());
                diagnostics.push(Diagnostic::whole_file(variable, message, help));
            }
        }
    }
    if diagnostics.is_empty() {
        Ok(config)
    } else {
        Err(Diagnostics::sorted(diagnostics))
    }
}

/// The folder of what the program writes. Without a home folder it is `data` in the working directory.
fn data_folder(env: &dyn Fn(&str) -> Option<String>) -> PathBuf {
    if let Some(folder) = env(DATA_VARIABLE).filter(|folder| !folder.trim().is_empty()) {
        return PathBuf::from(folder);
    }
    choose_native_strategy().map_or_else(
        |_| PathBuf::from("data"),
        |platform| platform.data_dir().join("citebot"),
    )
}

fn read(
    reader: &mut Reader<'_>,
    top: Table<'_, '_>,
    folder: &Path,
    api_host: Option<&str>,
    config: &mut Config,
) {
    let beside_file = || Some(folder.join(KNOWLEDGE)).filter(|knowledge| knowledge.is_dir());
    config.knowledge = path(reader, top, "knowledge", folder).or_else(beside_file);

    if let Some(table) = reader.table(top, "bot", "[bot]", &["name", "subject", "greeting"]) {
        let bot = &mut config.bot;
        if let Some(name) = line(reader, table, "name", MAX_NAME) {
            bot.name = name;
        }
        bot.subject = line(reader, table, "subject", MAX_SUBJECT);
        bot.greeting = line(reader, table, "greeting", MAX_GREETING);
    }
    let keys = [
        "answer",
        "unprompted",
        "suggest",
        "model",
        "index_memory_mb",
    ];
    if let Some(table) = reader.table(top, "matching", "[matching]", &keys) {
        thresholds(reader, table, &mut config.matching.thresholds);
        config.matching.model = path(reader, table, "model", folder);
        if let Some(megabytes) = reader.whole_number(table, "index_memory_mb") {
            config.matching.index_memory = megabytes.into_inner().saturating_mul(1 << 20);
        }
    }
    let keys = [
        "message_content",
        "channels",
        "cooldown_seconds",
        "welcome",
        "api_base",
        "command_server",
    ];
    if let Some(table) = reader.table(top, "discord", "[discord]", &keys) {
        discord(reader, table, api_host, &mut config.discord);
    }
    if let Some(table) = reader.table(top, "store", "[store]", &["url", "retention_days"]) {
        store(reader, table, folder, &mut config.store);
    }
    let keys = [
        "override_base",
        OVERRIDE_BOOK,
        "max_entries",
        "max_phrasings",
        "questions",
    ];
    if let Some(table) = reader.table(top, "curation", "[curation]", &keys) {
        let curation = &mut config.curation;
        curation.override_base = override_base(reader, table).unwrap_or(curation.override_base);
        let quota = &mut curation.quota;
        quota.entries = count(reader, table, "max_entries").unwrap_or(quota.entries);
        quota.phrasings = count(reader, table, "max_phrasings").unwrap_or(quota.phrasings);
        curation.questions = path(reader, table, "questions", folder);
    }
    if let Some(table) = reader.table(top, "site", "[site]", &["url", "title"]) {
        site(reader, table, &mut config.site);
    }
    if let Some(table) = reader.table(top, "observability", "[observability]", &["listen"])
        && let Some(value) = table.get("listen")
    {
        let text = match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            other => whole_number(other).map(|port| port.to_string()),
        };
        match text.as_deref().map_or(
            Err("listen is neither a port nor an address with one".into()),
            listen_address,
        ) {
            Ok(address) => config.observability.listen = Some(address),
            Err(message) => reader.report(value.span(), message, Some(LISTEN_HELP)),
        }
    }
    if let Some(table) = reader.table(top, "log", "[log]", &["filter", "json"]) {
        if let Some(filter) = reader.text(table, "filter") {
            match check_filter(filter.get_ref()) {
                Ok(()) => config.log.filter = filter.into_inner(),
                Err(message) => reader.report(filter.span(), message, Some(FILTER_HELP)),
            }
        }
        config.log.json = reader.boolean(table, "json").unwrap_or(config.log.json);
    }
}

/// Where to listen: an address with a port, or a port of this machine alone. The error is a message.
fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    let port = text
        .parse()
        .map(|port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    port.or_else(|_| text.parse()).map_err(|_| {
        format!(
            "`{}` is neither a port nor an address with one",
            printable(text, 60)
        )
    })
}

/// A text of 1 to `most` characters, without the white space around it.
fn line(reader: &mut Reader<'_>, table: Table<'_, '_>, key: &str, most: usize) -> Option<String> {
    let text = reader.text(table, key)?;
    let trimmed = text.get_ref().trim();
    let length = trimmed.chars().count();
    if length == 0 {
        let help = "write something, or leave the line out";
        reader.report(text.span(), format!("{key} is empty"), Some(help));
        return None;
    }
    if length > most {
        let message = format!("{key} has {length} characters, of at most {most}");
        reader.report(text.span(), message, None);
        return None;
    }
    Some(trimmed.to_owned())
}

fn count(reader: &mut Reader<'_>, table: Table<'_, '_>, key: &str) -> Option<usize> {
    let number = reader.whole_number(table, key)?;
    // More than memory holds is as good as the most that it may hold.
    Some(usize::try_from(number.into_inner()).unwrap_or(usize::MAX))
}

/// `override_base`, or the same under its old name.
fn override_base(reader: &mut Reader<'_>, table: Table<'_, '_>) -> Option<bool> {
    let old = reader.boolean(table, OVERRIDE_BOOK);
    if table.get("override_base").is_none() {
        return old;
    }
    if let Some(value) = table.get(OVERRIDE_BOOK) {
        let message = format!("`{OVERRIDE_BOOK}` is the old name of `override_base`");
        reader.report(value.span(), message, Some("leave this line out"));
    }
    reader.boolean(table, "override_base")
}

fn path(
    reader: &mut Reader<'_>,
    table: Table<'_, '_>,
    key: &str,
    folder: &Path,
) -> Option<PathBuf> {
    let text = reader.text(table, key)?;
    if text.get_ref().trim().is_empty() || text.get_ref().contains('\0') {
        let help = "write a path, or leave the line out";
        reader.report(text.span(), format!("{key} is empty"), Some(help));
        return None;
    }
    Some(folder.join(text.get_ref()))
}

fn thresholds(reader: &mut Reader<'_>, table: Table<'_, '_>, thresholds: &mut Thresholds) {
    let mut spans = Vec::new();
    let mut are_numbers = true;
    for (key, value) in [
        ("suggest", &mut thresholds.suggest),
        ("answer", &mut thresholds.answer),
        ("unprompted", &mut thresholds.unprompted),
    ] {
        let present = table.get(key).is_some();
        match reader.number(table, key) {
            Some(number) if (0.0..=1.0).contains(number.get_ref()) => {
                spans.push(number.span());
                *value = number.into_inner();
            }
            Some(number) => {
                are_numbers = false;
                let message = format!("{key} must lie between 0 and 1: it is a probability");
                reader.report(number.span(), message, None);
            }
            None => are_numbers &= !present,
        }
    }
    // Defaults are in order, so at least one of them was set here.
    let Some(first) = spans.first().filter(|_| are_numbers) else {
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
            let written = [lower, higher]
                .iter()
                .find_map(|key| Some(table.get(key)?.span()));
            let message = format!("{lower} ({low}) must not be greater than {higher} ({high})");
            let help = "it holds that suggest ≤ answer ≤ unprompted";
            reader.report(written.unwrap_or(first.clone()), message, Some(help));
        }
    }
}

/// `location`, where a file's is relative to `folder`.
fn beside(location: Location, folder: &Path) -> Location {
    match location {
        Location::Sqlite(file) => Location::Sqlite(folder.join(file)),
        postgres @ Location::Postgres(_) => postgres,
    }
}

fn site(reader: &mut Reader<'_>, table: Table<'_, '_>, site: &mut SiteConfig) {
    if let Some(url) = reader.text(table, "url") {
        match url.get_ref().parse() {
            Ok(address) => site.url = Some(address),
            Err(why) => {
                let text = printable(url.get_ref(), 60);
                let help = "an address such as https://faq.example/";
                let message = format!("`{text}` cannot be where the site is: {why}");
                reader.report(url.span(), message, Some(help));
            }
        }
    }
    if let Some(title) = reader.text(table, "title") {
        match title.get_ref().trim() {
            "" => reader.report(title.span(), "title is empty", None),
            text if text.chars().count() > MAX_TITLE => {
                let message = format!("title has more than {MAX_TITLE} characters");
                reader.report(title.span(), message, None);
            }
            text => text.clone_into(&mut site.title),
        }
    }
}

fn store(reader: &mut Reader<'_>, table: Table<'_, '_>, folder: &Path, store: &mut StoreConfig) {
    if let Some(url) = reader.text(table, "url") {
        match url.get_ref().parse::<Location>() {
            Ok(location) => store.url = beside(location, folder),
            Err(error) => reader.report_secret(url.span(), error.to_string()),
        }
    }
    if let Some(days) = reader.whole_number(table, "retention_days") {
        match u32::try_from(*days.get_ref()) {
            Ok(whole) if whole <= MAX_RETENTION_DAYS => store.retention_days = whole,
            _ => {
                let message = format!("retention_days must be at most {MAX_RETENTION_DAYS}");
                let help = "write 0 to keep questions for ever";
                reader.report(days.span(), message, Some(help));
            }
        }
    }
}

fn discord(
    reader: &mut Reader<'_>,
    table: Table<'_, '_>,
    api_host: Option<&str>,
    discord: &mut DiscordConfig,
) {
    for value in reader.list(table, "channels").unwrap_or_default() {
        match discord_id(value.get_ref()) {
            Some(id) if discord.channels.contains(&id) => {
                let message = format!("channel {id} stands in this list twice");
                reader.report(value.span(), message, None);
            }
            Some(id) => discord.channels.push(id),
            None => report_id(reader, value.span(), "`channels` must hold Discord ids"),
        }
    }
    let names_channels = !discord.channels.is_empty();
    discord.message_content = match reader.boolean(table, "message_content") {
        Some(false) if names_channels => {
            let span = table
                .get("message_content")
                .map_or(0..0, toml::Spanned::span);
            let message = "`channels` names channels to read, and `message_content` forbids it";
            let help = "write `message_content = true`, or leave one of the two lines out";
            reader.report(span, message, Some(help));
            false
        }
        Some(wanted) => wanted,
        None => names_channels,
    };
    if let Some(seconds) = reader.whole_number(table, "cooldown_seconds") {
        if *seconds.get_ref() <= MAX_COOLDOWN_SECONDS {
            discord.cooldown_seconds = seconds.into_inner();
        } else {
            let message = format!("cooldown_seconds is at most {MAX_COOLDOWN_SECONDS}, a day");
            reader.report(seconds.span(), message, None);
        }
    }
    discord.welcome = reader.boolean(table, "welcome").unwrap_or(discord.welcome);
    if let Some(base) = reader.text(table, "api_base") {
        match api_base(base.get_ref(), api_host) {
            Ok(base) => discord.api_base = Some(base),
            Err(why) => {
                let text = printable(base.get_ref(), 60);
                let help = "an address such as https://discord.com, without a path";
                let message = format!("`{text}` cannot be where Discord's API is: {why}");
                reader.report(base.span(), message, Some(help));
            }
        }
    }
    if let Some(value) = table.get("command_server") {
        discord.command_server = discord_id(value.get_ref());
        if discord.command_server.is_none() {
            report_id(
                reader,
                value.span(),
                "`command_server` must be a Discord id",
            );
        }
    }
}

/// A Discord id: a whole number, or its digits in quotes, for programs that round a number of this
/// size.
fn discord_id(value: &DeValue<'_>) -> Option<u64> {
    let id = match value {
        DeValue::String(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok()?,
        other => whole_number(other)?,
    };
    (id != 0).then_some(id)
}

fn report_id(reader: &mut Reader<'_>, span: Range<usize>, must: &str) {
    let help = "with Discord's developer mode on, right-click it and copy its ID";
    reader.report(span, format!("{must}: digits, not 0"), Some(help));
}

/// The address of an API, without a closing slash. The token goes there: over `http` only within this machine,
/// over `https` also to Discord and to the host that the operator has named in `api_host`. The error is a
/// message.
fn api_base(text: &str, api_host: Option<&str>) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| "this is not an address")?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err("it names no host".into()),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        "http" => {
            return Err("over http the token would be readable on its way, use https".into());
        }
        _ => return Err("it begins with neither https:// nor http://".into()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or password".into());
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("it has a path".into());
    }
    let host = url.host_str().unwrap_or_default();
    let named = api_host.and_then(|named| Host::parse(named.trim()).ok());
    let is_named = named.is_some_and(|named| named.to_string() == host);
    if !(loopback || host == DISCORD_HOST || is_named) {
        return Err(format!(
            "the bot's token would go to another host than Discord's. If that host may have it, set \
             {API_HOST_VARIABLE}={host} in the environment"
        ));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Checks a log filter; the error is a message.
fn check_filter(filter: &str) -> Result<(), String> {
    if filter.trim().is_empty() {
        return Err("filter is empty".into());
    }
    let Err(error) = EnvFilter::builder().parse(filter) else {
        return Ok(());
    };
    let text = printable(filter, 60);
    let why = printable(&error.to_string(), 120);
    Err(format!("`{text}` is not a log filter: {why}"))
}
