//! Tags and custom commands of other bots, as JSON: a list of objects, or an object by name, of which
//! either may stand in a field of its own. Each tag has a name, an answer, and perhaps aliases; other
//! fields are passed over.

use super::{Found, Reading};
use citebot_core::source_file::SourceFile;
use serde_json::{Map, Value};

/// What bots call the parts of a tag, in lower case and without `_`.
const NAMES: [&str; 5] = ["name", "tag", "trigger", "texttrigger", "title"];
const ANSWERS: [&str; 6] = [
    "content",
    "response",
    "responses",
    "answer",
    "text",
    "value",
];
const ALIASES: [&str; 2] = ["aliases", "alias"];
/// The fields that a list of tags may stand in.
const LISTS: [&str; 3] = ["tags", "commands", "customcommands"];
const TOPIC: &str = "Tags";

pub(super) fn read(file: &SourceFile) -> Reading {
    let mut reading = Reading::default();
    let json: Value = match serde_json::from_str(file.text()) {
        Ok(json) => json,
        Err(error) => {
            let line = file.text().lines().take(error.line().saturating_sub(1));
            let before: usize = line.map(|line| line.len() + 1).sum();
            let at = (before + error.column().saturating_sub(1)).min(file.text().len());
            let message = format!("this is not JSON: {error}");
            reading
                .problems
                .push(file.diagnostic(at..at, message, None));
            return reading;
        }
    };
    let Some(tags) = list(json) else {
        let help = "a list of objects with `name` and `content`, or an object of texts";
        let problem = file.whole("this holds no tags", Some(help.into()));
        reading.problems.push(problem);
        return reading;
    };
    for (at, (name, tag)) in tags.into_iter().enumerate() {
        match found(name, &tag, file) {
            Ok(found) => reading.found.push(found),
            Err(why) => {
                let message = format!("tag {}{why}", at + 1);
                reading.problems.push(file.whole(message, None));
            }
        }
    }
    reading
}

/// Each tag, with its name if that stands outside.
fn list(json: Value) -> Option<Vec<(Option<String>, Value)>> {
    match json {
        Value::Array(tags) => Some(tags.into_iter().map(|tag| (None, tag)).collect()),
        Value::Object(mut fields) => {
            let key = fields
                .keys()
                .find(|key| LISTS.contains(&plain(key).as_str()));
            match key.cloned() {
                Some(key) => list(fields.remove(&key)?),
                None => Some(
                    fields
                        .into_iter()
                        .map(|(key, tag)| (Some(key), tag))
                        .collect(),
                ),
            }
        }
        _ => None,
    }
}

/// The question of a tag, or the end of a sentence about it.
fn found(name: Option<String>, tag: &Value, file: &SourceFile) -> Result<Found, String> {
    let empty = Map::new();
    let (fields, own) = match tag {
        Value::String(text) => (&empty, Some(text.as_str())),
        Value::Object(fields) => (fields, None),
        _ => return Err(" is no tag".into()),
    };
    let name = name.or_else(|| texts(fields, &NAMES).into_iter().next());
    let name = name.ok_or(" has no name")?;
    let answer = own.map(str::to_owned).or_else(|| {
        let answers = texts(fields, &ANSWERS);
        (!answers.is_empty()).then(|| answers.join("\n\n"))
    });
    let answer = answer.filter(|answer| !answer.trim().is_empty());
    let answer = answer.ok_or_else(|| format!(", `{name}`, has no answer"))?;
    if answer.contains("{{") {
        return Err(format!(
            ", `{name}`, is a template: write out what stands in {{{{ }}}}, or leave the tag out"
        ));
    }
    let question = as_question(&name);
    let aliases = texts(fields, &ALIASES).into_iter();
    let mut phrasings: Vec<String> = Vec::new();
    for phrasing in std::iter::once(name.clone()).chain(aliases) {
        let is_new = |known: &String| known.to_lowercase() != phrasing.to_lowercase();
        if is_new(&question) && phrasings.iter().all(is_new) {
            phrasings.push(phrasing);
        }
    }
    // A name with escaped letters is not found; its problems are then told of the file's begin.
    let place = file.text().find(&name);
    let place = place.map_or(0..0, |at| at..at + name.len());
    Ok(Found {
        topic: TOPIC.into(),
        question,
        phrasings,
        answer: answer.trim().to_owned(),
        place,
    })
}

/// The texts of the first of these fields that there is, without empty ones.
fn texts(fields: &Map<String, Value>, names: &[&str]) -> Vec<String> {
    let value = names.iter().find_map(|name| {
        let found = fields.iter().find(|(key, _)| plain(key) == *name);
        found.map(|(_, value)| value)
    });
    let all: Vec<&Value> = match value {
        Some(Value::Array(items)) => items.iter().collect(),
        other => other.into_iter().collect(),
    };
    let texts = all.into_iter().filter_map(Value::as_str).map(str::trim);
    texts
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

fn plain(key: &str) -> String {
    key.to_lowercase().replace('_', "")
}

/// The name of a tag in words: `gpu-reqs` → "Gpu reqs".
fn as_question(name: &str) -> String {
    let words = name.trim().replace(['-', '_'], " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}
