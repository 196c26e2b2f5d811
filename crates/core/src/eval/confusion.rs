//! Which entries the matcher mixes up, by leave-one-out: each phrasing is asked of an index without
//! it.

use super::fraction::fraction;
use crate::knowledge::{Entry, Knowledge};
use crate::matcher::Matcher;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

/// The share of mixed-up phrasings above which two entries compete: one of them needs phrasings that
/// tell it from the other, or both should be one. Two entries of fifteen phrasings each may have two
/// that are taken for the other's.
pub const COMPETING_SHARE: f64 = 0.10;

/// Two entries whose phrasings are taken for each other's.
#[derive(Debug, Clone, PartialEq)]
pub struct Confusion {
    /// The two entries, the earlier one first.
    pub entries: [Arc<Entry>; 2],
    /// The phrasings of the first that find the second, and the other way round.
    pub mixed_up: [Vec<String>; 2],
    /// The mixed-up phrasings as a fraction of both entries' phrasings, in `(0, 1]`.
    pub share: f64,
}

/// Every pair of entries that is mixed up at all, the worst first.
///
/// Calls `index` as often as the largest entry has phrasings, each time with knowledge in which every
/// entry lacks one phrasing. Ignores entries with a single phrasing, which can't be found without it.
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
            .filter_map(|(at, entry)| {
                without(entry, round).map(|(e, phrasing)| (e, (at, phrasing)))
            })
            .unzip();
        if left_out.is_empty() {
            continue;
        }
        let matcher = index(&knowledge.overlaid(&[], &shortened));
        for ((at, phrasing), found) in left_out.iter().zip(first_found(&matcher, &left_out)) {
            if let Some(found) = found.filter(|found| found != at) {
                let pair = mixed.entry((found.min(*at), found.max(*at))).or_default();
                pair[usize::from(*at > found)].push(phrasing.clone());
            }
        }
    }
    let mut confusions: Vec<Confusion> = mixed
        .into_iter()
        .map(|((a, b), mixed_up)| {
            let entries = [a, b].map(|at| Arc::clone(&entries[at]));
            let phrasings = entries.iter().flat_map(|e| e.all_phrasings()).count();
            let share = fraction(mixed_up.iter().flatten().count(), phrasings).unwrap_or_default();
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

/// `entry` without its phrasing number `left_out`, and that phrasing; `None` if there is no such
/// phrasing, or no other.
fn without(entry: &Entry, left_out: usize) -> Option<(Arc<Entry>, String)> {
    let mut phrasings: Vec<String> = entry.all_phrasings().map(str::to_owned).collect();
    if left_out >= phrasings.len() || phrasings.len() < 2 {
        return None;
    }
    let phrasing = phrasings.remove(left_out);
    let question = phrasings.remove(0);
    let shortened = Entry {
        question,
        phrasings,
        ..entry.clone()
    };
    Some((Arc::new(shortened), phrasing))
}

/// The best match of each phrasing in `left_out`, computed on all processors.
fn first_found(matcher: &Matcher, left_out: &[(usize, String)]) -> Vec<Option<usize>> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let find = |part: &[(usize, String)]| -> Vec<Option<usize>> {
        part.iter()
            .map(|(_, phrasing)| matcher.rank(phrasing).first().map(|m| m.entry))
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

    fn entry(id: &str, phrasings: &[&str]) -> Entry {
        Entry::example(id, phrasings[0], &phrasings[1..])
    }

    #[test]
    fn entries_that_share_words_are_mixed_up_and_others_are_not() {
        let knowledge = Knowledge::from_parts(
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
        let found = confusions(&knowledge, &mut |shortened: &Knowledge| {
            built += 1;
            assert_eq!(shortened.entries().len(), 4);
            Matcher::new(shortened)
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
