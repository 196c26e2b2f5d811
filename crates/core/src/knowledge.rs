//! The curated knowledge: articles to cite, resources to link, and the entries that answer.
//!
//! [`Knowledge`] is immutable once built. It is read from a folder of TOML files by
//! [`Knowledge::load`], which reports every mistake it finds rather than the first.
//!
//! One set of rules serves files and moderators: [`check()`] finds the [`EntryError`]s of an
//! [`UncheckedEntry`]; the loader turns those into
//! [`Diagnostic`](crate::diagnostic::Diagnostic)s with file, line and column.

mod alias;
mod article;
mod check;
mod collection;
mod coverage;
mod date;
mod due;
mod entry;
mod entry_error;
mod file_format;
mod files;
mod folded;
mod id;
mod judge;
mod limits;
mod link;
mod load;
mod marker;
mod resource;
mod source;

pub use alias::Alias;
pub use article::{Article, Citation, Section};
pub use check::{Known, PhrasingOwners, check, check_entry};
pub use collection::Knowledge;
pub use coverage::coverage;
pub use date::{Date, DateError};
pub use due::{Due, DueKind};
pub use entry::{Entry, EntryPart, Field, FieldKind, FieldValue, FieldValueMut, UncheckedEntry};
pub use entry_error::{EntryError, EntryErrorKind};
pub use file_format::LocatedEntry;
pub use files::{BuiltInFile, KnowledgeFiles};
pub use folded::folded;
pub use id::{ArticleId, EntryId, IdError, MAX_ID_CHARS, ResourceId, SectionId};
pub use judge::{INPUTS_PER_DIM, Judge, JudgeError};
pub use limits::{Limits, Overflow, ReplyParts};
pub use link::{LinkError, check_link};
pub use load::{copies, read_entries};
pub use marker::{Marker, markers};
pub use resource::{Resource, ResourceKind};
pub use source::{MAX_QUOTE_WORDS, Source, SourceError};
