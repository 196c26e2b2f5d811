//! Reading and checking a knowledge folder.

use super::alias::Alias;
use super::article::{Article, Section};
use super::check::{Gap, Known, check, check_id_text, check_link_text, check_text};
use super::collection::Knowledge;
use super::date::Date;
use super::entry::{EntryPart, Field};
use super::entry_error::EntryErrorKind;
use super::file_format::{self, LocatedEntry, RawAlias, RawArticle, RawResource, RawText};
use super::files::{BuiltInFile, stays_inside};
use super::folded::folded;
use super::id::{ArticleId, ResourceId, SectionId};
use super::judge::Judge;
use super::limits::Limits;
use super::resource::{Resource, ResourceKind};
use crate::diagnostic::{Diagnostic, Diagnostics, enumerated, printable};
use crate::did_you_mean::{did_you_mean, nearest};
use crate::source_file::SourceFile;
use crate::toml_reader::{self, Parsed, Reader, Table};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;

const ARTICLES: &str = "articles.toml";
const RESOURCES: &str = "resources.toml";
const ALIASES: &str = "aliases.toml";
const OUT_OF_SCOPE: &str = "out-of-scope.toml";
const NAMES: &str = "names.toml";
const JUDGE: &str = "judge.bin";
const FAQ: &str = "faq";
/// The folder that the paths of built-in files begin with in messages.
const BUILT_IN: &str = "(built in)";

impl Knowledge {
    /// Reads and checks a knowledge folder: `articles.toml`, `resources.toml`, `aliases.toml`,
    /// `names.toml`, `out-of-scope.toml` (each may be missing) and `faq/*.toml` in the order of their
    /// names, and `judge.bin`, which may be missing. Ignores hidden files and the copies that editors make.
    /// A link may lead to another place in the folder, and not out of it.
    /// Everything has to keep the `limits` of the surface it is shown on.
    ///
    /// # Errors
    ///
    /// Every mistake found.
    pub fn load(folder: &Path, limits: &Limits) -> Result<Self, Diagnostics> {
        is_folder(folder)?;
        let mut diagnostics = strays(folder);
        let files = Files::read(folder, &mut diagnostics);
        Self::checked(&files, folder, diagnostics, limits)
    }

    /// Checks the files that are part of the program. Those that belong to no knowledge folder are
    /// left out.
    ///
    /// # Errors
    ///
    /// Every mistake found.
    pub fn load_built_in(built_in: &[BuiltInFile], limits: &Limits) -> Result<Self, Diagnostics> {
        let mut diagnostics = Vec::new();
        let files = Files::built_in(built_in, &mut diagnostics);
        Self::checked(&files, Path::new(BUILT_IN), diagnostics, limits)
    }

    fn checked(
        files: &Files,
        folder: &Path,
        mut diagnostics: Vec<Diagnostic>,
        limits: &Limits,
    ) -> Result<Self, Diagnostics> {
        let Files {
            articles,
            resources,
            aliases,
            out_of_scope,
            names,
            judge,
            faq,
        } = files;

        let raw_articles = articles.parse(
            &mut diagnostics,
            file_format::ARTICLES,
            file_format::articles,
        );
        let raw_resources = resources.parse(
            &mut diagnostics,
            file_format::RESOURCES,
            file_format::resources,
        );
        let raw_aliases =
            aliases.parse(&mut diagnostics, file_format::ALIASES, file_format::aliases);
        let raw_out_of_scope = out_of_scope.parse(
            &mut diagnostics,
            file_format::OUT_OF_SCOPE,
            file_format::out_of_scope,
        );
        let raw_names = names.parse(&mut diagnostics, file_format::NAMES, file_format::names);
        let raw_faq: Vec<Parsed<Vec<LocatedEntry>>> = faq
            .iter()
            .map(|file| file.parse(&mut diagnostics, file_format::FAQ, file_format::entries))
            .collect();

        let base = Self::from_parts(
            checked_articles(articles, &raw_articles.value, limits, &mut diagnostics),
            checked_resources(resources, &raw_resources.value, limits, &mut diagnostics),
            checked_aliases(aliases, raw_aliases.value, limits, &mut diagnostics),
            Vec::new(),
        )
        .with_limits(limits);

        let mut known = Known::new(&base);
        known.article_gap = gap([(articles, raw_articles.is_toml)]);
        known.resource_gap = gap([(resources, raw_resources.is_toml)]);
        known.entry_gap = gap(faq
            .iter()
            .zip(&raw_faq)
            .map(|(file, raw)| (file, raw.is_toml)));

        let located = || {
            let files = faq.iter().zip(&raw_faq);
            files
                .filter_map(|(file, raw)| Some((file, file.source.as_ref()?, &raw.value)))
                .flat_map(|(file, source, raw)| raw.iter().map(move |one| (file, source, one)))
        };
        let mut first_places: HashMap<&str, String> = HashMap::new();
        for (file, source, one) in located() {
            let id = one.entry.id.as_str();
            known.learn_id(id);
            let span = one.span(source, EntryPart::Field(Field::Id));
            file.unique(&mut first_places, id, span, "entry", &mut diagnostics);
        }
        let mut entries = Vec::new();
        for (_, source, one) in located() {
            diagnostics.extend(entry_diagnostics(source, one, &known));
            known.learn_texts(&one.entry);
            entries.extend(one.entry.unchecked());
        }
        let unanswered = checked_out_of_scope(
            out_of_scope,
            raw_out_of_scope.value,
            &known,
            &mut diagnostics,
        );
        let names = checked_names(names, raw_names.value, limits, &mut diagnostics);
        let judge = judge
            .as_ref()
            .and_then(|bytes| checked_judge(bytes, folder, &mut diagnostics));
        if diagnostics.is_empty() && entries.is_empty() {
            diagnostics.push(Diagnostic::whole_file(
                &folder.join(FAQ),
                "there is no entry in any file of this folder",
                Some("each file in it holds a topic and [[entry]] tables".into()),
            ));
        }
        if !diagnostics.is_empty() {
            return Err(Diagnostics::sorted(diagnostics));
        }
        let entries: Vec<_> = entries.into_iter().map(Into::into).collect();
        Ok(base
            .overlaid(&[], &entries)
            .with_out_of_scope(unanswered)
            .with_names(names)
            .with_judge(judge))
    }
}

/// Reads entries from a file in the format of those in `faq/`. Checks keys and types; the rest is
/// up to [`check()`].
///
/// # Errors
///
/// Everything that is wrong with keys and types.
pub fn read_entries(file: &SourceFile) -> Result<Vec<LocatedEntry>, Diagnostics> {
    let parsed = toml_reader::read(file, file_format::FAQ, file_format::entries);
    if parsed.diagnostics.is_empty() {
        Ok(parsed.value)
    } else {
        Err(Diagnostics::sorted(parsed.diagnostics))
    }
}

fn entry_diagnostics(
    file: &SourceFile,
    located: &LocatedEntry,
    known: &Known<'_>,
) -> Vec<Diagnostic> {
    check(&located.entry, known)
        .iter()
        .filter(|error| !located.is_consequence(error.part))
        .map(|error| located.diagnostic(file, error))
        .collect()
}

/// The files of a folder.
struct Files {
    articles: File,
    resources: File,
    aliases: File,
    out_of_scope: File,
    names: File,
    judge: Option<Vec<u8>>,
    faq: Vec<File>,
}

impl Files {
    fn read(folder: &Path, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let judge = read_bytes(folder, JUDGE, diagnostics);
        let mut optional = |name: &str| File::read(folder, &folder.join(name), true, diagnostics);
        Self {
            articles: optional(ARTICLES),
            resources: optional(RESOURCES),
            aliases: optional(ALIASES),
            out_of_scope: optional(OUT_OF_SCOPE),
            names: optional(NAMES),
            judge,
            faq: faq_files(folder, diagnostics)
                .iter()
                .map(|path| File::read(folder, path, false, diagnostics))
                .collect(),
        }
    }

    fn built_in(files: &[BuiltInFile], diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut named = |name: &str| {
            let file = files.iter().find(|file| file.path == name);
            file.map_or_else(File::missing, |file| File::built_in(file, diagnostics))
        };
        Self {
            articles: named(ARTICLES),
            resources: named(RESOURCES),
            aliases: named(ALIASES),
            out_of_scope: named(OUT_OF_SCOPE),
            names: named(NAMES),
            judge: {
                let mut files = files.iter();
                let judge = files.find(|file| file.path == JUDGE);
                judge.map(|file| file.content.to_vec())
            },
            faq: {
                let mut faq: Vec<_> = files.iter().filter(|file| is_faq(file.path)).collect();
                faq.sort_by_key(|file| file.path);
                faq.into_iter()
                    .map(|file| File::built_in(file, diagnostics))
                    .collect()
            },
        }
    }
}

/// The bytes of a file that may be missing.
fn read_bytes(folder: &Path, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<u8>> {
    let path = folder.join(name);
    if matches!(path.symlink_metadata(), Err(e) if e.kind() == io::ErrorKind::NotFound) {
        return None;
    }
    if let Err(leads_out) = stays_inside(folder, &path) {
        diagnostics.extend(leads_out.0);
        return None;
    }
    fs::read(&path)
        .inspect_err(|error| diagnostics.push(Diagnostic::unreadable(&path, error)))
        .ok()
}

fn checked_judge(
    bytes: &[u8],
    folder: &Path,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Arc<Judge>> {
    Judge::from_bytes(bytes)
        .inspect_err(|error| {
            let help = "delete it, or write it again with models/judge.py";
            let file = folder.join(JUDGE);
            diagnostics.push(Diagnostic::whole_file(
                &file,
                error.to_string(),
                Some(help.into()),
            ));
        })
        .ok()
}

/// Whether a built-in file is one of those in `faq/`.
fn is_faq(path: &str) -> bool {
    let path = Path::new(path);
    path.parent() == Some(Path::new(FAQ)) && path.extension().is_some_and(|end| end == "toml")
}

/// One file of the folder: there, missing, or unreadable.
struct File {
    source: Option<SourceFile>,
    is_unreadable: bool,
}

impl File {
    fn read(
        folder: &Path,
        path: &Path,
        may_be_missing: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let is_missing =
            matches!(path.symlink_metadata(), Err(e) if e.kind() == io::ErrorKind::NotFound);
        if may_be_missing && is_missing {
            return Self::missing();
        }
        let read = stays_inside(folder, path).and_then(|()| SourceFile::read(path));
        Self::new(read, diagnostics)
    }

    fn built_in(file: &BuiltInFile, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let path = Path::new(BUILT_IN).join(file.path);
        let source = SourceFile::from_utf8(&path, file.content.to_vec());
        Self::new(source, diagnostics)
    }

    fn missing() -> Self {
        Self {
            source: None,
            is_unreadable: false,
        }
    }

    fn new(read: Result<SourceFile, Diagnostics>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let source = read.map_err(|found| diagnostics.extend(found.0)).ok();
        Self {
            is_unreadable: source.is_none(),
            source,
        }
    }

    /// Parses the file and moves its diagnostics to the others.
    fn parse<T: Default>(
        &self,
        diagnostics: &mut Vec<Diagnostic>,
        keys: &[&str],
        shape: impl FnOnce(&mut Reader<'_>, Table<'_, '_>) -> T,
    ) -> Parsed<T> {
        let Some(source) = &self.source else {
            return Parsed {
                value: T::default(),
                is_toml: true,
                diagnostics: Vec::new(),
            };
        };
        let mut parsed = toml_reader::read(source, keys, shape);
        diagnostics.append(&mut parsed.diagnostics);
        parsed
    }

    fn text(&self) -> &str {
        self.source.as_ref().map_or("", SourceFile::text)
    }

    /// A mistake at `bytes`; none when there is no file.
    fn diagnostic(
        &self,
        bytes: Range<usize>,
        message: impl Into<String>,
        help: Option<&str>,
    ) -> Option<Diagnostic> {
        let source = self.source.as_ref()?;
        Some(source.diagnostic(bytes, message, help.map(str::to_owned)))
    }

    /// Reports `id` when it is in `first` already, or else adds it with its place.
    fn unique<'a>(
        &self,
        first: &mut HashMap<&'a str, String>,
        id: &'a str,
        span: Range<usize>,
        what: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let message = format!("the {what} id `{}` is taken already", printable(id, 60));
        let Some(mut diagnostic) = self
            .diagnostic(span, message, None)
            .filter(|_| !id.is_empty())
        else {
            return;
        };
        match first.get(id) {
            Some(earlier) => {
                diagnostic.help = Some(format!("the first stands at {earlier}"));
                diagnostics.push(diagnostic);
            }
            None => {
                first.insert(id, diagnostic.location());
            }
        }
    }

    /// Reports what is wrong with the text of `key`, which may have `most` characters.
    fn check_text(
        &self,
        key: &str,
        value: &RawText,
        most: usize,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        if let Some(text) = value.written() {
            for kind in check_text(text.get_ref(), most, false) {
                diagnostics.extend(self.diagnostic(text.span(), kind.of(key), None));
            }
        }
    }

    fn check_id(&self, value: &RawText, diagnostics: &mut Vec<Diagnostic>) {
        if let Some(text) = value.written()
            && let Some(kind) = check_id_text(text.get_ref())
        {
            diagnostics.extend(self.diagnostic(text.span(), kind.of("id"), None));
        }
    }

    /// The date in `value`, if there is one.
    fn date(&self, key: &str, value: &RawText, diagnostics: &mut Vec<Diagnostic>) -> Option<Date> {
        let written = value.written()?;
        match Date::parse(value.text()) {
            Ok(date) => Some(date),
            Err(why) => {
                let kind = if value.text().is_empty() {
                    EntryErrorKind::Empty
                } else {
                    EntryErrorKind::Date(value.text().to_owned(), why)
                };
                diagnostics.extend(self.diagnostic(written.span(), kind.of(key), None));
                None
            }
        }
    }

    /// The kind of a resource: a tool, unless another one is written.
    fn resource_kind(&self, value: &RawText, diagnostics: &mut Vec<Diagnostic>) -> ResourceKind {
        let Some(written) = value.written() else {
            return ResourceKind::default();
        };
        let keys = ResourceKind::ALL.map(ResourceKind::key);
        let known = ResourceKind::ALL
            .into_iter()
            .find(|kind| kind.key() == value.text());
        known.unwrap_or_else(|| {
            let message = format!("`{}` is no kind of resource", printable(value.text(), 60));
            let help = nearest(value.text(), keys).map_or_else(
                || format!("the kinds are {}", enumerated(&keys)),
                did_you_mean,
            );
            diagnostics.extend(self.diagnostic(written.span(), message, Some(&help)));
            ResourceKind::default()
        })
    }

    fn check_url(&self, value: &RawText, limits: &Limits, diagnostics: &mut Vec<Diagnostic>) {
        if let Some(text) = value.written() {
            let kind = if text.get_ref().trim().is_empty() {
                Some(EntryErrorKind::Empty)
            } else {
                check_link_text(text.get_ref(), limits)
            };
            if let Some(kind) = kind {
                diagnostics.extend(self.diagnostic(text.span(), kind.of("url"), None));
            }
        }
    }
}

/// The ids that may be missing because these files are broken; each comes with whether all of it is
/// TOML.
fn gap<'f>(files: impl IntoIterator<Item = (&'f File, bool)>) -> Gap<'f> {
    let mut texts = Vec::new();
    for (file, is_toml) in files {
        if file.is_unreadable {
            return Gap::All;
        }
        if !is_toml {
            texts.push(file.text());
        }
    }
    if texts.is_empty() {
        Gap::None
    } else {
        Gap::Texts(texts)
    }
}

fn is_folder(folder: &Path) -> Result<(), Diagnostics> {
    let diagnostic = match fs::metadata(folder) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => Diagnostic::whole_file(
            folder,
            "this is not a folder",
            Some("name the folder that holds `faq/`".into()),
        ),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Diagnostic::whole_file(
            folder,
            "there is no such folder",
            Some("name the knowledge folder with --knowledge or in config.toml".into()),
        ),
        Err(error) => Diagnostic::unreadable(folder, &error),
    };
    Err(diagnostic.into())
}

/// The names in `folder`, sorted. Hidden ones are left out: editors and version control keep their
/// own files there.
fn names(folder: &Path) -> Result<Vec<(String, PathBuf)>, Diagnostics> {
    let failed = |error: io::Error| Diagnostics::from(Diagnostic::unreadable(folder, &error));
    let mut names = Vec::new();
    for item in fs::read_dir(folder).map_err(failed)? {
        let path = item.map_err(failed)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if !name.starts_with('.') {
            names.push((name, path));
        }
    }
    names.sort();
    Ok(names)
}

/// Reports TOML files beside the known ones: they would not be read.
fn strays(folder: &Path) -> Vec<Diagnostic> {
    const KNOWN: [&str; 5] = [ARTICLES, RESOURCES, ALIASES, NAMES, OUT_OF_SCOPE];
    let names = match names(folder) {
        Ok(names) => names,
        Err(diagnostics) => return diagnostics.0,
    };
    let stray = |(name, path): &(String, PathBuf)| {
        if KNOWN.contains(&name.as_str()) || !looks_like_toml(path) {
            return None;
        }
        let help = nearest(name, KNOWN).map_or_else(
            || {
                format!(
                    "entries stand in {FAQ}/; beside it there are {}",
                    enumerated(&KNOWN)
                )
            },
            did_you_mean,
        );
        Some(Diagnostic::whole_file(
            path,
            "this file is not read",
            Some(help),
        ))
    };
    names.iter().filter_map(stray).collect()
}

/// Whether the file's extension is `toml` or nearly so, and it is no [copy](is_copy).
fn looks_like_toml(path: &Path) -> bool {
    let ending = path.extension().and_then(|e| e.to_str());
    ending.is_some_and(|ending| ending == "toml" || nearest(ending, ["toml"]).is_some())
        && !is_copy(&path.file_name().unwrap_or_default().to_string_lossy())
}

/// Whether `name` is one that editors and patch tools give to copies of a TOML file, such as
/// `risks.toml~`, `#risks.toml#` and `risks.toml.orig`.
fn is_copy(name: &str) -> bool {
    let behind = name.rsplit_once(".toml").map(|(_, behind)| behind);
    behind.is_some_and(|behind| behind.starts_with(|c: char| !c.is_alphanumeric()))
}

/// The copies of TOML files that editors left in a knowledge folder. They are not read. Sorted; empty
/// where the folder cannot be read.
#[must_use]
pub fn copies(folder: &Path) -> Vec<PathBuf> {
    let folders = [folder.to_owned(), folder.join(FAQ)];
    let all = folders
        .iter()
        .flat_map(|folder| names(folder).unwrap_or_default());
    let copies = all.filter(|(name, _)| is_copy(name));
    copies.map(|(_, path)| path).collect()
}

fn faq_files(knowledge: &Path, diagnostics: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    const HELP: &str = "the entries stand in faq/*.toml, at least one";
    let folder = &knowledge.join(FAQ);
    if folder.is_dir()
        && let Err(found) = stays_inside(knowledge, folder)
    {
        diagnostics.extend(found.0);
        return Vec::new();
    }
    let names = match is_folder(folder).and_then(|()| names(folder)) {
        Ok(names) => names,
        Err(found) => {
            diagnostics.extend(found.0.into_iter().map(|diagnostic| Diagnostic {
                help: Some(HELP.into()),
                ..diagnostic
            }));
            return Vec::new();
        }
    };
    let mut files = Vec::new();
    for (_, path) in names {
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        } else if path.is_dir() {
            diagnostics.push(Diagnostic::whole_file(
                &path,
                "folders in this folder are not read",
                Some(format!("put its files into {FAQ}/ itself")),
            ));
        } else if looks_like_toml(&path) {
            diagnostics.push(Diagnostic::whole_file(
                &path,
                "this file is not read",
                Some("let its name end in .toml".into()),
            ));
        }
    }
    if files.is_empty() && diagnostics.iter().all(|d| !d.file.starts_with(folder)) {
        let message = "there is no .toml file in this folder";
        diagnostics.push(Diagnostic::whole_file(folder, message, Some(HELP.into())));
    }
    files
}

/// Every article that has an id, with whatever mistakes: what cites it is not reported on top.
fn checked_articles(
    file: &File,
    raw: &[RawArticle],
    limits: &Limits,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Article> {
    let mut articles = Vec::new();
    let mut first = HashMap::new();
    for article in raw {
        file.check_id(&article.id, diagnostics);
        file.unique(
            &mut first,
            article.id.text(),
            article.id.span(),
            "article",
            diagnostics,
        );
        for (key, value, most) in [
            ("title", &article.title, limits.title),
            ("short", &article.short, limits.name),
            ("opening", &article.opening, limits.name),
            ("author", &article.author, limits.name),
            ("publisher", &article.publisher, limits.name),
            ("published", &article.published, limits.name),
            ("note", &article.note, limits.note),
        ] {
            file.check_text(key, value, most, diagnostics);
        }
        file.check_url(&article.url, limits, diagnostics);
        let mut first_sections = HashMap::new();
        let mut sections = Vec::new();
        for section in &article.sections {
            file.check_id(&section.id, diagnostics);
            file.unique(
                &mut first_sections,
                section.id.text(),
                section.id.span(),
                "section",
                diagnostics,
            );
            file.check_text("heading", &section.heading, limits.title, diagnostics);
            file.check_text("place", &section.place, limits.name, diagnostics);
            if let Ok(id) = SectionId::new(section.id.text()) {
                sections.push(Section {
                    id,
                    heading: section.heading.text().to_owned(),
                    place: section.place.optional(),
                });
            }
        }
        if article.sections.is_empty() && !article.is_broken {
            let help = "add an [[article.section]] with id and heading: sources name a section";
            let message = "this article has no section, so nothing can cite it";
            diagnostics.extend(file.diagnostic(article.header.clone(), message, Some(help)));
        }
        if let Ok(id) = ArticleId::new(article.id.text()) {
            articles.push(Article {
                id,
                title: article.title.text().to_owned(),
                short: article.short.optional(),
                author: article.author.optional(),
                publisher: article.publisher.optional(),
                url: article.url.optional(),
                published: article.published.optional(),
                note: article.note.optional(),
                opening: article.opening.optional(),
                sections,
            });
        }
    }
    articles
}

fn checked_resources(
    file: &File,
    raw: &[RawResource],
    limits: &Limits,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Resource> {
    let mut resources = Vec::new();
    let mut first = HashMap::new();
    for resource in raw {
        file.check_id(&resource.id, diagnostics);
        file.unique(
            &mut first,
            resource.id.text(),
            resource.id.span(),
            "resource",
            diagnostics,
        );
        file.check_text("name", &resource.name, limits.resource_name, diagnostics);
        file.check_text(
            "description",
            &resource.description,
            limits.note,
            diagnostics,
        );
        file.check_url(&resource.url, limits, diagnostics);
        let kind = file.resource_kind(&resource.kind, diagnostics);
        let checked = file.date("checked", &resource.checked, diagnostics);
        let review_by = file.date("review_by", &resource.review_by, diagnostics);
        if let Ok(id) = ResourceId::new(resource.id.text()) {
            resources.push(Resource {
                id,
                name: resource.name.text().to_owned(),
                url: resource.url.text().to_owned(),
                description: resource.description.optional(),
                kind,
                checked,
                review_by,
            });
        }
    }
    resources
}

fn checked_aliases(
    file: &File,
    raw: Vec<RawAlias>,
    limits: &Limits,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Alias> {
    let mut aliases = Vec::new();
    // A name as it is compared → its group's position and name.
    let mut groups: HashMap<String, (usize, String)> = HashMap::new();
    for (position, alias) in raw.into_iter().enumerate() {
        file.check_text("name", &alias.name, limits.name, diagnostics);
        if alias.also.is_empty() && !alias.is_broken {
            let help = "add also = [\"…\"] with at least one other name";
            let message = "this alias has no other names";
            diagnostics.extend(file.diagnostic(alias.header.clone(), message, Some(help)));
        }
        let also: Vec<Spanned<String>> = alias
            .also
            .into_iter()
            .filter_map(|name| Some(Spanned::new(name.span(), name.into_inner()?)))
            .collect();
        for (item, name) in also.iter().enumerate() {
            for kind in check_text(name.get_ref(), limits.name, false) {
                let message = kind.of(format_args!("name {} of this alias", item + 1));
                diagnostics.extend(file.diagnostic(name.span(), message, None));
            }
        }
        let group = alias.name.text().to_owned();
        let mut exact: Vec<&str> = Vec::new();
        for name in alias.name.written().into_iter().chain(&also) {
            let written = name.get_ref().trim();
            if written.is_empty() {
                continue;
            }
            let span = name.span();
            let key = folded(written);
            if key.is_empty() {
                diagnostics.extend(file.diagnostic(span, EntryErrorKind::NoWord.to_string(), None));
                continue;
            }
            if exact.contains(&written) {
                let kind = EntryErrorKind::Twice(written.to_owned());
                diagnostics.extend(file.diagnostic(span, kind.to_string(), None));
                continue;
            }
            exact.push(written);
            match groups.get(&key) {
                // Within a group two spellings may fold to the same.
                Some((other, _)) if *other == position => {}
                Some((_, other)) => {
                    let message = format!(
                        "`{}` stands in the group `{}` already",
                        printable(written, 60),
                        printable(other, 60)
                    );
                    let help = "a name belongs to one group";
                    diagnostics.extend(file.diagnostic(span, message, Some(help)));
                }
                None => {
                    groups.insert(key, (position, group.clone()));
                }
            }
        }
        aliases.push(Alias {
            name: group,
            also: also
                .iter()
                .map(|name| name.get_ref().trim().to_owned())
                .collect(),
        });
    }
    aliases
}

/// Names of the field, each once.
fn checked_names(
    file: &File,
    raw: Vec<Spanned<Option<String>>>,
    limits: &Limits,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut names = Vec::with_capacity(raw.len());
    let mut seen = HashSet::new();
    for (position, name) in raw.into_iter().enumerate() {
        let span = name.span();
        let Some(text) = name.into_inner() else {
            continue;
        };
        let mut report = |message: String| {
            diagnostics.extend(file.diagnostic(span.clone(), message, None));
        };
        for kind in check_text(&text, limits.name, false) {
            report(kind.of(format_args!("name {}", position + 1)));
        }
        let key = folded(&text);
        if key.is_empty() {
            if !text.trim().is_empty() {
                report(EntryErrorKind::NoWord.to_string());
            }
        } else if !seen.insert(key) {
            report(EntryErrorKind::Twice(text.clone()).to_string());
        }
        names.push(text.trim().to_owned());
    }
    names
}

/// Questions that no entry answers. One that an entry does answer is a mistake, for it would stay
/// unanswered.
fn checked_out_of_scope(
    file: &File,
    raw: Vec<Spanned<Option<String>>>,
    known: &Known<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut questions = Vec::with_capacity(raw.len());
    let mut seen = HashSet::new();
    for (position, question) in raw.into_iter().enumerate() {
        let span = question.span();
        let Some(text) = question.into_inner() else {
            continue;
        };
        let mut report = |message: String, help: Option<&str>| {
            diagnostics.extend(file.diagnostic(span.clone(), message, help));
        };
        for kind in check_text(&text, known.limits().question, false) {
            report(kind.of(format_args!("question {}", position + 1)), None);
        }
        let key = folded(&text);
        if key.is_empty() {
            if !text.trim().is_empty() {
                report(EntryErrorKind::NoWord.to_string(), None);
            }
        } else if let Some(owner) = known.owner_of(&key) {
            report(
                format!(
                    "`{}` is a question that the entry `{owner}` answers",
                    printable(&text, 60)
                ),
                Some("take it out here or there"),
            );
        } else if !seen.insert(key) {
            report(EntryErrorKind::Twice(text.clone()).to_string(), None);
        }
        questions.push(text.trim().to_owned());
    }
    questions
}
