//! Answers to requests.

use serde_json::{Value, json};

/// The status and the JSON body of an answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

pub(super) fn ok(body: impl Into<Value>) -> Answer {
    Answer {
        status: 200,
        body: body.into(),
    }
}

pub(super) fn no_content() -> Answer {
    Answer {
        status: 204,
        body: Value::Null,
    }
}

/// An error with one of Discord's own codes.
pub(super) fn refused(status: u16, code: u32, message: &str) -> Answer {
    Answer {
        status,
        body: json!({"message": message, "code": code}),
    }
}

pub(super) fn invalid_body() -> Answer {
    refused(400, 50_035, "Invalid Form Body")
}

pub(super) fn empty_message() -> Answer {
    refused(400, 50_006, "Cannot send an empty message")
}

pub(super) fn unknown_channel() -> Answer {
    unknown(10_003, "Channel")
}

pub(super) fn unknown_guild() -> Answer {
    unknown(10_004, "Guild")
}

pub(super) fn unknown_member() -> Answer {
    unknown(10_007, "Member")
}

pub(super) fn unknown_message() -> Answer {
    unknown(10_008, "Message")
}

pub(super) fn unknown_user() -> Answer {
    unknown(10_013, "User")
}

pub(super) fn unknown_webhook() -> Answer {
    unknown(10_015, "Webhook")
}

pub(super) fn unknown_interaction() -> Answer {
    unknown(10_062, "interaction")
}

fn unknown(code: u32, what: &str) -> Answer {
    refused(404, code, &format!("Unknown {what}"))
}
