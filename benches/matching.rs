//! `cargo bench -p citebot-bench`: the time of a question, of indexing and of an edit.

use citebot_bench::{
    Bm25, EditDistance, QUESTION, base, encoder, entry, index, indexer, questions, shipped,
    small_talk,
};
use citebot_core::answer::{Prompting, Thresholds};
use citebot_core::matcher::{SentenceEncoder, VectorCache};
use citebot_engine::{Indexer, Snapshot};
use divan::Bencher;
use std::sync::Arc;

fn main() {
    divan::main();
}

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];

#[divan::bench]
fn encode_eleven_tokens(bencher: Bencher<'_, '_>) {
    let encoder = encoder();
    assert_eq!(encoder.tokens(QUESTION).len(), 11);
    bencher.bench_local(|| SentenceEncoder::encode(&encoder, QUESTION));
}

#[divan::bench(args = SIZES)]
fn rank_without_the_encoder(bencher: Bencher<'_, '_>, phrasings: usize) {
    let snapshot = index(base(phrasings));
    let mut asked = questions(phrasings, 100).into_iter().cycle();
    bencher
        .with_inputs(|| asked.next().unwrap_or_default())
        .bench_local_values(|question| snapshot.matcher().rank(&question));
}

#[divan::bench(args = SIZES)]
fn rank_by_edit_distance(bencher: Bencher<'_, '_>, phrasings: usize) {
    let other = EditDistance::new(&base(phrasings));
    let mut asked = questions(phrasings, 100).into_iter().cycle();
    bencher
        .with_inputs(|| asked.next().unwrap_or_default())
        .bench_local_values(|question| other.nearest(&question));
}

#[divan::bench(args = SIZES)]
fn rank_by_bm25(bencher: Bencher<'_, '_>, phrasings: usize) {
    let other = Bm25::new(&base(phrasings));
    let mut asked = questions(phrasings, 100).into_iter().cycle();
    bencher
        .with_inputs(|| asked.next().unwrap_or_default())
        .bench_local_values(|question| other.rank(&question));
}

#[divan::bench]
fn ask_the_shipped_faq(bencher: Bencher<'_, '_>) {
    let indexer = Indexer::by_meaning(Arc::new(encoder()), VectorCache::default());
    let snapshot = Snapshot::indexed(shipped(), &indexer, &mut |_, _| ());
    let mut number = 0;
    bencher
        .with_inputs(|| {
            number += 1;
            // Never the same twice, so that no match comes from the cache.
            format!("which company made the most open model number {number}?")
        })
        .bench_local_values(|question| snapshot.matcher().rank(&question));
}

#[divan::bench]
fn ask_small_talk_unprompted(bencher: Bencher<'_, '_>) {
    let indexer = Indexer::by_meaning(Arc::new(encoder()), VectorCache::default());
    let snapshot = Snapshot::indexed(shipped(), &indexer, &mut |_, _| ());
    let thresholds = Thresholds {
        answer: 0.7,
        unprompted: 0.93,
        suggest: 0.2,
    };
    let mut messages = small_talk().into_iter().cycle();
    bencher
        .with_inputs(|| messages.next().unwrap_or_default())
        .bench_local_values(|message| snapshot.ask(message, thresholds, Prompting::Unprompted));
}

#[divan::bench(args = [1_000, 10_000])]
fn index_after_an_edit(bencher: Bencher<'_, '_>, phrasings: usize) {
    let (indexer, before) = (indexer(), base(phrasings));
    let _kept = Snapshot::indexed(base(phrasings), &indexer, &mut |_, _| ());
    let mut edits = 0;
    bencher
        .with_inputs(|| {
            edits += 1;
            before.overlaid(&[], &[Arc::new(entry(3, edits))])
        })
        .bench_local_values(|edited| Snapshot::indexed(edited, &indexer, &mut |_, _| ()));
}
