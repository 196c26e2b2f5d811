//! BERT's tokenizer: cleans text, splits it into words and punctuation, and splits words into the vocabulary's pieces.
//!
//! `WordPiece` takes the longest piece that the word begins with, then the longest that the rest begins with. Unlike the
//! reference, a special token such as `[SEP]` in a question is text like any other.

use std::{borrow::Cow, collections::HashMap, path::Path};

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use crate::error::EncoderError;

/// Characters of the longest word that is split; longer ones become `[UNK]`, as in the reference.
const MAX_WORD_CHARS: usize = 100;

/// Turns text into the ids of a vocabulary's pieces.
#[derive(Debug)]
pub struct Tokenizer {
    /// Pieces that begin a word.
    starts: HashMap<Cow<'static, str>, u32>,
    /// Pieces that continue one, without their `##`.
    continuations: HashMap<Cow<'static, str>, u32>,
    /// Length of the longest piece, in bytes.
    max_piece_len: usize,
    unk: u32,
    cls: u32,
    sep: u32,
    /// The most tokens of one text, `[CLS]` and `[SEP]` included.
    max_tokens: usize,
    lowercase: bool,
}

impl Tokenizer {
    /// Reads a `vocab.txt`: a piece a line, whose id is the line's number from 0. `file` only appears in errors.
    ///
    /// # Errors
    /// A special token is missing, a piece stands there twice, or the number of pieces is not `size`.
    pub fn new(
        file: &Path,
        vocabulary: Cow<'static, str>,
        size: usize,
        max_tokens: usize,
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
        let max_piece_len = pieces.iter().map(|piece| piece.len()).max().unwrap_or(0);
        let mut starts = HashMap::with_capacity(pieces.len());
        let mut continuations = HashMap::with_capacity(pieces.len() / 2);
        for (id, piece) in (0_u32..).zip(pieces) {
            let (map, piece) = match piece {
                Cow::Borrowed(piece) if is_continuation(piece) => {
                    (&mut continuations, Cow::Borrowed(&piece[2..]))
                }
                Cow::Owned(piece) if is_continuation(&piece) => {
                    (&mut continuations, Cow::Owned(piece[2..].to_owned()))
                }
                piece => (&mut starts, piece),
            };
            if let Some(before) = map.insert(piece, id) {
                return Err(problem(format!(
                    "lines {} and {} hold the same piece",
                    before + 1,
                    id + 1
                )));
            }
        }
        let special = |name: &str| {
            let id = starts.get(name).copied();
            id.ok_or_else(|| problem(format!("{name} is missing")))
        };
        let (unk, cls, sep) = (special("[UNK]")?, special("[CLS]")?, special("[SEP]")?);
        Ok(Self {
            starts,
            continuations,
            max_piece_len,
            unk,
            cls,
            sep,
            max_tokens,
            lowercase,
        })
    }

    /// Ids of the text's pieces between `[CLS]` and `[SEP]`, cut to the model's limit.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = vec![self.cls];
        let room = self.max_tokens - 1;
        let mut word = String::new();
        // Stops once the limit is reached, however long the text is.
        for c in self.normalise(text) {
            match class(c) {
                Class::Word => word.push(c),
                class => {
                    self.split_word(&mut word, &mut ids);
                    if class == Class::Punctuation {
                        word.push(c);
                        self.split_word(&mut word, &mut ids);
                    }
                    if ids.len() >= room {
                        break;
                    }
                }
            }
        }
        self.split_word(&mut word, &mut ids);
        ids.truncate(room);
        ids.push(self.sep);
        ids
    }

    /// Drops control characters, sets spaces around ideographs and, for a lowercase model, removes case and accents.
    fn normalise<'a>(&self, text: &'a str) -> Box<dyn Iterator<Item = char> + 'a> {
        let clean = text.chars().filter(|&c| !is_dropped(c)).flat_map(|c| {
            let space = is_ideograph(c).then_some(' ');
            space
                .into_iter()
                .chain([if c.is_whitespace() { ' ' } else { c }])
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

    /// Appends a word's pieces to `ids` and clears the word.
    fn split_word(&self, word: &mut String, ids: &mut Vec<u32>) {
        let before = ids.len();
        let mut rest = word.as_str();
        if word.chars().nth(MAX_WORD_CHARS).is_some() {
            ids.push(self.unk);
            rest = "";
        }
        while !rest.is_empty() {
            let map = if ids.len() == before {
                &self.starts
            } else {
                &self.continuations
            };
            let max_len = rest.len().min(self.max_piece_len);
            let piece = (1..=max_len)
                .rev()
                .find_map(|end| Some((end, *map.get(rest.get(..end)?)?)));
            let Some((end, id)) = piece else {
                ids.truncate(before);
                ids.push(self.unk);
                break;
            };
            ids.push(id);
            rest = &rest[end..];
        }
        word.clear();
    }
}

fn is_continuation(piece: &str) -> bool {
    piece.len() > 2 && piece.starts_with("##")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Punctuation,
    Word,
}

fn class(c: char) -> Class {
    match c {
        '0'..='9' | 'a'..='z' | 'A'..='Z' => Class::Word,
        c if c.is_whitespace() => Class::Space,
        // BERT counts those that are symbols to Unicode ($, +, <, =, >, ^, `, |, ~) as punctuation, too.
        c if c.is_ascii_punctuation() => Class::Punctuation,
        c if c.general_category_group() == GeneralCategoryGroup::Punctuation => Class::Punctuation,
        _ => Class::Word,
    }
}

fn is_dropped(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{fffd}' => true,
        c if c.is_ascii() => c.is_ascii_control(),
        c => c.general_category_group() == GeneralCategoryGroup::Other,
    }
}

/// The blocks that BERT counts as Chinese characters.
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

    fn tokenizer(pieces: &'static str, max_tokens: usize) -> Result<Tokenizer, EncoderError> {
        Tokenizer::new(
            Path::new("vocab.txt"),
            Cow::Borrowed(pieces),
            pieces.lines().count(),
            max_tokens,
            true,
        )
    }

    #[test]
    fn splits_text_into_pieces() {
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
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn cuts_to_the_models_limit() {
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
    fn rejects_a_malformed_vocabulary() {
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
