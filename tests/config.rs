//! `config.toml` and the environment.

use citebot::config::{Config, Token};
use citebot_engine::Quota;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn none(_: &str) -> Option<String> {
    None
}

/// The configuration that `text` holds, or place and message of each diagnostic.
fn load(text: &str) -> Result<Config, Vec<String>> {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("config.toml");
    fs::write(&file, text).expect("a file");
    Config::load(Some(&file), &none).map_err(|diagnostics| {
        let from = format!("{}/", folder.path().display());
        let headlines = diagnostics.0.iter().map(|diagnostic| {
            let headline = format!("{}: {}", diagnostic.location(), diagnostic.message);
            headline.replace(&from, "")
        });
        headlines.collect()
    })
}

#[test]
fn the_shipped_file_holds_the_defaults_and_every_key() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shipped = folder.join("config.toml");
    let mut config = Config::load(Some(&shipped), &none).expect("no problem");
    assert_eq!(config.knowledge, Some(folder.join("knowledge")));
    // The shipped file names the folders beside it, so that a clone of the repository keeps to itself.
    config.knowledge = None;
    let store = folder.join("data/citebot.db").display().to_string();
    assert_eq!(config.store.url.to_string(), store);
    let defaults = Config::new(config.data.clone());
    config.store.url.clone_from(&defaults.store.url);
    // And the subject of the FAQ beside it.
    assert_eq!(config.bot.subject.take().as_deref(), Some("open-source AI"));
    assert_eq!(config, defaults);

    let text = fs::read_to_string(&shipped).expect("the file");
    let lines = text.lines().map(|line| {
        let key = line.strip_prefix("# ").filter(|rest| rest.contains(" = "));
        key.unwrap_or(line)
    });
    let without_marks = lines.collect::<Vec<_>>().join("\n");
    let config = load(&without_marks).expect("the optional keys are right as well");
    assert!(config.matching.model.is_some());
    assert_eq!(
        config.discord.api_base.as_deref(),
        Some("https://discord.com")
    );
    assert_eq!(config.discord.command_server, Some(123_456_789_012_345_678));
    assert!(config.curation.questions.is_some());
    assert!(config.site.url.is_some());
    assert!(config.observability.listen.is_some());
}

#[test]
fn a_port_listens_on_this_machine_alone() {
    for (written, expected) in [
        ("9464", "127.0.0.1:9464"),
        ("\"9464\"", "127.0.0.1:9464"),
        ("\"0.0.0.0:80\"", "0.0.0.0:80"),
        ("\"[::1]:9464\"", "[::1]:9464"),
    ] {
        let config = load(&format!("[observability]\nlisten = {written}")).expect("no problem");
        let listen = config.observability.listen.map(|it| it.to_string());
        assert_eq!(listen.as_deref(), Some(expected), "{written}");
    }
}

#[test]
fn the_environment_wins_over_the_address() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("config.toml");
    fs::write(&file, "[observability]\nlisten = 1\n").expect("a file");
    let load = |value: &str| {
        let env = |name: &str| (name == "CITEBOT_LISTEN").then(|| value.to_owned());
        Config::load(Some(&file), &env)
    };
    for (value, expected) in [("", "127.0.0.1:1"), ("0.0.0.0:2", "0.0.0.0:2")] {
        let config = load(value).expect("no problem");
        let listen = config.observability.listen.map(|it| it.to_string());
        assert_eq!(listen.as_deref(), Some(expected));
    }
    let problems = load("everywhere").expect_err("no address").to_string();
    assert!(
        problems.contains("CITEBOT_LISTEN: `everywhere` is neither a port nor an address with one"),
        "{problems}"
    );
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = load("").expect("no problem");
    assert_eq!(config, Config::new(config.data.clone()));
    assert_eq!(config.knowledge, None, "the FAQ in the program");

    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("config.toml");
    let knowledge = folder.path().join("knowledge");
    fs::write(&file, "").expect("a file");
    fs::create_dir(&knowledge).expect("a folder");
    let config = Config::load(Some(&file), &none).expect("no problem");
    assert_eq!(config.knowledge, Some(knowledge));
}

#[test]
fn what_is_set_is_read() {
    let config = load(
        "knowledge = \"/srv/faq\"\n[bot]\nname = \"Teabot\"\nsubject = \" tea \"\ngreeting = \"Hi!\"\n[matching]\nanswer = 0.7\nunprompted = 1\nsuggest = 0\nmodel = \"m\"\nindex_memory_mb = 64\n\
         [discord]\nchannels = [18446744073709551615, \"42\", 0x10]\ncooldown_seconds = 0\nwelcome = false\n\
         api_base = \"http://127.0.0.1:8080/\"\ncommand_server = 7\n[store]\nurl = \"postgres://bot:secret@db.example/faq\"\nretention_days = 0\n\
         [curation]\noverride_base = false\nmax_entries = 50\nmax_phrasings = 0\nquestions = \"q.jsonl\"\n[site]\nurl = \"https://faq.example/tea\"\ntitle = \" Tea \"\n[log]\nfilter = \"citebot=debug,warn\"\njson = true\n",
    )
    .expect("no problem");
    assert_eq!(config.knowledge.as_deref(), Some(Path::new("/srv/faq")));
    assert_eq!(config.bot.name, "Teabot");
    assert_eq!(config.bot.subject.as_deref(), Some("tea"));
    assert_eq!(config.bot.greeting(Some("Why?")), "Hi!");
    let thresholds = config.matching.thresholds;
    assert_eq!(
        [thresholds.suggest, thresholds.answer, thresholds.unprompted].map(|t| t.to_string()),
        ["0", "0.7", "1"]
    );
    assert!(
        config
            .matching
            .model
            .is_some_and(|m| m.is_absolute() && m.ends_with("m"))
    );
    assert_eq!(config.matching.index_memory, 64 << 20);
    assert_eq!(config.discord.channels, [u64::MAX, 42, 16]);
    assert_eq!(config.discord.cooldown_seconds, 0);
    assert!(!config.discord.welcome);
    assert_eq!(
        config.discord.api_base.as_deref(),
        Some("http://127.0.0.1:8080")
    );
    assert_eq!(config.discord.command_server, Some(7));
    assert_eq!(
        config.store.url.to_string(),
        "bot@db.example:5432/faq",
        "without the password"
    );
    assert_eq!(config.store.retention_days, 0);
    assert!(!config.curation.override_base);
    let expected = Quota {
        entries: 50,
        phrasings: 0,
    };
    assert_eq!(config.curation.quota, expected);
    assert!(
        config
            .curation
            .questions
            .is_some_and(|file| file.is_absolute() && file.ends_with("q.jsonl"))
    );
    let site = config.site.url.map(|url| url.to_string());
    assert_eq!(site.as_deref(), Some("https://faq.example/tea/"));
    assert_eq!(config.site.title, "Tea");
    assert_eq!(config.log.filter, "citebot=debug,warn");
    assert!(config.log.json);
}

#[test]
fn the_greeting_is_made_of_name_and_subject() {
    let check = |lines: &str, expected: &str| {
        let config = load(&format!("[bot]\n{lines}")).expect("no problem");
        assert_eq!(config.bot.greeting(Some("Why?")), expected);
    };
    check(
        "",
        "Hello! I am Citebot. Ask me a question, for example “Why?”.",
    );
    check(
        "name = \"Teabot\"\nsubject = \"tea\"",
        "Hello! I am Teabot. Ask me a question about tea, for example “Why?”.",
    );
}

#[test]
fn override_base_is_read_by_its_old_name() {
    for allowed in [true, false] {
        let config = load(&format!("[curation]\noverride_book = {allowed}")).expect("no problem");
        assert_eq!(config.curation.override_base, allowed);
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn each_mistake_has_its_place() {
    for (text, expected) in [
        (
            "knowlege = \"x\"",
            &["1:1: this file has no key `knowlege`"] as &[_],
        ),
        (
            "knowledge = 1",
            &["1:13: `knowledge` must be a text in quotes, not a whole number"],
        ),
        ("knowledge = \"\"", &["1:13: knowledge is empty"]),
        ("token = \"x\"", &["1:1: this file has no key `token`"]),
        (
            "matching = 1",
            &["1:12: `matching` must be a table, not a whole number"],
        ),
        (
            "[store]\nurl = \"mysql://bot:hunter2@db/x\"\nretention_days = 40000",
            &[
                "2:7: the store's address must be sqlite://FILE or postgres://USER@HOST/DATABASE, for example sqlite://data/citebot.db",
                "3:18: retention_days must be at most 36500",
            ],
        ),
        (
            "[curation]\noverride_base = 1",
            &["2:17: `override_base` must be true or false, without quotes, not a whole number"],
        ),
        (
            "[curation]\noverride_book = 1",
            &["2:17: `override_book` must be true or false, without quotes, not a whole number"],
        ),
        (
            "[curation]\noverride_book = true\noverride_base = false",
            &["2:17: `override_book` is the old name of `override_base`"],
        ),
        (
            "[bot]\nname = \" \"\nsubject = \"the history of every kind of tea and coffee\"",
            &[
                "2:8: name is empty",
                "3:11: subject has 43 characters, of at most 40",
            ],
        ),
        (
            "[matching]\nanswr = 1",
            &["2:1: [matching] has no key `answr`"],
        ),
        (
            "[matching]\nanswer = 1.5",
            &["2:10: answer must lie between 0 and 1: it is a probability"],
        ),
        (
            "[matching]\nanswer = -0.1",
            &["2:10: answer must lie between 0 and 1: it is a probability"],
        ),
        (
            "[matching]\nanswer = nan",
            &["2:10: answer must lie between 0 and 1: it is a probability"],
        ),
        (
            "[matching]\nanswer = \"0.5\"",
            &["2:10: `answer` must be a number such as 0.6, not a text"],
        ),
        (
            "[matching]\nanswer = 0.95",
            &["2:10: answer (0.95) must not be greater than unprompted (0.85)"],
        ),
        (
            "[matching]\nanswer = 0.1",
            &["2:10: suggest (0.2) must not be greater than answer (0.1)"],
        ),
        (
            "[matching]\nsuggest = 0.9\nunprompted = 0.5",
            &[
                "2:11: suggest (0.9) must not be greater than answer (0.75)",
                "3:14: answer (0.75) must not be greater than unprompted (0.5)",
            ],
        ),
        (
            "[discord]\nchannels = 1",
            &["2:12: `channels` must be a list in square brackets, not a whole number"],
        ),
        (
            "[discord]\nchannels = [0, \"x\", -1, 1.5, \"\"]",
            &[
                "2:13: `channels` must hold Discord ids: digits, not 0",
                "2:16: `channels` must hold Discord ids: digits, not 0",
                "2:21: `channels` must hold Discord ids: digits, not 0",
                "2:25: `channels` must hold Discord ids: digits, not 0",
                "2:30: `channels` must hold Discord ids: digits, not 0",
            ],
        ),
        (
            "[discord]\nchannels = [1, \"1\"]",
            &["2:16: channel 1 stands in this list twice"],
        ),
        (
            "[discord]\ncommand_server = \"18446744073709551616\"",
            &["2:18: `command_server` must be a Discord id: digits, not 0"],
        ),
        (
            "[discord]\ncooldown_seconds = -1",
            &["2:20: `cooldown_seconds` must be a whole number from 0"],
        ),
        (
            "[discord]\ncooldown_seconds = 20000000",
            &["2:20: cooldown_seconds is at most 86400, a day"],
        ),
        (
            "[discord]\napi_base = \"http://discord.com\"",
            &[
                "2:12: `http://discord.com` cannot be where Discord's API is: over http the token would be readable on its way, use https",
            ],
        ),
        (
            "[discord]\napi_base = \"https://discord.com/api\"",
            &["2:12: `https://discord.com/api` cannot be where Discord's API is: it has a path"],
        ),
        (
            "[discord]\napi_base = \"discord.com\"",
            &["2:12: `discord.com` cannot be where Discord's API is: this is not an address"],
        ),
        (
            "[discord]\napi_base = \"ws://127.0.0.1\"",
            &[
                "2:12: `ws://127.0.0.1` cannot be where Discord's API is: it begins with neither https:// nor http://",
            ],
        ),
        (
            "[discord]\napi_base = \"http://127.0.0.1.evil.example\"",
            &[
                "2:12: `http://127.0.0.1.evil.example` cannot be where Discord's API is: over http the token would be readable on its way, use https",
            ],
        ),
        (
            "[discord]\napi_base = \"https://discord.com.evil.example\"",
            &[
                "2:12: `https://discord.com.evil.example` cannot be where Discord's API is: the bot's token would go to another host than Discord's. If that host may have it, set CITEBOT_API_HOST=discord.com.evil.example in the environment",
            ],
        ),
        (
            "[site]\nurl = \"faq.example\"\ntitle = \" \"",
            &[
                "2:7: `faq.example` cannot be where the site is: a link begins with https:// or http://",
                "3:9: title is empty",
            ],
        ),
        (
            "[site]\nurl = \"https://faq.example/?q\"",
            &[
                "2:7: `https://faq.example/?q` cannot be where the site is: the address of a site has neither `?` nor `#`",
            ],
        ),
        (
            "[observability]\nlisten = \"localhost\"",
            &["2:10: `localhost` is neither a port nor an address with one"],
        ),
        (
            "[observability]\nlisten = 70000",
            &["2:10: `70000` is neither a port nor an address with one"],
        ),
        (
            "[observability]\nlisten = true",
            &["2:10: listen is neither a port nor an address with one"],
        ),
        (
            "[log]\njson = \"yes\"",
            &["2:8: `json` must be true or false, without quotes, not a text"],
        ),
        ("[log]\nfilter = \"\"", &["2:10: filter is empty"]),
        (
            "[log]\nfilter = \"citebot=lound\"",
            &[
                "2:10: `citebot=lound` is not a log filter: error parsing level filter: expected one of \"off\", \"error\", \"warn\", \"info\", \"debug\", \"trace\", or a number 0-5",
            ],
        ),
        (
            "[log]\njson = true\njson = false\n[mtching]",
            &[
                "3:1: not valid TOML: duplicate key",
                "4:2: this file has no key `mtching`",
            ],
        ),
    ] {
        let expected: Vec<String> = expected
            .iter()
            .map(|e| format!("config.toml:{e}"))
            .collect();
        assert_eq!(load(text), Err(expected), "{text:?}");
    }
}

#[test]
fn http_is_for_this_machine_alone() {
    for base in [
        "http://localhost:1",
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "https://localhost:1",
    ] {
        let config = load(&format!("[discord]\napi_base = \"{base}\"")).expect(base);
        assert_eq!(config.discord.api_base.as_deref(), Some(base));
    }
}

#[test]
fn the_token_goes_to_discord_unless_the_environment_names_another_host() {
    let proxy = "https://proxy.example:1";
    for (base, named, goes) in [
        ("https://discord.com", None, true),
        ("https://DISCORD.com", None, true),
        (proxy, None, false),
        (proxy, Some(""), false),
        (proxy, Some("other.example"), false),
        (proxy, Some("example"), false),
        (proxy, Some("proxy.example"), true),
        (proxy, Some(" Proxy.Example "), true),
        ("https://[2001:db8::1]", Some("[2001:db8::1]"), true),
        (
            "https://discord.com.evil.example",
            Some("discord.com"),
            false,
        ),
        ("https://evil.example?discord.com", None, false),
        // What leaves this machine is encrypted in any case.
        ("http://proxy.example", Some("proxy.example"), false),
    ] {
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join("config.toml");
        fs::write(&file, format!("[discord]\napi_base = \"{base}\"")).expect("a file");
        let env = |name: &str| {
            let value = named.filter(|_| name == "CITEBOT_API_HOST");
            value.map(str::to_owned)
        };
        let loaded = Config::load(Some(&file), &env);
        assert_eq!(loaded.is_ok(), goes, "{base} {named:?}");
    }
}

#[test]
fn a_named_file_must_be_there() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("none.toml");
    let problems = Config::load(Some(&file), &none).expect_err("no file");
    assert_eq!(
        problems.to_string(),
        format!("{}: there is no such file", file.display())
    );
}

#[test]
fn the_environment_wins_for_the_log() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("config.toml");
    fs::write(&file, "[log]\nfilter = \"warn\"").expect("a file");
    for (value, expected) in [
        (None, Ok("warn")),
        (Some(""), Ok("warn")),
        (Some("citebot=trace"), Ok("citebot=trace")),
        (
            Some("a=b=c"),
            Err("CITEBOT_LOG: `a=b=c` is not a log filter"),
        ),
    ] {
        let env = |name: &str| value.filter(|_| name == "CITEBOT_LOG").map(str::to_owned);
        match (Config::load(Some(&file), &env), expected) {
            (Ok(config), Ok(filter)) => assert_eq!(config.log.filter, filter),
            (Err(problems), Err(start)) => assert!(problems.to_string().starts_with(start)),
            (found, _) => panic!("{value:?}: {found:?}"),
        }
    }
}

#[test]
fn data_is_in_the_folder_that_the_environment_names() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("config.toml");
    let beside = folder.path().join("x.db");
    for (text, data, store, expected) in [
        ("", "/srv/data", None, Path::new("/srv/data/citebot.db")),
        (
            "",
            "/srv/data",
            Some("sqlite:///tmp/y.db"),
            Path::new("/tmp/y.db"),
        ),
        (
            "[store]\nurl = \"sqlite://x.db\"",
            "/srv/data",
            None,
            &beside,
        ),
    ] {
        fs::write(&file, text).expect("a file");
        let env = |name: &str| match name {
            "CITEBOT_DATA" => Some(data.to_owned()),
            "CITEBOT_STORE" => store.map(str::to_owned),
            _ => None,
        };
        let config = Config::load(Some(&file), &env).expect("no problem");
        assert_eq!(config.data, Path::new(data));
        assert_eq!(config.store.url.to_string(), expected.display().to_string());
    }
    let unset = load("").expect("no problem").data;
    assert!(unset.ends_with("citebot"), "{unset:?}");
    let empty = Config::load(Some(&file), &|_| Some(" ".into())).expect("no problem");
    assert_eq!(empty.data, unset);
}

#[test]
fn a_token_is_no_part_of_what_is_printed() {
    let secret = "MTAwMDAwMDAwMDAwMDAwMDAw.AbCdEf.0123456789_-0123456789-0123456789abcd";
    let token = Token::find(&|_| Some(format!("Bot {secret}")))
        .expect("a token")
        .expect("set");
    assert_eq!(token.expose(), secret);
    assert_eq!(format!("{token:?}"), "Token(hidden)");
}

#[test]
fn the_store_may_come_from_the_environment_and_its_password_is_never_shown() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("config.toml");
    let bad = "mysql://bot:hunter2@db.example/faq";
    let load = |text: &str, value: &str| {
        fs::write(&file, text).expect("a file");
        let env = |name: &str| (name == "CITEBOT_STORE").then(|| value.to_owned());
        Config::load(Some(&file), &env)
    };
    let config = load(
        "[store]\nurl = \"sqlite://x.db\"",
        "postgres://bot:hunter2@db/faq",
    )
    .expect("fine");
    assert_eq!(config.store.url.to_string(), "bot@db:5432/faq");
    let config = load("[store]\nurl = \"sqlite://x.db\"", " ").expect("fine");
    let beside = folder.path().join("x.db").display().to_string();
    assert_eq!(config.store.url.to_string(), beside);
    for (text, value) in [("", bad), (&*format!("[store]\nurl = \"{bad}\""), "")] {
        let problems = load(text, value).expect_err("no such store").to_string();
        assert!(!problems.contains("hunter2"), "{problems}");
        assert!(
            problems.contains("the store's address must be"),
            "{problems}"
        );
    }
}
