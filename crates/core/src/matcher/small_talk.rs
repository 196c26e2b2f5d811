//! Small talk: messages whose words alone show that they ask nothing, so that they need not be
//! encoded.

use super::words::{Word, WordClass};
use crate::knowledge::folded;

/// Longer messages are not small talk.
const MAX_WORDS: usize = 12;
/// From this cosine with a phrasing on, by words, a message may be that phrasing and is not small talk.
const NEAR_A_PHRASING: f32 = 0.6;
/// Unprompted messages are not ranked when the best entry covers less of their weight than this
/// ([`Features::words`](super::features::Features::words)). Of the questions that would be answered
/// correctly unprompted (confidence 0.85), this loses none of 248 among the tune questions, where the
/// least is 0.21, and none of 930 among CLINC150's calibration questions.
const MIN_COVERED_UNPROMPTED: f32 = 0.12;

/// Whether a content word occurs in small talk.
pub(super) fn is_small_talk_word(word: &str) -> bool {
    static WORDS: std::sync::LazyLock<std::collections::HashSet<&'static str>> =
        std::sync::LazyLock::new(|| SMALL_TALK_WORDS.split_ascii_whitespace().collect());
    WORDS.contains(word)
}

/// Whether `text` greets and does nothing more: "hi", "good morning everyone".
///
/// ```
/// use citebot_core::matcher::is_greeting;
/// assert!(is_greeting("Hello there!"));
/// assert!(!is_greeting("hello, what is open source AI?"));
/// ```
#[must_use]
pub fn is_greeting(text: &str) -> bool {
    const GREETINGS: &str =
        "hey heya hi hiya hello helo hullo howdy yo sup wassup greetings gm hallo hola";
    const PARTS: &str = "good day morning afternoon evening there bot all everyone everybody folks";
    let folded = folded(text);
    let is_in = |list: &str, word: &str| list.split(' ').any(|listed| listed == word);
    let greets =
        folded.starts_with("good ") || folded.split(' ').any(|word| is_in(GREETINGS, word));
    greets
        && folded
            .split(' ')
            .all(|word| is_in(GREETINGS, word) || is_in(PARTS, word))
}

/// Whether `words` are small talk, given their greatest cosine with a phrasing by words.
pub(super) fn is_small_talk(words: &[Word], nearest_phrasing: f32) -> bool {
    let mut significant = words
        .iter()
        .filter(|word| word.class != WordClass::Function);
    words.len() <= MAX_WORDS
        && nearest_phrasing < NEAR_A_PHRASING
        && words.iter().any(|word| word.class == WordClass::Content)
        && significant
            .all(|word| word.class == WordClass::Content && is_small_talk_word(&word.text))
}

/// Whether an unprompted message is worth ranking, given the share of its weight that the best entry
/// covers.
pub(super) fn is_worth_ranking_unprompted(covered: f32) -> bool {
    covered >= MIN_COVERED_UNPROMPTED
}

/// Greetings, laughter, thanks, agreement, feelings, moves: none of them names anything.
const SMALL_TALK_WORDS: &str = "\
    hey heya hi hiya hello helo hullo howdy yo sup wassup greetings morning mornin afternoon evening night nite gm gn \
    goodnight bye byebye cya later laters welcome wb cheers \
    lol lool lolol lmao lmaoo lmfao rofl haha hahaha hahah hehe heh xd xdd kek lul omg omfg wtf wth bruh bro bros dude \
    dudes man mate buddy fam guys folks everyone everybody yall peeps lads girl girls boys \
    thx thanks thank thnx tnx ty tysm tyvm np yw sorry sry mb pls plz please kindly \
    ok okay oki okie kk yep yup yeah yea yeh yes ya nah nope no aye sure true facts fr frfr same agreed agree disagree \
    indeed exactly totally absolutely right correct wrong fair enough whatever idk idc tbh ngl imo imho iirc afaik \
    brb afk bbl bbs gtg g2g ttyl omw back gone soon \
    nice good bad cool great awesome amazing wow woah whoa neat sweet dope lit fire based cringe epic legend goat pog poggers \
    sad yay yikes oof rip ouch damn dang heck hell shit fuck crap gosh jeez geez ugh meh huh hmm hm mhm aww aw \
    gg ggs wp glhf ez noob \
    tired sleepy bored hungry sick lazy busy happy glad hyped excited lost \
    sleep sleeping asleep awake bed nap \
    love loved hate miss missed hope wish luck congrats congratulations grats gratz birthday \
    today tonight tomorrow yesterday week weekend friday monday \
    first second last lmk smh ffs jk kidding joke jokes joking serious seriously honestly literally \
    idea clue mood vibe vibes chill chilling relax wait hold nvm nevermind forget";

#[cfg(test)]
mod tests {
    use super::is_small_talk;
    use crate::matcher::words::{Word, split};

    #[test]
    fn small_talk_is_told_from_questions() {
        let cases = [
            ("good morning everyone", true, "a greeting"),
            ("gm all", true, "a greeting"),
            ("lmao", true, "laughter"),
            ("no idea tbh", true, "an answer to someone else"),
            ("so tired today", true, "a feeling"),
            ("brb in ten", false, "“ten” may be asked about"),
            ("who are you", false, "it asks"),
            ("what a week", false, "it may ask"),
            ("is it", false, "it says nothing at all"),
            ("who made pytorch lol", false, "it asks"),
            ("lol pytorch", false, "it names something"),
            ("", false, "nothing"),
        ];
        for (text, expected, why) in cases {
            let words: Vec<Word> = split(text).iter().map(|word| Word::new(word)).collect();
            assert_eq!(is_small_talk(&words, 0.0), expected, "{text:?}: {why}");
            assert!(!is_small_talk(&words, 0.9), "{text:?} is nearly a phrasing");
        }
        let long: Vec<Word> = ["lol"; 13].iter().map(|word| Word::new(word)).collect();
        assert!(!is_small_talk(&long, 0.0));
    }
}
