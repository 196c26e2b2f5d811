use super::{Encoder, MAX_MATCHES, Matcher, Objection, SentenceEncoder, VectorCache};
use crate::knowledge::{Alias, Entry, Knowledge};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

fn entry(id: &str, question: &str, phrasings: &[&str]) -> Entry {
    Entry {
        answer: "An answer.".to_owned(),
        ..Entry::example(id, question, phrasings)
    }
}

fn faq() -> Knowledge {
    let aliases = vec![
        Alias {
            name: "Meta".to_owned(),
            also: vec!["Facebook".to_owned()],
        },
        Alias {
            name: "Hugging Face".to_owned(),
            also: vec!["HF".to_owned()],
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
    let knowledge = faq();
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
fn messages_without_content_find_nothing() {
    let matcher = Matcher::new(&faq());
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
fn phrasings_are_found_with_more_confidence_than_anything_else() {
    let knowledge = faq();
    let matcher = Matcher::new(&knowledge);
    for entry in knowledge.entries() {
        for phrasing in entry.all_phrasings() {
            assert_eq!(
                best(&matcher, &knowledge, phrasing).as_deref(),
                Some(entry.id.as_str()),
                "{phrasing:?}"
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
fn out_of_scope_questions_are_not_answered() {
    let out_of_scope = [
        "who is the boss of hugging face",
        "which company built the bridge",
    ];
    let plain = faq();
    let limited = faq().with_out_of_scope(out_of_scope.map(str::to_owned).to_vec());
    // A moderator's entry that answers one of them.
    let answered = limited.overlaid(
        &[],
        &[Arc::new(entry(
            "boss",
            "Who leads Hugging Face?",
            &["who is the boss of hugging face"],
        ))],
    );
    let by_words = |knowledge: &Knowledge| Matcher::new(knowledge);
    let by_vectors = |knowledge: &Knowledge| {
        let mut cache = VectorCache::default();
        Matcher::with_encoder(knowledge, Counting::new(), &mut cache, 1, &mut |_, _| ())
    };
    for index in [&by_words as &dyn Fn(&Knowledge) -> Matcher, &by_vectors] {
        let sure = |knowledge: &Knowledge, question: &str| {
            let matches = index(knowledge).rank(question);
            matches.first().map_or(0.0, |m| m.confidence)
        };
        for question in [
            "who is the boss of hugging face",
            "the boss of hugging face is who",
        ] {
            let (before, after) = (sure(&plain, question), sure(&limited, question));
            assert!(after < before / 2.0, "{question:?}: {before}, then {after}");
        }
        assert!(sure(&limited, "who made tensorflow") > 0.9);
        let question = "who is the boss of hugging face";
        assert!(sure(&answered, question) > 0.9);
    }
    let found = by_vectors(&answered).rank("the boss of hugging face is who");
    assert_eq!(found[0].entry, plain.entries().len());
    assert!(found[0].confidence > 0.5, "{}", found[0].confidence);
}

#[test]
fn no_entries_find_nothing() {
    let matcher = Matcher::new(&Knowledge::default());
    assert_eq!(matcher.rank("what is open source ai"), []);
    assert_eq!(matcher.explain("what is open source ai").candidates, []);
}

#[test]
fn an_explanation_has_the_matches_of_rank_and_how_the_question_was_read() {
    let matcher = Matcher::new(&faq());
    let question = "hey, is pytroch from facebook";
    let explanation = matcher.explain(question);
    let explained: Vec<(usize, f64)> = explanation
        .candidates
        .iter()
        .map(|c| (c.entry, c.confidence))
        .collect();
    let ranked: Vec<(usize, f64)> = matcher
        .rank(question)
        .iter()
        .map(|m| (m.entry, m.confidence))
        .collect();
    assert_eq!(explained, ranked);
    assert_eq!(explanation.words, ["is", "pytorch", "from", "meta"]);
    let repair = &explanation.repairs[0];
    assert_eq!((&*repair.from, &*repair.to), ("pytroch", "pytorch"));
    let alias = &explanation.applied_aliases[0];
    assert_eq!((&*alias.from, &*alias.to), ("facebook", "meta"));
    let best = &explanation.candidates[0];
    assert_eq!((best.entry, best.phrasing), (2, 2));
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
        static MATCHER: LazyLock<Matcher> = LazyLock::new(|| Matcher::new(&faq()));
        let matcher = &*MATCHER;
        let matches = matcher.rank(&question);
        assert!(matches.len() <= MAX_MATCHES);
        assert!(matches.iter().all(|m| (0.0..=1.0).contains(&m.confidence)));
        assert!(matches.windows(2).all(|w| w[0].confidence >= w[1].confidence));
        assert_eq!(matches, matcher.rank(&question));
    }
}

/// The real encoder, counting the texts that it encodes.
#[derive(Debug)]
struct Counting {
    encoder: &'static Encoder,
    one_by_one: AtomicUsize,
    in_batches: AtomicUsize,
}

impl Counting {
    fn new() -> Arc<Self> {
        static ENCODER: LazyLock<Encoder> =
            LazyLock::new(|| Encoder::embedded().expect("the model in the program is sound"));
        Arc::new(Self {
            encoder: &ENCODER,
            one_by_one: AtomicUsize::new(0),
            in_batches: AtomicUsize::new(0),
        })
    }

    fn counts(&self) -> (usize, usize) {
        (
            self.one_by_one.load(Ordering::Relaxed),
            self.in_batches.load(Ordering::Relaxed),
        )
    }
}

impl SentenceEncoder for Counting {
    fn dims(&self) -> usize {
        SentenceEncoder::dims(self.encoder)
    }

    fn fingerprint(&self) -> &str {
        SentenceEncoder::fingerprint(self.encoder)
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        self.one_by_one.fetch_add(1, Ordering::Relaxed);
        SentenceEncoder::encode(self.encoder, text)
    }

    fn encode_many(
        &self,
        texts: &[String],
        threads: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Vec<f32> {
        self.in_batches.fetch_add(texts.len(), Ordering::Relaxed);
        SentenceEncoder::encode_many(self.encoder, texts, threads, progress)
    }
}

#[test]
fn vectors_find_questions_without_a_shared_word_and_are_computed_once() {
    let knowledge = faq();
    let encoder = Counting::new();
    let mut cache = VectorCache::default();
    let mut progress = (0, 0);
    let matcher = Matcher::with_encoder(
        &knowledge,
        encoder.clone(),
        &mut cache,
        1,
        &mut |done, all| progress = (done, all),
    );
    let (_, first) = encoder.counts();
    assert_eq!(progress, (first, first));
    assert_eq!(cache.len(), first);
    assert_eq!(cache.fingerprint(), SentenceEncoder::fingerprint(&*encoder));

    let cases = [
        ("could criminals use it for harm", "misuse"),
        (
            "explain the meaning of freely available artificial intelligence",
            "definition",
        ),
        ("which firm developed pytorch", "pytorch"),
    ];
    for (question, expected) in cases {
        assert_eq!(
            best(&matcher, &knowledge, question).as_deref(),
            Some(expected),
            "{question:?}"
        );
        assert!(matcher.explain(question).semantic);
    }
    let sure = |question: &str| matcher.rank(question).first().map_or(0.0, |m| m.confidence);
    assert!(sure("which company created tensorflow") > 0.5);
    for talk in [
        "anyone up for valorant tonight?",
        "is tap water safe in brazil",
        "my cat is asleep on the keyboard",
    ] {
        assert!(sure(talk) < 0.2, "{talk:?}: {}", sure(talk));
    }

    // Messages that are no question, and phrasings, need no encoder.
    let (before, _) = encoder.counts();
    for question in [
        "",
        "42",
        "hey guys",
        "🔥",
        "Who made TensorFlow?",
        "hey, who made tensorflow pls",
        "who made the tensorflow",
        "who actually made a TensorFlow?",
        "lmao so tired",
        "gn bro",
    ] {
        assert!(!matcher.explain(question).semantic, "{question:?}");
    }
    // Nor do unprompted messages that share next to nothing with the FAQ.
    for message in ["grabbing pizza, brb", "congrats on finishing school!!"] {
        assert_eq!(matcher.rank_unprompted(message), [], "{message:?}");
    }
    assert_eq!(encoder.counts().0, before);
    let asked = "which firm developed pytorch";
    assert_eq!(matcher.rank_unprompted(asked), matcher.rank(asked));

    // An edit encodes the new phrasing alone; a restart with the cache encodes nothing.
    let changed = Arc::new(entry(
        "meta",
        "Why does Meta publish its models?",
        &["why is meta open", "a new phrasing"],
    ));
    let edited_faq = knowledge.overlaid(&[], &[changed]);
    let edited = Matcher::with_encoder(&edited_faq, encoder.clone(), &mut cache, 1, &mut |_, _| ());
    assert_eq!(encoder.counts().1, first + 1);
    assert!(!edited.rank("a new phrasing").is_empty());
    // An index that reuses preprocessed phrasings equals one that does not.
    let mut all = VectorCache::from_bytes(&cache.to_bytes(), cache.fingerprint())
        .expect("the bytes of a cache");
    let afresh = Matcher::with_encoder(&edited_faq, encoder.clone(), &mut all, 1, &mut |_, _| ());
    for question in [
        "which firm developed pytorch",
        "why si meta opne",
        "what is llama for",
    ] {
        assert_eq!(
            edited.explain(question),
            afresh.explain(question),
            "{question:?}"
        );
    }
    let kept = VectorCache::from_bytes(&cache.to_bytes(), cache.fingerprint());
    let mut kept = kept.expect("the bytes of a cache");
    let again = Matcher::with_encoder(&knowledge, encoder.clone(), &mut kept, 1, &mut |_, _| ());
    assert_eq!(encoder.counts().1, first + 1);
    let question = "which firm developed pytorch";
    assert_eq!(again.rank(question), matcher.rank(question));
}

#[test]
fn small_talk_is_ignored_unless_the_faq_answers_it() {
    let talk = ["yup that's true", "lol ok", "gn all", "no good", "hey guys"];
    let matcher = Matcher::new(&faq());
    for line in talk {
        assert_eq!(matcher.rank(line), [], "{line:?}");
    }
    // A phrasing that is padding is answered, and small talk is still ignored.
    let mut entries = vec![entry("scope", "What can I ask you?", &["help"])];
    entries.extend(faq().entries().iter().map(|entry| (**entry).clone()));
    let helpful = Knowledge::from_parts(Vec::new(), Vec::new(), Vec::new(), entries);
    let matcher = Matcher::new(&helpful);
    assert_eq!(matcher.rank("help").first().map(|best| best.entry), Some(0));
    assert_eq!(matcher.rank("gn all"), []);
    let mut entries = vec![entry("yes", "Yes", &["that is true", "yeah ok"])];
    entries.extend(faq().entries().iter().map(|entry| (**entry).clone()));
    let polite = Knowledge::from_parts(Vec::new(), Vec::new(), Vec::new(), entries);
    let matcher = Matcher::new(&polite);
    let best = matcher.rank("yup that's true");
    assert_eq!(best.first().map(|best| best.entry), Some(0));
}

#[test]
fn a_cache_of_another_model_is_not_used() {
    let encoder = Counting::new();
    let mut cache = VectorCache::new("another");
    cache.insert("who made tensorflow", &[1.0, 0.0]);
    let matcher = Matcher::with_encoder(&faq(), encoder.clone(), &mut cache, 1, &mut |_, _| ());
    assert_eq!(cache.fingerprint(), SentenceEncoder::fingerprint(&*encoder));
    assert!(!matcher.rank("which firm developed pytorch").is_empty());
}

#[test]
fn no_entries_find_nothing_by_vectors_either() {
    let mut cache = VectorCache::default();
    let matcher = Matcher::with_encoder(
        &Knowledge::default(),
        Counting::new(),
        &mut cache,
        1,
        &mut |_, _| (),
    );
    assert_eq!(matcher.rank("what is open source ai"), []);
}

#[test]
fn a_question_that_only_sounds_like_an_entry_is_objected_to() {
    let llama = entry(
        "llama-2",
        "What is Llama 2?",
        &[
            "is llama 2 open source",
            "explain llama 2",
            "what does meta give away with llama 2",
        ],
    );
    let openness = entry(
        "benefits",
        "What are the advantages of open-source AI?",
        &["pros of open source ai", "why choose open ai models"],
    );
    let knowledge = Knowledge::from_parts(vec![], vec![], vec![], vec![llama, openness])
        .with_names(vec!["Ollama".to_owned(), "Llama 3".to_owned()]);
    let matcher = Matcher::new(&knowledge);
    let cases = [
        ("what is llama 2", None),
        ("is llama 2 open source?", None),
        ("what is llama2 again?", None),
        ("i love llama 2", Some(Objection::NoQuestion)),
        ("llama 2 is open source", Some(Objection::NoQuestion)),
        ("what is ollama for llama 2", Some(Objection::ForeignName)),
        ("is llama 3 open source", Some(Objection::ForeignName)),
        (
            "is llama 2 for 7 open source",
            Some(Objection::ForeignNumber),
        ),
        (
            "what are the disadvantages of open-source AI?",
            Some(Objection::Opposite),
        ),
        (
            "what are the advantages of closed AI?",
            Some(Objection::Opposite),
        ),
        ("why is llama 2 not open source", Some(Objection::Negation)),
        ("when is llama 2 open source", Some(Objection::OtherAspect)),
        ("is open source llama 2 down again", Some(Objection::Status)),
        (
            "what does llama 2 give away with meta",
            Some(Objection::ExchangedRoles),
        ),
        ("is open source llama 2", Some(Objection::OtherOrder)),
        ("what is ollama", Some(Objection::OtherSubject)),
        (
            "can you explain llama 2 and write me a poem",
            Some(Objection::Errand),
        ),
    ];
    for (question, expected) in cases {
        let matches = matcher.rank(question);
        assert!(!matches.is_empty(), "{question:?}");
        assert_eq!(matches[0].objection, expected, "{question:?}");
    }
}

#[test]
fn a_name_is_no_typo_and_what_is_repaired_is_no_exact_match() {
    let knowledge = faq().with_names(vec!["Ollama".to_owned(), "PyTurch".to_owned()]);
    let matcher = Matcher::new(&knowledge);
    // (question, repaired, found word for word)
    let cases = [
        ("who made pytorch", false, true),
        ("who made pytroch", true, false),
        ("who made pyturch", false, false),
        ("what does meta gain from ollama", false, false),
    ];
    for (question, repaired, exact) in cases {
        let explained = matcher.explain(question);
        assert_eq!(!explained.repairs.is_empty(), repaired, "{question:?}");
        assert_eq!(
            matcher.exact_match(question).is_some(),
            exact,
            "{question:?}"
        );
    }
    // Hardly anybody mistypes the first letter of a name.
    let bare = Matcher::new(&faq());
    assert!(bare.explain("why is leta open").repairs.is_empty());
}

#[test]
fn other_languages_are_told_from_english() {
    let matcher = Matcher::new(&faq());
    let cases = [
        ("what is open source ai", true),
        ("wat iz opne sorce ai", true),
        ("tensorflow vs pytorch?", true),
        ("gm frens, hugging face wen", true),
        ("lol", true),
        ("", true),
        ("who tf made pytorch anyways", true),
        ("kann man hier auch deutsch fragen", false),
        ("was ist offene künstliche intelligenz", false),
        ("qué es la inteligencia artificial abierta", false),
        (
            "qu'est-ce que c'est que l'intelligence artificielle libre",
            false,
        ),
        ("o que é inteligência artificial de código aberto", false),
        ("açık kaynak yapay zeka nedir", false),
        ("что такое открытый искусственный интеллект", false),
        ("オープンソースのAIとは何ですか", false),
        ("什么是开源人工智能", false),
        ("ما هو الذكاء الاصطناعي", false),
    ];
    for (question, expected) in cases {
        assert_eq!(matcher.may_be_english(question), expected, "{question:?}");
    }
}
