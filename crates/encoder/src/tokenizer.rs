//! BERT's tokenizer: clean the text, split it into words and signs, cut words into the pieces of a vocabulary.
//!
//! The longest piece that the word begins with is taken, then the longest that the rest begins with ("`WordPiece`").
//! Unlike the reference, a mark such as `[SEP]` in somebody's question is text like any other.

use std::{borrow::Cow, collections::HashMap, path::Path};

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::EncoderError;

/// A longer word is not cut up but unknown, as the reference has it.
const LONGEST_WORD: usize = 100;

/// Splits text into the ids of a vocabulary's pieces.
#[derive(Debug)]
pub struct Tokenizer {
    /// Pieces that begin a word.
    starts: HashMap<Cow<'static, str>, u32>,
    /// Pieces that continue one, without their `##`.
    continuations: HashMap<Cow<'static, str>, u32>,
    /// Length of the longest piece, in bytes.
    longest: usize,
    unknown: u32,
    first: u32,
    last: u32,
    /// The most tokens of one text, both marks included.
    most: usize,
    lowercase: bool,
}

impl Tokenizer {
    /// Reads a `vocab.txt`, a piece a line, its id the line's number from 0.
    ///
    /// # Errors
    /// A mark is missing, a piece stands there twice, or their number is not `size`; `file` only names the place.
    pub fn new(
        file: &Path,
        vocabulary: Cow<'static, str>,
        size: usize,
        most: usize,
        lowercase: bool,
    ) -> Result<Self, EncoderError> {
        let problem = |problem: String| EncoderError::Vocabulary {
            file: file.to_owned(),
            problem,
        };
        let pieces: Vec<Cow<'static, str>> = match vocabulary {
            Cow::Borrowed(text) => text.lines().map(Cow::Borrowed).collect(),
            Cow::Owned(text) => text
                .lines()
                .map(|line| Cow::Owned(line.to_owned()))
                .collect(),
        };
        if pieces.len() != size {
            return Err(problem(format!(
                "{} pieces, but config.json says {size}",
                pieces.len()
            )));
        }
        let mut tokenizer = Self {
            starts: HashMap::with_capacity(pieces.len()),
            continuations: HashMap::with_capacity(pieces.len() / 2),
            longest: pieces.iter().map(|piece| piece.len()).max().unwrap_or(0),
            unknown: 0,
            first: 0,
            last: 0,
            most,
            lowercase,
        };
        for (id, piece) in (0_u32..).zip(pieces) {
            let (map, piece) = match piece {
                Cow::Borrowed(piece) if piece.len() > 2 && piece.starts_with("##") => {
                    (&mut tokenizer.continuations, Cow::Borrowed(&piece[2..]))
                }
                Cow::Owned(piece) if piece.len() > 2 && piece.starts_with("##") => (
                    &mut tokenizer.continuations,
                    Cow::Owned(piece[2..].to_owned()),
                ),
                piece => (&mut tokenizer.starts, piece),
            };
            if let Some(before) = map.insert(piece, id) {
                return Err(problem(format!(
                    "lines {} and {} hold the same piece",
                    before + 1,
                    id + 1
                )));
            }
        }
        let mark = |name: &str| {
            let id = tokenizer.starts.get(name).copied();
            id.ok_or_else(|| problem(format!("{name} is missing")))
        };
        (tokenizer.unknown, tokenizer.first, tokenizer.last) =
            (mark("[UNK]")?, mark("[CLS]")?, mark("[SEP]")?);
        Ok(tokenizer)
    }

    /// Ids of the text's pieces between the two marks, cut to the most that the model takes.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = vec![self.first];
        let room = self.most - 1;
        let mut word = String::new();
        // A piece is never longer than the text it stands for, so what lies far beyond the room can't matter;
        // reading stops where the room is full.
        for c in self.normalise(text) {
            match class(c) {
                Class::Letter => word.push(c),
                class => {
                    self.cut(&mut word, &mut ids);
                    if class == Class::Sign {
                        word.push(c);
                        self.cut(&mut word, &mut ids);
                    }
                    if ids.len() >= room {
                        break;
                    }
                }
            }
        }
        self.cut(&mut word, &mut ids);
        ids.truncate(room);
        ids.push(self.last);
        ids
    }

    /// Cleaned text: no control characters, ideographs as words of their own, and without case and accents if so wished.
    fn normalise<'a>(&self, text: &'a str) -> Box<dyn Iterator<Item = char> + 'a> {
        let clean = text.chars().filter(|&c| !is_dropped(c)).flat_map(|c| {
            let space = is_ideograph(c).then_some(' ');
            space
                .into_iter()
                .chain([if is_space(c) { ' ' } else { c }])
                .chain(space)
        });
        if self.lowercase {
            let bare = clean
                .nfd()
                .filter(|c| c.general_category() != GeneralCategory::NonspacingMark);
            Box::new(bare.flat_map(char::to_lowercase))
        } else {
            Box::new(clean)
        }
    }

    /// Moves a word's pieces to `ids` and empties it.
    fn cut(&self, word: &mut String, ids: &mut Vec<u32>) {
        let before = ids.len();
        let mut rest = word.as_str();
        if word.chars().nth(LONGEST_WORD).is_some() {
            ids.push(self.unknown);
            rest = "";
        }
        while !rest.is_empty() {
            let map = if ids.len() == before {
                &self.starts
            } else {
                &self.continuations
            };
            let reach = rest.len().min(self.longest);
            let piece = (1..=reach)
                .rev()
                .find_map(|end| Some((end, *map.get(rest.get(..end)?)?)));
            let Some((end, id)) = piece else {
                ids.truncate(before);
                ids.push(self.unknown);
                break;
            };
            ids.push(id);
            rest = &rest[end..];
        }
        word.clear();
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Sign,
    Letter,
}

fn class(c: char) -> Class {
    match c {
        '0'..='9' | 'a'..='z' | 'A'..='Z' => Class::Letter,
        c if is_space(c) => Class::Space,
        // Every ASCII sign stands alone, also those that Unicode counts among the symbols ($, +, <, =, >, ^, `, |, ~).
        c if c.is_ascii_punctuation() => Class::Sign,
        c if c.general_category_group() == GeneralCategoryGroup::Punctuation => Class::Sign,
        _ => Class::Letter,
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

fn is_dropped(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{fffd}' => true,
        c if c.is_ascii() => c.is_ascii_control(),
        c => c.general_category_group() == GeneralCategoryGroup::Other,
    }
}

/// The blocks of Chinese characters, as BERT counts them.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c),
        0x4e00..=0x9fff | 0x3400..=0x4dbf | 0x2_0000..=0x2_a6df | 0x2_a700..=0x2_b73f | 0x2_b740..=0x2_b81f
        | 0x2_b820..=0x2_ceaf | 0xf900..=0xfaff | 0x2_f800..=0x2_fa1f)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const PIECES: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nopen\n##ness\n##n\n-\nsource\nai\n?\ncafe\n中\n[\n]\nsep\n##s\ne\n$\n";

    fn tokenizer(pieces: &'static str, most: usize) -> Result<Tokenizer, EncoderError> {
        Tokenizer::new(
            Path::new("vocab.txt"),
            Cow::Borrowed(pieces),
            pieces.lines().count(),
            most,
            true,
        )
    }

    #[test]
    fn cuts_text_into_pieces() {
        let tokenizer = tokenizer(PIECES, 128).unwrap();
        let pieces: Vec<&str> = PIECES.lines().collect();
        let cases = [
            ("", ""),
            ("   \t\n", ""),
            ("open source AI?", "open source ai ?"),
            ("Openness", "open ##ness"),
            ("opens open-source", "open ##s open - source"),
            ("openx", "[UNK]"),
            ("CAFÉ café cafe\u{301}", "cafe cafe cafe"),
            ("ai中中ai", "ai 中 中 ai"),
            ("a\u{200d}i a\u{0}i\u{fffd}", "ai ai"),
            ("open\u{a0}ai\u{3000}ai", "open ai ai"),
            ("[SEP]", "[ sep ]"),
            ("$$", "$ $"),
            ("🦙", "[UNK]"),
            ("E\u{301}\u{302}\u{303}\u{304}", "e"),
            ("##s", "[UNK] [UNK] [UNK]"),
        ];
        for (text, expected) in cases {
            let ids = tokenizer.encode(text);
            assert_eq!((ids.first(), ids.last()), (Some(&2), Some(&3)), "{text:?}");
            let found: Vec<&str> = ids[1..ids.len() - 1]
                .iter()
                .map(|&id| pieces[id as usize])
                .collect();
            let expected: Vec<&str> = expected.split_whitespace().collect();
            // `s` alone does not begin a word here.
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn is_cut_to_the_models_length() {
        let tokenizer = tokenizer(PIECES, 8).unwrap();
        for text in [
            "open ".repeat(1000),
            "-".repeat(4000),
            "openness ".repeat(7),
            format!("open{}", "n".repeat(90)),
        ] {
            let ids = tokenizer.encode(&text);
            assert_eq!(ids.len(), 8, "{text:?}");
            assert_eq!(ids[7], 3);
        }
        assert_eq!(
            tokenizer.encode(&format!("open{}", "n".repeat(97))),
            [2, 1, 3]
        );
    }

    #[test]
    fn says_what_a_vocabulary_lacks() {
        let cases = [
            ("[PAD]\n[UNK]\n[CLS]\n", "[SEP] is missing"),
            ("a\n", "[UNK] is missing"),
            ("a\nb\na\n", "lines 1 and 3 hold the same piece"),
        ];
        for (pieces, expected) in cases {
            let error = tokenizer(pieces, 8).unwrap_err().to_string();
            assert!(
                error.contains(expected) && error.contains("vocab.txt"),
                "{error:?}"
            );
        }
        let error =
            Tokenizer::new(Path::new("vocab.txt"), Cow::Borrowed(PIECES), 7, 8, true).unwrap_err();
        assert!(error.to_string().contains("config.json says 7"), "{error}");
    }
}
