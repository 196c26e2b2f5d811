//! Merging an exported overlay into the base's files: comments, order and whatever did not change
//! stay as they are.

use crate::export::{File, REMOVED, file_name};
use crate::import::read_removed;
use crate::revision_text;
use citebot_core::diagnostic::Diagnostics;
use citebot_core::knowledge::{Field, FieldValue, FieldValueMut, UncheckedEntry, read_entries};
use std::collections::HashSet;
use std::path::Path;
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value};

/// Nothing was merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A file of the base is no TOML, or not in the base's format.
    #[error("{file}: {reason}")]
    Base {
        /// Its name.
        file: String,
        /// The mistake in it.
        reason: String,
    },
    /// Mistakes in the exported files.
    #[error("{0}")]
    Overlay(Diagnostics),
}

/// A file of the base that is being changed.
struct BaseFile {
    name: String,
    document: DocumentMut,
    changed: bool,
}

/// Merges `overlay`, as [`ServerAdmin::export`](super::ServerAdmin::export) gives it, into `base`,
/// the files of the knowledge folder's `faq/`. Gives the files that change and those that are new;
/// one without entries any more has an empty text and is to be deleted. An entry whose topic
/// changed moves to that topic's file. A removed entry is also taken off the related ones of
/// others.
///
/// # Errors
///
/// See [`MergeError`].
pub fn merge(base: &[File], overlay: &[File]) -> Result<Vec<File>, MergeError> {
    let mut files = base
        .iter()
        .map(BaseFile::read)
        .collect::<Result<Vec<_>, _>>()?;
    for exported in overlay {
        if Path::new(&exported.name)
            .file_name()
            .is_some_and(|name| name == REMOVED)
        {
            for id in read_removed(&exported.source()).map_err(MergeError::Overlay)? {
                remove(&mut files, &id);
            }
        } else {
            for located in read_entries(&exported.source()).map_err(MergeError::Overlay)? {
                put(&mut files, &located.entry)?;
            }
        }
    }
    Ok(files
        .into_iter()
        .filter(|file| file.changed)
        .map(|file| File {
            text: if file.entries().is_some_and(|entries| !entries.is_empty()) {
                file.document.to_string()
            } else {
                String::new()
            },
            name: file.name,
        })
        .collect())
}

impl BaseFile {
    fn read(file: &File) -> Result<Self, MergeError> {
        let document = file
            .text
            .parse::<DocumentMut>()
            .map_err(|error| MergeError::Base {
                file: file.name.clone(),
                reason: error.to_string(),
            })?;
        Ok(Self {
            name: file.name.clone(),
            document,
            changed: false,
        })
    }

    fn topic(&self) -> Option<&str> {
        self.document.get("topic")?.as_str()
    }

    fn entries(&self) -> Option<&ArrayOfTables> {
        self.document.get("entry")?.as_array_of_tables()
    }

    fn entries_mut(&mut self) -> Option<&mut ArrayOfTables> {
        self.document.get_mut("entry")?.as_array_of_tables_mut()
    }

    fn position(&self, id: &str) -> Option<usize> {
        let mut entries = self.entries()?.iter();
        entries.position(|entry| entry.get("id").and_then(Item::as_str) == Some(id))
    }

    /// Puts `table` behind the last entry.
    fn append(&mut self, table: Table) -> Result<(), MergeError> {
        let file = self.name.clone();
        let item = self
            .document
            .entry("entry")
            .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        let entries = item
            .as_array_of_tables_mut()
            .ok_or_else(|| MergeError::Base {
                file,
                reason: "`entry` is not written as [[entry]] tables".into(),
            })?;
        entries.push(table);
        self.changed = true;
        Ok(())
    }
}

/// Puts `entry` where it belongs.
fn put(files: &mut Vec<BaseFile>, entry: &UncheckedEntry) -> Result<(), MergeError> {
    let found = files
        .iter()
        .enumerate()
        .find_map(|(at, file)| Some((at, file.position(&entry.id)?)));
    let table = match found {
        Some((found, at)) if files[found].topic() == Some(&entry.topic) => {
            let file = &mut files[found];
            let table = file.entries_mut().and_then(|entries| entries.get_mut(at));
            let changed = table.is_some_and(|table| update(table, entry));
            file.changed |= changed;
            return Ok(());
        }
        Some((found, at)) => {
            let file = &mut files[found];
            let mut table = fresh(entry);
            if let Some(entries) = file.entries_mut() {
                if let Some(old) = entries.get(at) {
                    table = moved(old);
                    update(&mut table, entry);
                }
                entries.remove(at);
            }
            file.changed = true;
            table
        }
        None => fresh(entry),
    };
    match files
        .iter()
        .position(|file| file.topic() == Some(&entry.topic))
    {
        Some(found) => files[found].append(table),
        None => {
            let mut names: HashSet<String> = files.iter().map(|file| file.name.clone()).collect();
            let empty = File {
                name: file_name(&entry.topic, &mut names),
                text: revision_text::file(&entry.topic, []),
            };
            let mut file = BaseFile::read(&empty)?;
            file.append(table)?;
            files.push(file);
            Ok(())
        }
    }
}

/// Takes out the entry `id`, and every mention of it as related.
fn remove(files: &mut [BaseFile], id: &str) {
    for file in files {
        let position = file.position(id);
        let Some(entries) = file.entries_mut() else {
            continue;
        };
        let mut changed = false;
        if let Some(at) = position {
            entries.remove(at);
            changed = true;
        }
        for entry in entries.iter_mut() {
            let related = texts(entry, Field::Related);
            if related.iter().any(|one| one == id) {
                let rest: Vec<String> = related.into_iter().filter(|one| one != id).collect();
                set_list(entry, Field::Related, &rest);
                changed = true;
            }
        }
        file.changed |= changed;
    }
}

/// A new table of `entry`, with an empty line before it.
fn fresh(entry: &UncheckedEntry) -> Table {
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    set(&mut table, Field::Id, entry);
    update(&mut table, entry);
    table
}

/// `table` for another document: its place in this one means nothing there.
fn moved(table: &Table) -> Table {
    let mut copy = Table::new();
    *copy.decor_mut() = table.decor().clone();
    for (name, item) in table {
        match table.key(name) {
            Some(key) => copy.insert_formatted(key, item.clone()),
            None => copy.insert(name, item.clone()),
        };
    }
    copy
}

/// Makes `table` say what `entry` says, touching only what differs; whether anything did.
fn update(table: &mut Table, entry: &UncheckedEntry) -> bool {
    let usual = is_in_order(table);
    let mut changed = false;
    for field in Field::in_table().filter(|field| *field != Field::Id) {
        let is_same = match entry.value(field) {
            FieldValue::Text(wanted) => {
                match table.get(field.key()).and_then(Item::as_str) {
                    Some(present) => present.trim() == wanted.trim(),
                    // A required field is written even when it is empty: without its key the file
                    // could not be read.
                    None => wanted.trim().is_empty() && !field.is_required(),
                }
            }
            FieldValue::List(wanted) => {
                let present = texts(table, field);
                let present = present.iter().map(|text| text.trim());
                present.eq(wanted.iter().map(|text| text.trim()))
            }
        };
        if is_same {
            continue;
        }
        match entry.value(field) {
            FieldValue::Text(_) => set(table, field, entry),
            FieldValue::List(wanted) => set_list(table, field, wanted),
        }
        changed = true;
    }
    // A key that is new goes to its usual place, unless this file's author has another order.
    if changed && usual {
        table.sort_values_by(|a, _, b, _| rank(a.get()).cmp(&rank(b.get())));
    }
    changed
}

/// The position of `key` in the usual order of an entry's keys.
fn rank(key: &str) -> usize {
    let known = Field::in_table().position(|field| field.key() == key);
    known.unwrap_or(Field::ALL.len())
}

fn is_in_order(table: &Table) -> bool {
    table.iter().map(|(key, _)| rank(key)).is_sorted()
}

/// The texts of a list; none where there is no list.
fn texts(table: &Table, field: Field) -> Vec<String> {
    let items = table
        .get(field.key())
        .and_then(Item::as_array)
        .into_iter()
        .flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Sets `field` to what `entry` has in it, keeping what stands around the old value. Where it is left
/// out its key goes.
fn set(table: &mut Table, field: Field, entry: &UncheckedEntry) {
    let key = field.key();
    let Some(toml) = revision_text::value(entry, field) else {
        table.remove(key);
        return;
    };
    // This is always TOML; were it not, it would be a text.
    let mut value: Value = toml.parse().unwrap_or_else(|_| Value::from(toml));
    if let Some(old) = table.get(key).and_then(Item::as_value) {
        *value.decor_mut() = old.decor().clone();
    } else {
        value.decor_mut().set_prefix(" ");
    }
    match table.get_mut(key) {
        Some(item) => *item = Item::Value(value),
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

/// Makes the list `field` hold `wanted`; items that stay keep what stands around them.
fn set_list(table: &mut Table, field: Field, wanted: &[String]) {
    let array = table.get_mut(field.key()).and_then(Item::as_array_mut);
    match array {
        Some(array) if !array.is_empty() && !wanted.is_empty() => edit(array, wanted),
        _ => {
            let mut entry = UncheckedEntry::default();
            if let FieldValueMut::List(items) = entry.value_mut(field) {
                wanted.clone_into(items);
            }
            set(table, field, &entry);
        }
    }
}

/// An item of a list, with the comments that go with it.
struct ListItem {
    value: Value,
    /// What stands before it: line breaks and whole lines of comment.
    before: String,
    /// The comment behind its comma, on the same line. To the parser it stands before the next one.
    beside: String,
}

/// `text` cut where its first line ends, if that line holds a comment.
fn cut(text: &str) -> (&str, &str) {
    match text.find('\n') {
        Some(end) if text[..end].contains('#') => text.split_at(end),
        _ => ("", text),
    }
}

fn edit(array: &mut Array, wanted: &[String]) {
    let is = |value: &Value, text: &str| value.as_str().map(str::trim) == Some(text.trim());
    let mut items: Vec<ListItem> = Vec::new();
    for value in array.iter() {
        let prefix = value.decor().prefix().and_then(|raw| raw.as_str());
        let (beside, before) = cut(prefix.unwrap_or_default());
        if let Some(last) = items.last_mut() {
            beside.clone_into(&mut last.beside);
        }
        items.push(ListItem {
            before: before.to_owned(),
            beside: String::new(),
            value: value.clone(),
        });
    }
    let trailing = array.trailing().as_str().unwrap_or_default().to_owned();
    let (beside, trailing) = cut(&trailing);
    if let Some(last) = items.last_mut() {
        beside.clone_into(&mut last.beside);
    }
    // A list with an item a line stays one.
    let indent = items
        .iter()
        .find_map(|item| Some(item.before[item.before.rfind('\n')?..].to_owned()));

    // A comment line over an item that goes may be about all that follow: it stays.
    let mut lines = String::new();
    items.retain_mut(|item| {
        if wanted.iter().any(|text| is(&item.value, text)) {
            item.before.insert_str(0, &std::mem::take(&mut lines));
            return true;
        }
        if let Some(end) = item
            .before
            .rfind('\n')
            .filter(|_| item.before.contains('#'))
        {
            lines.push_str(&item.before[..end]);
        }
        false
    });

    array.clear();
    let mut beside = String::new();
    for (at, text) in wanted.iter().enumerate() {
        let known = items.iter().position(|item| is(&item.value, text));
        let mut item = match known {
            Some(found) => items.remove(found),
            None => ListItem {
                value: Value::from(text.as_str()),
                before: indent.clone().unwrap_or_default(),
                beside: String::new(),
            },
        };
        if indent.is_none() {
            if at == 0 { "" } else { " " }.clone_into(&mut item.before);
            item.value.decor_mut().set_suffix("");
        }
        let prefix = format!("{beside}{}", item.before);
        item.value.decor_mut().set_prefix(prefix);
        beside = item.beside;
        array.push_formatted(item.value);
    }
    array.set_trailing(format!("{beside}{lines}{trailing}"));
    if indent.is_some() {
        array.set_trailing_comma(true);
    }
}
