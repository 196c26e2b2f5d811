//! Lists that don't fit in a field of the modal. The lines beyond what it holds stay hidden: the
//! modal's custom id tells which they were, and what is typed gets them back.

use crate::discord::custom_id::Fingerprint;
use crate::discord::limits;
use citebot_engine::EntryInput;

/// As many whole lines of `list` as a field holds, and the others.
#[must_use]
pub fn split(list: &str) -> (&str, &str) {
    if limits::length(list) <= limits::INPUT_VALUE {
        return (list, "");
    }
    let (mut used, mut end) = (0, 0);
    for line in list.split_inclusive('\n') {
        used += limits::length(line);
        if used > limits::INPUT_VALUE {
            break;
        }
        end += line.len();
    }
    list.split_at(end)
}

/// The part of `input` that no field shows.
#[must_use]
pub fn hidden(input: &EntryInput) -> Fingerprint {
    let (_, phrasings) = split(&input.phrasings);
    let (_, sources) = split(&input.sources);
    Fingerprint::of(&format!("{phrasings}\0{sources}"))
}

/// Appends to `input` the hidden part that has this fingerprint in one of `sources`; if none has,
/// that of the first.
pub fn restore(input: &mut EntryInput, hidden_part: Fingerprint, sources: &[&EntryInput]) {
    if hidden_part == hidden(&EntryInput::default()) {
        return;
    }
    let same = sources.iter().find(|source| hidden(source) == hidden_part);
    if let Some(source) = same.or(sources.first()) {
        append(&mut input.phrasings, split(&source.phrasings).1);
        append(&mut input.sources, split(&source.sources).1);
    }
}

fn append(list: &mut String, rest: &str) {
    if !rest.is_empty() {
        if !list.is_empty() && !list.ends_with('\n') {
            list.push('\n');
        }
        list.push_str(rest);
    }
}
