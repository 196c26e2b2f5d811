//! Normalises what people type: one form for every way of writing the same text.

use unicode_normalization::UnicodeNormalization;

/// Texts are cut to this many characters, the length of Discord's longest message.
const MAX_LENGTH: usize = 4_000;

/// Normalises a text as typed: texts with the same result have the same matches.
///
/// Lower-cases it, unifies look-alike forms (NFKC), collapses white space, cuts runs of one word to
/// two, and removes code blocks, links, Discord mentions, emoji, invisible characters and stacked
/// marks.
#[must_use]
pub fn normalise(raw: &str) -> String {
    let mut visible = String::with_capacity(raw.len().min(MAX_LENGTH));
    visible.extend(
        raw.chars()
            .take(MAX_LENGTH)
            .filter(|&c| !is_invisible(c))
            .map(|c| if c.is_whitespace() { ' ' } else { c }),
    );
    let visible = without_code_blocks(&visible);
    let visible = without_marks_and_links(&visible);
    // Decomposition makes accents and stacked marks characters of their own, which are dropped;
    // composition then restores scripts that need it (Hangul).
    let folded: String = visible
        .nfkd()
        .filter(|&c| !is_stacked_mark(c))
        .nfc()
        .flat_map(char::to_lowercase)
        .collect();
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        let c = match c {
            '‘' | '’' | '‛' | '`' | '´' | 'ʼ' | '＇' => '\'',
            '“' | '”' | '„' => '"',
            '‐' | '‑' | '‒' | '–' | '—' => '-',
            // Markdown's emphasis and spoilers.
            '*' | '_' | '~' | '|' => ' ',
            c if is_sign_or_emoji(c) || c.is_control() || is_invisible(c) => ' ',
            c => c,
        };
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
    shorten_runs(&out)
}

/// Cuts every run of the same word to two: “bora bora” is a name, “why why why” is “why”.
fn shorten_runs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut last, mut run) = ("", 0);
    for word in text.split_ascii_whitespace() {
        run = if word == last { run + 1 } else { 1 };
        last = word;
        if run > 2 {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Zero-width and bidirectional controls, soft hyphens, variation selectors, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

/// The combining marks that accents and "zalgo" are made of. Vowel signs of other scripts are
/// letters to their readers and stay.
fn is_stacked_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Symbols, dingbats, pictographs and private characters.
fn is_sign_or_emoji(c: char) -> bool {
    matches!(c,
        '\u{2190}'..='\u{2bff}' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{1f000}'..='\u{1faff}'
        | '\u{f0000}'..='\u{10ffff}')
}

/// `text` without ` ``` ` blocks; one that is never closed reaches to the end.
fn without_code_blocks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Every second part between fences is inside a block.
    for (at, part) in text.split("```").enumerate() {
        if at % 2 == 0 {
            out.push_str(part);
            out.push(' ');
        }
    }
    out
}

/// `text` without links and Discord's marks: `<@1>`, `<#1>`, `<:name:1>`, `<t:1>`, `</name:1>`,
/// `@everyone`. Keeps the label of `[label](link)`.
fn without_marks_and_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(length) = mention(rest).or_else(|| link(rest)) {
            out.push(' ');
            rest = rest.get(length..).unwrap_or_default();
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            if c.is_alphanumeric() {
                // No link or mention begins inside a word, so the word is copied whole, which also
                // keeps the walk linear.
                let end = rest
                    .find(|c: char| !c.is_alphanumeric())
                    .unwrap_or(rest.len());
                let (word, tail) = rest.split_at(end);
                out.push_str(word);
                rest = tail;
            }
        }
    }
    out
}

/// The length in bytes of the Discord mark that `text` begins with.
fn mention(text: &str) -> Option<usize> {
    for everyone in ["@everyone", "@here"] {
        if text.starts_with(everyone) {
            return Some(everyone.len());
        }
    }
    let inside = text.strip_prefix('<')?;
    let marks = ["@", "#", ":", "a:", "t:", "/", "id:"];
    if !marks.iter().any(|mark| inside.starts_with(mark)) {
        return None;
    }
    // Discord's longest mark is a command with its subcommands; anything longer is text.
    let end = inside
        .char_indices()
        .take(120)
        .find(|&(_, c)| c == '>' || c == ' ' && !inside.starts_with('/'))?;
    (end.1 == '>').then_some(end.0 + 2)
}

/// The length in bytes of the link that `text` begins with, including brackets around it.
fn link(text: &str) -> Option<usize> {
    let inside = text
        .strip_prefix("](")
        .or_else(|| text.strip_prefix('<'))
        .unwrap_or(text);
    let schemes = ["http://", "https://", "www.", "discord.gg/"];
    let scheme = schemes.iter().find(|s| {
        inside
            .get(..s.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(s))
    })?;
    let before = text.len() - inside.len();
    let end = inside
        .find(|c: char| c.is_whitespace() || c == '>')
        .unwrap_or(inside.len());
    let closing = usize::from(before > 0 && inside.get(end..).is_some_and(|r| r.starts_with('>')));
    (end > scheme.len()).then_some(before + end + closing)
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn one_form_for_every_way_of_writing() {
        let cases = [
            ("What IS   open-source\tAI?", "what is open-source ai?"),
            ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
            ("why why why WHY who", "why why who"),
            ("bora bora", "bora bora"),
            ("cafe\u{301} naïve", "cafe naive"),
            ("o\u{335}\u{321}p\u{310}e\u{300}\u{301}\u{302}n", "open"),
            ("op\u{200b}en \u{202e}source\u{202c}", "open source"),
            ("what’s “open”", "what's \"open\""),
            ("hi <@123> <@!4> <@&5> see <#6>", "hi see"),
            ("<:pepe:99> <a:wave:1> nice <t:1700000000:R>", "nice"),
            ("</ask:12> open source", "open source"),
            ("@everyone what is onnx", "what is onnx"),
            ("read https://example.com/a?b=c now", "read now"),
            ("<https://example.com> there", "there"),
            ("[the docs](https://example.com/x) say", "[the docs say"),
            ("WWW.EXAMPLE.COM", ""),
            ("a < b > c", "a < b > c"),
            ("mail me@example.com", "mail me@example.com"),
            ("before ```rust\nfn main() {}\n``` after", "before after"),
            ("never closed ```rust", "never closed"),
            ("run `pip install torch`", "run 'pip install torch'"),
            ("**bold** _and_ ||hidden||", "bold and hidden"),
            ("fire 🔥🔥 👩‍👩‍👧 ❤️", "fire"),
            ("", ""),
            ("\u{0}\u{7}\n", ""),
            ("한국어", "한국어"),
            ("مرحبا", "مرحبا"),
        ];
        for (raw, expected) in cases {
            assert_eq!(normalise(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn long_texts_are_cut() {
        assert!(normalise(&"a".repeat(100_000)).len() <= super::MAX_LENGTH);
    }
}
