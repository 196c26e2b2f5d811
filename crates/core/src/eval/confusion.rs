//! Which entries the matcher mixes up, by leave-one-out: each wording is put to an index that lacks
//! it.

use crate::knowledge::{Entry, Knowledge};
use crate::matcher::Matcher;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

/// The share of mixed-up wordings above which two entries compete: from here on, one of them needs
/// wordings that tell it from the other, or both should be one. Chosen so that two entries of fifteen
/// wordings each may share two that read like the other's.
pub const COMPETING: f64 = 0.10;

/// Two entries whose wordings are taken for each other's.
#[derive(Debug, Clone, PartialEq)]
pub struct Confusion {
    /// The two entries, the earlier in the book first.
    pub entries: [Arc<Entry>; 2],
    /// Of the first, the wordings that find the second; and the other way round.
    pub mixed_up: [Vec<String>; 2],
    /// The mixed-up wordings as a fraction of both entries' wordings, in `(0, 1]`.
    pub share: f64,
}

/// Every pair of entries that is mixed up at all, the worst first. `index` makes a matcher for a
/// book; it is called once for each wording of the entry that has most, with a book that lacks one
/// wording of every entry. An entry with a single wording can't be found without it and is left
/// out.
pub fn confusions(
    knowledge: &Knowledge,
    index: &mut dyn FnMut(&Knowledge) -> Matcher,
) -> Vec<Confusion> {
    let entries = knowledge.entries();
    let most = entries.iter().map(|e| e.all_phrasings().count()).max();
    let mut mixed: BTreeMap<(usize, usize), [Vec<String>; 2]> = BTreeMap::new();
    for round in 0..most.unwrap_or(0) {
        let (shortened, left_out): (Vec<_>, Vec<_>) = entries
            .iter()
            .enumerate()
            .filter_map(|(at, entry)| without(entry, round).map(|(e, wording)| (e, (at, wording))))
            .unzip();
        if left_out.is_empty() {
            continue;
        }
        let matcher = index(&knowledge.overlaid(&[], &shortened));
        for ((at, wording), found) in left_out.iter().zip(first_found(&matcher, &left_out)) {
            if let Some(found) = found.filter(|found| found != at) {
                let pair = mixed.entry((found.min(*at), found.max(*at))).or_default();
                pair[usize::from(*at > found)].push(wording.clone());
            }
        }
    }
    let mut confusions: Vec<Confusion> = mixed
        .into_iter()
        .map(|((a, b), mixed_up)| {
            let entries = [a, b].map(|at| Arc::clone(&entries[at]));
            let wordings = entries.iter().flat_map(|e| e.all_phrasings()).count();
            let share = super::fraction(mixed_up.iter().flatten().count(), wordings);
            Confusion {
                entries,
                mixed_up,
                share,
            }
        })
        .collect();
    confusions.sort_by(|a, b| b.share.total_cmp(&a.share));
    confusions
}

/// `entry` without its wording number `left_out`, and that wording; `None` if it has no such one, or
/// no other.
fn without(entry: &Entry, left_out: usize) -> Option<(Arc<Entry>, String)> {
    let mut wordings: Vec<String> = entry.all_phrasings().map(str::to_owned).collect();
    if left_out >= wordings.len() || wordings.len() < 2 {
        return None;
    }
    let wording = wordings.remove(left_out);
    let question = wordings.remove(0);
    let shortened = Entry {
        question,
        phrasings: wordings,
        ..entry.clone()
    };
    Some((Arc::new(shortened), wording))
}

/// For each of `left_out` the entry that it finds first, on every processor.
fn first_found(matcher: &Matcher, left_out: &[(usize, String)]) -> Vec<Option<usize>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let find = |part: &[(usize, String)]| -> Vec<Option<usize>> {
        part.iter()
            .map(|(_, wording)| matcher.rank(wording).first().map(|m| m.entry))
            .collect()
    };
    thread::scope(|scope| {
        let parts = left_out.chunks(left_out.len().div_ceil(threads).max(1));
        let running: Vec<_> = parts.map(|part| scope.spawn(move || find(part))).collect();
        running
            .into_iter()
            .flat_map(|part| match part.join() {
                Ok(found) => found,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::confusions;
    use crate::knowledge::{Entry, Knowledge};
    use crate::matcher::Matcher;

    fn entry(id: &str, wordings: &[&str]) -> Entry {
        Entry::example(id, wordings[0], &wordings[1..])
    }

    #[test]
    fn entries_that_share_words_are_mixed_up_and_others_are_not() {
        let book = Knowledge::from_parts(
            Vec::new(),
            Vec::new(),
            Vec::new(),
            vec![
                entry(
                    "green",
                    &[
                        "How hot for green tea?",
                        "green tea temperature",
                        "which kettle suits black tea",
                    ],
                ),
                entry(
                    "kettle",
                    &[
                        "Which kettle suits tea?",
                        "kettle for black tea",
                        "kettle to buy",
                    ],
                ),
                entry("milk", &["Milk first or last?", "does milk go in last"]),
                entry("alone", &["Where are tea gardens?"]),
            ],
        );
        let mut built = 0;
        let found = confusions(&book, &mut |book: &Knowledge| {
            built += 1;
            assert_eq!(book.entries().len(), 4);
            Matcher::new(book)
        });
        assert_eq!(built, 3);
        let told: Vec<_> = found
            .iter()
            .map(|c| {
                (
                    c.entries.each_ref().map(|e| e.id.to_string()),
                    c.mixed_up.clone(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [(
                ["green".to_owned(), "kettle".to_owned()],
                [
                    vec!["which kettle suits black tea".to_owned()],
                    vec![
                        "Which kettle suits tea?".to_owned(),
                        "kettle for black tea".to_owned()
                    ]
                ]
            )]
        );
        assert!((found[0].share - 0.5).abs() < 1e-9);
    }
}
