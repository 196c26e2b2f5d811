//! Random keyboard typos, to measure what they cost.

use fastrand::Rng;
use fnv::FnvHasher;
use std::hash::Hasher;

/// The keys around each letter on a QWERTY keyboard.
const NEIGHBOURS: [&str; 26] = [
    "qwsz", "vghn", "xdfv", "serfcx", "wsdr", "drtgvc", "ftyhbv", "gyujnb", "ujko", "huikmn",
    "jiolm", "kop", "njk", "bhjm", "iklp", "ol", "wa", "edft", "awedxz", "rfgy", "yhji", "cfgb",
    "qase", "zsdc", "tghu", "asx",
];

/// `question` with one keyboard typo, or two in half of the cases: a neighbouring key, two letters
/// swapped, one left out or one doubled, in words of four letters or more where there are any. The
/// same `seed` and question give the same typos.
#[must_use]
pub fn with_typos(question: &str, seed: u64) -> String {
    let mut hasher = FnvHasher::with_key(seed);
    hasher.write(question.as_bytes());
    let mut random = Rng::with_seed(hasher.finish());
    let mut letters: Vec<char> = question.chars().collect();
    for _ in 0..random.usize(1..=2) {
        let places = typo_places(&letters);
        let Some(&at) = random.choice(&places) else {
            break;
        };
        mistype(&mut letters, at, &mut random);
    }
    letters.into_iter().collect()
}

/// The positions of letters in words of four letters or more; of all letters if there are no such
/// words.
fn typo_places(letters: &[char]) -> Vec<usize> {
    let mut long = Vec::new();
    let mut all = Vec::new();
    let mut start = 0;
    while start < letters.len() {
        if !letters[start].is_ascii_alphabetic() {
            start += 1;
            continue;
        }
        let length = letters[start..]
            .iter()
            .take_while(|c| c.is_ascii_alphabetic())
            .count();
        all.extend(start..start + length);
        if length >= 4 {
            long.extend(start..start + length);
        }
        start += length;
    }
    if long.is_empty() { all } else { long }
}

fn mistype(letters: &mut Vec<char>, at: usize, random: &mut Rng) {
    let letter = letters[at];
    match random.u8(0..4) {
        0 => {
            let row = usize::from(letter.to_ascii_lowercase() as u8 - b'a');
            if let Some(key) = random.choice(NEIGHBOURS[row].as_bytes()) {
                letters[at] = char::from(*key);
            }
        }
        1 => {
            if letters.get(at + 1).is_some_and(char::is_ascii_alphabetic) {
                letters.swap(at, at + 1);
            } else {
                letters.insert(at, letter);
            }
        }
        2 => {
            letters.remove(at);
        }
        _ => letters.insert(at, letter),
    }
}

#[cfg(test)]
mod tests {
    use super::with_typos;

    #[test]
    fn typos_are_few_and_repeatable() {
        for question in ["what is open source ai", "llama link?", "GPT-2?", "hi"] {
            for seed in 0..50 {
                let typed = with_typos(question, seed);
                assert_eq!(typed, with_typos(question, seed));
                let distance = strsim::osa_distance(question, &typed);
                assert!(distance <= 2, "{question} became {typed}");
            }
        }
    }

    #[test]
    fn most_questions_change() {
        let changed = (0..100)
            .filter(|&seed| with_typos("what is open source ai", seed) != "what is open source ai")
            .count();
        assert!(changed > 90, "only {changed} of 100 changed");
    }

    #[test]
    fn text_without_letters_stays() {
        for question in ["", "???", "42", "что такое ии"] {
            assert_eq!(with_typos(question, 7), question);
        }
    }
}
