//! Bodies of the type `multipart/form-data`.

use crate::attachment::Attachment;
use serde_json::Value;

/// The JSON part and the files of a body.
pub(super) fn parse(bytes: &[u8], boundary: &str) -> (Value, Vec<Attachment>) {
    let mut body = Value::Null;
    let mut files = Vec::new();
    let delimiter = format!("--{boundary}");
    for part in split(bytes, delimiter.as_bytes()) {
        let Some(at) = find(part, b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&part[..at]);
        let content = &part[at + 4..];
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        let parameter = |key: &str| {
            let (_, rest) = head.split_once(&format!("{key}=\""))?;
            Some(rest.split_once('"')?.0.to_string())
        };
        if let Some(name) = parameter("filename") {
            let content = content.to_vec();
            files.push(Attachment { name, content });
        } else if parameter("name").as_deref() == Some("payload_json") {
            body = serde_json::from_slice(content).unwrap_or_default();
        }
    }
    (body, files)
}

fn split<'a>(bytes: &'a [u8], delimiter: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let now = rest?;
        let at = find(now, delimiter);
        rest = at.map(|at| &now[at + delimiter.len()..]);
        Some(at.map_or(now, |at| &now[..at]))
    })
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_are_taken_byte_by_byte() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{\"a\":1}\r\n\
                    --x\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"n.txt\"\r\n\r\n\
                    a\r\nb\r\n\r\n--x--\r\n";
        let file = Attachment {
            name: "n.txt".into(),
            content: b"a\r\nb\r\n".to_vec(),
        };
        assert_eq!(parse(body.as_bytes(), "x"), (json!({"a": 1}), vec![file]));
    }
}
