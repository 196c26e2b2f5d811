//! Checks requests against Discord's published OpenAPI document, where `DISCORD_OPENAPI` names it.
//!
//! The document is read once per test run; the schema of a route is compiled when it is first
//! needed.

use hyper::Method;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Registry, ValidationError, Validator};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Under which name schemas refer to the document.
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
/// When the variable names something that is no OpenAPI document: then a run that was meant to
/// check would check nothing.
fn document() -> Option<&'static Document> {
    static DOCUMENT: OnceLock<Option<Document>> = OnceLock::new();
    DOCUMENT
        .get_or_init(|| {
            let path = std::env::var_os("DISCORD_OPENAPI").filter(|p| !p.is_empty())?;
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|e| panic!("DISCORD_OPENAPI: cannot read {path:?}: {e}"));
            let value: Value =
                serde_json::from_str(&text).unwrap_or_else(|e| panic!("DISCORD_OPENAPI: {e}"));
            assert!(
                value["paths"].is_object(),
                "DISCORD_OPENAPI: {path:?} has no paths"
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

/// What is wrong with a request; empty when nothing is, or there is no document.
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
        .problems(&pointer, &lenient(body))
        .into_iter()
        .map(|problem| format!("{method} {path}: {problem}"))
        .collect()
}

/// What is wrong with an answer of the scripted Discord itself.
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
        .map(|problem| format!("harness answer to {method} {path}: {problem}"))
        .collect()
}

impl Document {
    /// The template that fits `path`, the one with the most fixed segments.
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
                        // A branch for another type says nothing about this value.
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

/// The body without what Discord takes (serenity has always sent it) and the document does not:
/// permissions as text, attachment numbers as numbers, command options with nothing in a field.
fn lenient(body: &Value) -> Value {
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
            strip_nothing(options);
        }
        attachments(part);
        if let Some(data) = part.get_mut("data") {
            attachments(data);
        }
    }
    body
}

/// Takes the empty fields out of command options, at every level.
pub(crate) fn strip_nothing(options: &mut Value) {
    for option in options.as_array_mut().into_iter().flatten() {
        if let Some(fields) = option.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        if let Some(inner) = option.get_mut("options") {
            strip_nothing(inner);
        }
    }
}

fn attachments(message: &mut Value) {
    let list = message.get_mut("attachments").and_then(Value::as_array_mut);
    for attachment in list.into_iter().flatten() {
        if let Some(number) = attachment["id"].as_u64() {
            attachment["id"] = number.to_string().into();
        }
    }
}

/// A key as it stands in a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A JSON pointer as it stands in a link.
fn fragment(pointer: &str) -> String {
    pointer
        .replace('%', "%25")
        .replace('{', "%7B")
        .replace('}', "%7D")
}
