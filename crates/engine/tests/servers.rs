//! What a server costs that has changed the FAQ: its entries, and an index only while it is asked.

use crate::{Place, THRESHOLDS, add, admin, asked, lamp, options, publish, server};
use citebot_core::knowledge::Limits;
use citebot_core::matcher::{SentenceEncoder, VectorCache};
use citebot_engine::{Engine, Indexer, Options, Share};
use std::path::Path;
use std::sync::{Arc, Mutex};

const QUESTION: &str = "lava lamp physics";

async fn engine(place: &Place, indexer: Indexer, options: Options) -> Engine {
    let engine = Engine::open_with(
        place.knowledge(),
        &Limits::UNLIMITED,
        THRESHOLDS,
        indexer,
        &mut |_, _| (),
    );
    let engine = engine.unwrap_or_else(|problems| panic!("{problems}"));
    let store = place.store().await;
    engine.with_store(store, options).await.expect("reads")
}

/// Room for two indexes, each of which takes at least 256 KiB.
const TWO: u64 = 600 << 10;

#[tokio::test(flavor = "multi_thread")]
async fn memory_for_indexes_is_bounded() {
    let place = Place::new();
    let indexer = Indexer::by_words().with_index_memory(TWO);
    let engine = engine(&place, indexer, options()).await;
    for number in 1..=5 {
        publish(&admin(&engine, number), &add(lamp())).await;
    }
    for round in 0..2 {
        for number in 1..=5 {
            assert_eq!(
                asked(&engine, number, QUESTION),
                "how-does-a-lava-lamp-work"
            );
            let indexes = engine.indexer().server_indexes();
            assert!((1..=2).contains(&indexes), "{indexes} in round {round}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_indexed_for_servers_that_nobody_asks() {
    let place = Place::new();
    let first = engine(&place, Indexer::by_words(), options()).await;
    for number in 1..=3 {
        publish(&admin(&first, number), &add(lamp())).await;
    }
    drop(first);
    let engine = engine(&place, Indexer::by_words(), options()).await;
    assert_eq!(engine.indexer().server_indexes(), 0, "at the start");
    let entry = engine.snapshot(Some(server(2))).knowledge.entries().len();
    assert_eq!(entry, 4, "its entries are there");
    asked(&engine, 2, QUESTION);
    assert_eq!(engine.indexer().server_indexes(), 1);
    engine.reload().expect("no mistake");
    assert!(
        engine.snapshot(Some(server(2))).is_indexed(),
        "it was asked"
    );
    assert_eq!(engine.indexer().server_indexes(), 1, "after a reload");
}

/// Notes what it encodes.
#[derive(Debug, Clone, Default)]
struct Noting(Arc<Mutex<Vec<String>>>);

impl SentenceEncoder for Noting {
    fn dims(&self) -> usize {
        2
    }

    fn fingerprint(&self) -> &'static str {
        "noting"
    }

    fn encode(&self, text: &str) -> Vec<f32> {
        let mut texts = self.0.lock().expect("no test panicked");
        texts.push(text.to_owned());
        if text.len().is_multiple_of(2) {
            vec![0.6, 0.8]
        } else {
            vec![0.8, 0.6]
        }
    }

    fn encode_many(
        &self,
        texts: &[String],
        _: usize,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Vec<f32> {
        progress(texts.len(), texts.len());
        texts.iter().flat_map(|text| self.encode(text)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_wrote_is_not_encoded_again_after_a_restart() {
    let place = Place::new();
    let data = place.folder.path();
    let start = async |encoder: &Noting| {
        let none = VectorCache::new(encoder.fingerprint());
        let indexer = Indexer::by_meaning(Arc::new(encoder.clone()), none);
        engine(&place, indexer.with_server_vectors(data), options()).await
    };
    // Its answer: phrasings are encoded as questions too.
    let of_server = |encoder: &Noting| {
        let texts = encoder.0.lock().expect("no test panicked");
        let of_entry = |text: &&String| text.contains("heats the wax");
        texts.iter().filter(of_entry).count()
    };
    let encoder = Noting::default();
    let first = start(&encoder).await;
    publish(&admin(&first, 1), &add(lamp())).await;
    asked(&first, 1, "zebra");
    assert!(of_server(&encoder) > 0);
    let base = first.indexer().vectors().expect("by meaning").len();
    assert!(base > 0);
    drop(first);

    let encoder = Noting::default();
    let again = start(&encoder).await;
    asked(&again, 1, "zebra");
    assert_eq!(of_server(&encoder), 0, "after a restart");
    let vectors = again.indexer().vectors().expect("by meaning");
    assert_eq!(vectors.len(), base, "in memory");
    assert!(written(data, 1));
    drop(again);

    std::fs::write(file(data, 1), "rubbish").expect("a file");
    let encoder = Noting::default();
    let after_damage = start(&encoder).await;
    asked(&after_damage, 1, "zebra");
    assert!(of_server(&encoder) > 0, "after the file was damaged");
}

fn file(data: &Path, number: u64) -> std::path::PathBuf {
    data.join(format!("vectors/{}.bin", server(number)))
}

fn written(data: &Path, number: u64) -> bool {
    file(data, number).is_file()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_takes_the_servers_of_its_shards() {
    let place = Place::new();
    let all = place.engine().await;
    publish(&admin(&all, 1), &add(lamp())).await;
    let shard_of = |number| u32::try_from((server(number).0.get() >> 22) % 2).expect("0 or 1");
    let share = |shard| {
        let share = Some(Share::of_shards(shard..=shard, 2));
        Options { share, ..options() }
    };
    let (own, other) = (shard_of(1), 1 - shard_of(1));
    for (shard, expected) in [(own, 4), (other, 3)] {
        let engine = engine(&place, Indexer::by_words(), share(shard)).await;
        let entries = engine.snapshot(Some(server(1))).knowledge.entries().len();
        assert_eq!(entries, expected, "shard {shard}");
    }
}
