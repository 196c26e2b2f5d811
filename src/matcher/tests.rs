use super::{MOST_MATCHES, Matcher};
use crate::knowledge::{Alias, Entry, Id, Knowledge};

fn entry(id: &str, question: &str, phrasings: &[&str]) -> Entry {
    Entry {
        id: Id::new(id).expect("an id"),
        topic: "Test".to_owned(),
        question: question.to_owned(),
        phrasings: phrasings.iter().map(|&p| p.to_owned()).collect(),
        answer: "An answer.".to_owned(),
        sources: Vec::new(),
        resources: Vec::new(),
        related: Vec::new(),
    }
}

fn book() -> Knowledge {
    let aliases = vec![
        Alias {
            name: "Meta".to_owned(),
            also: vec!["Facebook".to_owned()],
            definition: None,
        },
        Alias {
            name: "Hugging Face".to_owned(),
            also: vec!["HF".to_owned()],
            definition: None,
        },
    ];
    let entries = vec![
        entry(
            "definition",
            "What is open-source AI?",
            &["define open source ai", "what does open source AI mean"],
        ),
        entry(
            "tensorflow",
            "Who made TensorFlow?",
            &[
                "which company built tensorflow",
                "is tensorflow from google",
            ],
        ),
        entry(
            "pytorch",
            "Who made PyTorch?",
            &["which company built pytorch", "is pytorch from facebook"],
        ),
        entry(
            "hugging-face",
            "What is Hugging Face?",
            &["what can i find on hugging face", "what is HF for"],
        ),
        entry(
            "misuse",
            "Can open-source AI be misused?",
            &["could bad actors abuse open models", "is it dangerous"],
        ),
        entry(
            "meta",
            "Why does Meta publish its models?",
            &["why is meta open", "what does meta gain from llama"],
        ),
    ];
    Knowledge::from_parts(Vec::new(), Vec::new(), aliases, entries)
}

fn best(matcher: &Matcher, knowledge: &Knowledge, question: &str) -> Option<String> {
    matcher
        .rank(question)
        .first()
        .map(|m| knowledge.entries()[m.entry].id.to_string())
}

#[test]
fn questions_find_their_entry() {
    let cases = [
        ("who made tensorflow", "tensorflow"),
        ("hey guys, which company made TensorFlow? thx", "tensorflow"),
        ("waht is opne sorce ai", "definition"),
        ("who is behind pytroch", "pytorch"),
        ("whats hf", "hugging-face"),
        ("why does facebook publish llama", "meta"),
        ("abusing open models", "misuse"),
        ("<@42> who built PyTorch? https://pytorch.org", "pytorch"),
        ("w\u{336}h\u{301}o made tensor\u{200b}flow", "tensorflow"),
    ];
    let knowledge = book();
    let matcher = Matcher::new(&knowledge);
    for (question, expected) in cases {
        assert_eq!(
            best(&matcher, &knowledge, question).as_deref(),
            Some(expected),
            "{question:?}"
        );
    }
}

#[test]
fn nothing_to_go_by_finds_nothing() {
    let matcher = Matcher::new(&book());
    let cases = [
        "",
        "   ",
        "?",
        "...",
        "42",
        "3.14",
        "a",
        "x?",
        "🔥",
        "🤗🤗🤗",
        "<:tensorflow:12345>",
        "<@123>",
        "@everyone",
        "https://example.com/who-made-tensorflow",
        "```\nwho made tensorflow\n```",
        "hello",
        "hey guys",
        "thanks bro",
        "\u{200b}\u{202e}",
        "\u{301}\u{302}\u{303}",
    ];
    for question in cases {
        assert_eq!(matcher.rank(question), [], "{question:?}");
    }
}

#[test]
fn a_wording_of_the_book_is_found_with_more_confidence_than_anything_else() {
    let knowledge = book();
    let matcher = Matcher::new(&knowledge);
    for entry in knowledge.entries() {
        for wording in entry.wordings() {
            assert_eq!(
                best(&matcher, &knowledge, wording).as_deref(),
                Some(entry.id.as_str()),
                "{wording:?}"
            );
        }
    }
    let confidence = |question: &str| matcher.rank(question).first().map_or(0.0, |m| m.confidence);
    let exact = confidence("which company built tensorflow");
    for other in [
        "which company built that bridge",
        "anyone up for valorant tonight?",
        "tensorflow crashes on my mac",
    ] {
        assert!(exact > confidence(other), "{other:?}");
    }
}

#[test]
fn an_empty_book_finds_nothing() {
    let matcher = Matcher::new(&Knowledge::default());
    assert_eq!(matcher.rank("what is open source ai"), []);
    assert_eq!(matcher.why("what is open source ai").candidates, []);
}

#[test]
fn why_tells_what_rank_gives_and_how_it_was_read() {
    let matcher = Matcher::new(&book());
    let question = "hey, is pytroch from facebook";
    let why = matcher.why(question);
    let told: Vec<(usize, f64)> = why
        .candidates
        .iter()
        .map(|c| (c.entry, c.confidence))
        .collect();
    let ranked: Vec<(usize, f64)> = matcher
        .rank(question)
        .iter()
        .map(|m| (m.entry, m.confidence))
        .collect();
    assert_eq!(told, ranked);
    assert_eq!(why.words, ["is", "pytorch", "from", "meta"]);
    assert_eq!(
        (why.repairs[0].from.as_str(), why.repairs[0].to.as_str()),
        ("pytroch", "pytorch")
    );
    assert_eq!(
        (why.readings[0].from.as_str(), why.readings[0].to.as_str()),
        ("facebook", "meta")
    );
    let best = &why.candidates[0];
    assert_eq!((best.entry, best.wording), (2, 2));
    assert_eq!(best.shared[0].0, "pytorch");
}

#[test]
fn a_matcher_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Matcher>();
}

proptest::proptest! {
    #[test]
    fn no_input_panics_and_confidences_are_probabilities_in_order(question in "\\PC{0,80}|[a-z <@#:>`*0-9]{0,80}") {
        let matcher = Matcher::new(&book());
        let matches = matcher.rank(&question);
        assert!(matches.len() <= MOST_MATCHES);
        assert!(matches.iter().all(|m| (0.0..=1.0).contains(&m.confidence)));
        assert!(matches.windows(2).all(|w| w[0].confidence >= w[1].confidence));
        assert_eq!(matches, matcher.rank(&question));
    }
}
