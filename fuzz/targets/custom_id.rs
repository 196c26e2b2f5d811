//! Custom ids: text that is accepted comes back as the same button, and fits in a custom id.

#![no_main]

use citebot::discord::CustomId;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(id) = text.parse::<CustomId>() else {
        return;
    };
    let written = id.to_string();
    assert!(written.len() <= 100, "{written:?} is too long for Discord");
    assert_eq!(written.parse(), Ok(id), "{written:?}");
});
