//! Checks requests and answers against Discord's published `OpenAPI` document, where the variable
//! `DISCORD_OPENAPI` names a copy of it.
//!
//! The document is read once per process; the schema of a route is compiled when it is first needed.

use hyper::Method;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Registry, ValidationError, Validator};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The name by which schemas refer to the document.
const ROOT: &str = "urn:discord";

struct Document {
    value: Value,
    registry: Registry<'static>,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The document, or `None` when the variable is not set.
///
/// # Panics
///
/// If the variable names something else: a run that is meant to check must not check nothing.
fn document() -> Option<&'static Document> {
    static DOCUMENT: OnceLock<Option<Document>> = OnceLock::new();
    DOCUMENT
        .get_or_init(|| {
            let path = std::env::var_os("DISCORD_OPENAPI").filter(|p| !p.is_empty())?;
            let path = std::path::PathBuf::from(path);
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|e| panic!("DISCORD_OPENAPI: cannot read {}: {e}", path.display()));
            let value: Value =
                serde_json::from_str(&text).unwrap_or_else(|e| panic!("DISCORD_OPENAPI: {e}"));
            assert!(
                value["paths"].is_object(),
                "DISCORD_OPENAPI: {} has no paths",
                path.display()
            );
            let registry = Registry::new()
                .add(ROOT, value.clone())
                .and_then(jsonschema::RegistryBuilder::prepare)
                .unwrap_or_else(|e| panic!("DISCORD_OPENAPI: {e}"));
            Some(Document {
                value,
                registry,
                compiled: Mutex::default(),
            })
        })
        .as_ref()
}

/// The problems of a request; none without a document.
pub(crate) fn check_request(
    method: &Method,
    path: &str,
    body: &Value,
    multipart: bool,
) -> Vec<String> {
    let Some(document) = document() else {
        return Vec::new();
    };
    let Some(template) = document.route(path) else {
        return vec![format!("{method} {path}: no such route in the API")];
    };
    let method = method.as_str().to_ascii_lowercase();
    let operation = &document.value["paths"][template][&method];
    if operation.is_null() {
        return vec![format!("{method} {path}: the route has no such method")];
    }
    let content = &operation["requestBody"]["content"];
    if content.is_null() {
        return if body.is_null() {
            Vec::new()
        } else {
            vec![format!("{method} {path}: takes no body")]
        };
    }
    if multipart && content["multipart/form-data"].is_null() {
        return vec![format!("{method} {path}: takes no files")];
    }
    // The multipart schema is the JSON one with the files beside it.
    let pointer = format!(
        "/paths/{}/{method}/requestBody/content/application~1json/schema",
        escape(template)
    );
    if document.value.pointer(&pointer).is_none() {
        return Vec::new();
    }
    document
        .problems(&pointer, &normalised(body))
        .into_iter()
        .map(|problem| format!("{method} {path}: {problem}"))
        .collect()
}

/// The problems of an answer that the scripted Discord itself gave; none without a document.
pub(crate) fn check_response(
    method: &Method,
    path: &str,
    status: u16,
    body: &Value,
) -> Vec<String> {
    let Some(document) = document() else {
        return Vec::new();
    };
    let Some(template) = document.route(path) else {
        return Vec::new();
    };
    let pointer = format!(
        "/paths/{}/{}/responses/{status}/content/application~1json/schema",
        escape(template),
        method.as_str().to_ascii_lowercase(),
    );
    if document.value.pointer(&pointer).is_none() {
        return Vec::new();
    }
    document
        .problems(&pointer, body)
        .into_iter()
        .map(|problem| format!("the scripted Discord's answer to {method} {path}: {problem}"))
        .collect()
}

impl Document {
    /// The template of a path: of all that fit, the one with the most fixed segments.
    fn route(&self, path: &str) -> Option<&str> {
        let have: Vec<&str> = path.split('/').collect();
        let mut best: Option<(usize, &str)> = None;
        for template in self.value["paths"].as_object()?.keys() {
            let want: Vec<&str> = template.split('/').collect();
            if want.len() != have.len() {
                continue;
            }
            let fits = want
                .iter()
                .zip(&have)
                .all(|(want, have)| want.starts_with('{') && !have.is_empty() || want == have);
            let fixed = want.iter().filter(|s| !s.starts_with('{')).count();
            if fits && best.is_none_or(|(most, _)| fixed > most) {
                best = Some((fixed, template));
            }
        }
        best.map(|(_, template)| template)
    }

    fn problems(&self, pointer: &str, value: &Value) -> Vec<String> {
        let validator = self.validator(pointer);
        validator
            .iter_errors(value)
            .map(|error| {
                let mut text = format!("at {:?}: {error}", error.instance_path().to_string());
                if let ValidationErrorKind::OneOfNotValid { context }
                | ValidationErrorKind::AnyOf { context } = error.kind()
                {
                    let path = error.instance_path().to_string();
                    let own_type = format!("{path}/type");
                    for (at, reasons) in context.iter().enumerate() {
                        // The branches for other types would only hide the reason.
                        let other =
                            |r: &ValidationError<'_>| r.instance_path().to_string() == own_type;
                        if reasons.iter().any(other) {
                            continue;
                        }
                        for reason in reasons {
                            let _ = write!(text, "\n  ({at}) {}: {reason}", reason.instance_path());
                        }
                    }
                }
                text
            })
            .collect()
    }

    fn validator(&self, pointer: &str) -> Arc<Validator> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        let known = compiled.entry(pointer.to_string()).or_insert_with(|| {
            let schema = json!({"$ref": format!("{ROOT}#{}", fragment(pointer))});
            let validator = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .with_registry(&self.registry)
                .build(&schema)
                .unwrap_or_else(|e| panic!("DISCORD_OPENAPI: {pointer}: {e}"));
            Arc::new(validator)
        });
        Arc::clone(known)
    }
}

/// A body with what Discord accepts and the document does not in the document's form: permissions
/// as text, attachment ids as numbers, null fields in command options. serenity sends all of these.
fn normalised(body: &Value) -> Value {
    let mut body = body.clone();
    let parts = match &mut body {
        Value::Array(commands) => commands.iter_mut().collect(),
        one => vec![one],
    };
    for part in parts {
        let permissions = part["default_member_permissions"].as_str();
        if let Some(number) = permissions.and_then(|text| text.parse::<u64>().ok()) {
            part["default_member_permissions"] = number.into();
        }
        if let Some(options) = part.get_mut("options") {
            strip_nulls(options);
        }
        normalise_attachments(part);
        if let Some(data) = part.get_mut("data") {
            normalise_attachments(data);
        }
    }
    body
}

/// Removes null fields from command options, at every level.
pub(crate) fn strip_nulls(options: &mut Value) {
    for option in options.as_array_mut().into_iter().flatten() {
        if let Some(fields) = option.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        if let Some(inner) = option.get_mut("options") {
            strip_nulls(inner);
        }
    }
}

fn normalise_attachments(message: &mut Value) {
    let list = message.get_mut("attachments").and_then(Value::as_array_mut);
    for attachment in list.into_iter().flatten() {
        if let Some(number) = attachment["id"].as_u64() {
            attachment["id"] = number.to_string().into();
        }
    }
}

/// A key, escaped for a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A JSON pointer, escaped for the fragment of a link.
fn fragment(pointer: &str) -> String {
    pointer
        .replace('%', "%25")
        .replace('{', "%7B")
        .replace('}', "%7D")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A check that never fails would hide everything.
    #[test]
    fn requests_that_the_document_forbids_are_refused() {
        if document().is_none() {
            return;
        }
        let cases = [
            ("/channels/1/messages", json!({"content": "x"}), true),
            ("/channels/1/messages", json!({"content": 5}), false),
            (
                "/channels/1/messages",
                json!({"embeds": [{"title": "x".repeat(257)}]}),
                false,
            ),
            ("/channels/1/massages", json!({"content": "x"}), false),
            (
                "/interactions/1/t/callback",
                json!({"type": 4, "data": {"content": "x"}}),
                true,
            ),
            ("/interactions/1/t/callback", json!({"type": 44}), false),
            ("/channels/1/typing", json!({"content": "x"}), false),
        ];
        for (path, body, fits) in cases {
            let found = check_request(&Method::POST, path, &body, false);
            assert_eq!(found.is_empty(), fits, "{path} {body}: {found:?}");
        }
    }
}
