//! A folder of TOML files → [`Knowledge`], or everything that is wrong with it.

use super::check::{Fault, Gap, Known, UncheckedEntry, check, id_fault, text_faults};
use super::decode::{Decoded, Decoder, decode, listed};
use super::layout::{BUTTON_LABEL, CHOICE_LABEL, FIELD_VALUE};
use super::nearest::{did_you_mean, nearest};
use super::text::{Text, read_failure, shown, whole};
use super::toml_shape::{self, Field, PlacedEntry, RawAlias, RawArticle, RawResource};
use super::{
    Alias, Article, ArticleId, Diagnostic, Diagnostics, Knowledge, MAX_QUESTION_CHARS, Resource,
    ResourceId, Section, SectionId, check_link, folded,
};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::DeTable;

const ARTICLES: &str = "articles.toml";
const RESOURCES: &str = "resources.toml";
const ALIASES: &str = "aliases.toml";
const OUT_OF_SCOPE: &str = "out-of-scope.toml";
const FAQ: &str = "faq";

/// The longest title or heading of an article: it stands in one line of a reply's sources.
const TITLE: usize = 256;
/// The longest author, publisher or date.
const NAME: usize = 100;

/// See [`Knowledge::load`].
pub(super) fn load(folder: &Path) -> Result<Knowledge, Diagnostics> {
    let mut problems = Vec::new();
    if let Err(problem) = is_folder(folder) {
        return Err(Diagnostics(vec![problem]));
    }
    problems.extend(strays(folder));

    let articles = File::read(&folder.join(ARTICLES), true, &mut problems);
    let resources = File::read(&folder.join(RESOURCES), true, &mut problems);
    let aliases = File::read(&folder.join(ALIASES), true, &mut problems);
    let out_of_scope = File::read(&folder.join(OUT_OF_SCOPE), true, &mut problems);
    let faq: Vec<File> = faq_files(&folder.join(FAQ), &mut problems)
        .iter()
        .map(|path| File::read(path, false, &mut problems))
        .collect();

    let raw_articles = articles.decode(&mut problems, toml_shape::articles);
    let raw_resources = resources.decode(&mut problems, toml_shape::resources);
    let raw_aliases = aliases.decode(&mut problems, toml_shape::aliases);
    let raw_out_of_scope = out_of_scope.decode(&mut problems, toml_shape::out_of_scope);
    let raw_faq: Vec<Read<Vec<PlacedEntry>>> = faq
        .iter()
        .map(|file| file.decode(&mut problems, toml_shape::entries))
        .collect();

    let base = Knowledge::from_parts(
        checked_articles(&articles, &raw_articles.value, &mut problems),
        checked_resources(&resources, &raw_resources.value, &mut problems),
        checked_aliases(&aliases, raw_aliases.value, &mut problems),
        Vec::new(),
    );

    let mut known = Known::new(&base);
    known.article_gap = gap([(&articles, raw_articles.sound)]);
    known.resource_gap = gap([(&resources, raw_resources.sound)]);
    known.entry_gap = gap(faq.iter().zip(&raw_faq).map(|(f, raw)| (f, raw.sound)));

    let drafts = || {
        let files = faq.iter().zip(&raw_faq);
        files.flat_map(|(file, raw)| raw.value.iter().map(move |placed| (file, placed)))
    };
    let mut first_places: HashMap<&str, String> = HashMap::new();
    for (file, placed) in drafts() {
        known.learn_id(&placed.draft.id);
        let at = placed.place(super::Spot::Id, file.str());
        file.unique(
            &mut first_places,
            &placed.draft.id,
            at,
            "entry",
            &mut problems,
        );
    }
    let mut entries = Vec::new();
    for (file, placed) in drafts() {
        problems.extend(entry_problems(file, placed, &known));
        known.learn_wordings(&placed.draft);
        entries.extend(placed.draft.unchecked());
    }
    let beyond = checked_out_of_scope(&out_of_scope, raw_out_of_scope.value, &known, &mut problems);
    if problems.is_empty() && entries.is_empty() {
        let help = "each file in it holds a topic and [[entry]] tables";
        problems.push(whole(
            &folder.join(FAQ),
            "there is no entry in any file of this folder".into(),
            Some(help.into()),
        ));
    }
    if problems.is_empty() {
        let entries: Vec<_> = entries.into_iter().map(Into::into).collect();
        Ok(base.overlaid(&[], &entries).with_out_of_scope(beyond))
    } else {
        Err(Diagnostics::sorted(problems))
    }
}

/// Reads entries from `text` in the format of a file in `faq/`. Their keys and types are checked;
/// [`UncheckedEntry::entry`] checks the rest.
///
/// # Errors
///
/// Everything that is wrong with keys and types, placed in `file`.
pub(super) fn read_entries(file: &Path, text: &str) -> Result<Vec<UncheckedEntry>, Diagnostics> {
    let text = Text::new(file.to_owned(), text);
    let decoded = decode(&text, toml_shape::entries);
    if decoded.problems.is_empty() {
        Ok(decoded
            .value
            .into_iter()
            .map(|placed| placed.draft)
            .collect())
    } else {
        Err(Diagnostics::sorted(decoded.problems))
    }
}

fn entry_problems(file: &File, placed: &PlacedEntry, known: &Known<'_>) -> Vec<Diagnostic> {
    let findings = check(&placed.draft, known).into_iter();
    findings
        .filter(|finding| !placed.follows(finding.spot))
        .filter_map(|finding| {
            let at = placed.place(finding.spot, file.str());
            let message = match finding.fault {
                Fault::Empty => format!("{} is empty", finding.spot),
                ref fault => fault.to_string(),
            };
            Some(file.text.as_ref()?.problem(at, message, finding.help))
        })
        .collect()
}

/// One file of the folder: there, missing, or unreadable.
struct File {
    text: Option<Text>,
    unreadable: bool,
}

/// What was read from a [`File`].
struct Read<T> {
    value: T,
    sound: bool,
}

impl File {
    fn read(path: &Path, may_be_missing: bool, problems: &mut Vec<Diagnostic>) -> Self {
        let missing =
            matches!(path.symlink_metadata(), Err(e) if e.kind() == io::ErrorKind::NotFound);
        if may_be_missing && missing {
            return Self {
                text: None,
                unreadable: false,
            };
        }
        let text = Text::read(path)
            .map_err(|problem| problems.push(problem))
            .ok();
        Self {
            unreadable: text.is_none(),
            text,
        }
    }

    fn decode<T: Default>(
        &self,
        problems: &mut Vec<Diagnostic>,
        shape: impl FnOnce(&mut Decoder<'_>, &DeTable<'_>) -> T,
    ) -> Read<T> {
        let Some(text) = &self.text else {
            return Read {
                value: T::default(),
                sound: true,
            };
        };
        let Decoded {
            value,
            sound,
            problems: found,
        } = decode(text, shape);
        problems.extend(found);
        Read { value, sound }
    }

    fn str(&self) -> &str {
        self.text.as_ref().map_or("", Text::as_str)
    }

    fn problem(&self, at: usize, message: String, help: Option<String>) -> Option<Diagnostic> {
        Some(self.text.as_ref()?.problem(at, message, help))
    }

    /// Reports `name` when it stands in `first` already, and notes it otherwise.
    fn unique<'a>(
        &self,
        first: &mut HashMap<&'a str, String>,
        name: &'a str,
        at: usize,
        what: &str,
        problems: &mut Vec<Diagnostic>,
    ) {
        let Some(place) = self
            .problem(at, String::new(), None)
            .map(|p| p.place.to_string())
        else {
            return;
        };
        if name.is_empty() {
            return;
        }
        match first.get(name) {
            Some(earlier) => problems.extend(self.problem(
                at,
                format!("the {what} id `{}` is taken already", shown(name, 60)),
                Some(format!("the first stands at {earlier}")),
            )),
            None => {
                first.insert(name, place);
            }
        }
    }

    /// Reports what is wrong with the text of `key`, which may have `most` characters.
    fn check_text(&self, key: &str, value: &Field, most: usize, problems: &mut Vec<Diagnostic>) {
        let Some(value) = value.written() else {
            return;
        };
        for fault in text_faults(value.get_ref(), most, false) {
            self.fault(key, value, &fault, problems);
        }
    }

    fn check_id(&self, value: &Field, problems: &mut Vec<Diagnostic>) {
        let Some(value) = value.written() else {
            return;
        };
        if let Some(fault) = id_fault(value.get_ref()) {
            self.fault("id", value, &fault, problems);
        }
    }

    fn check_url(&self, value: &Field, problems: &mut Vec<Diagnostic>) {
        let Some(value) = value.written() else {
            return;
        };
        let text = value.get_ref();
        if text.trim().is_empty() {
            self.fault("url", value, &Fault::Empty, problems);
        } else if let Err(why) = check_link(text) {
            self.fault("url", value, &Fault::Link(text.clone(), why), problems);
        }
    }

    fn fault(
        &self,
        key: &str,
        value: &Spanned<String>,
        fault: &Fault,
        problems: &mut Vec<Diagnostic>,
    ) {
        let message = match fault {
            Fault::Empty => format!("{key} is empty"),
            fault => fault.to_string(),
        };
        problems.extend(self.problem(value.span().start, message, None));
    }
}

fn gap<'f>(files: impl IntoIterator<Item = (&'f File, bool)>) -> Gap<'f> {
    let mut texts = Vec::new();
    for (file, sound) in files {
        if file.unreadable {
            return Gap::All;
        }
        if !sound {
            texts.push(file.str());
        }
    }
    if texts.is_empty() {
        Gap::None
    } else {
        Gap::Texts(texts)
    }
}

fn is_folder(folder: &Path) -> Result<(), Diagnostic> {
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(whole(
            folder,
            "this is not a folder".into(),
            Some("name the folder that holds `faq/`".into()),
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(whole(
            folder,
            "there is no such folder".into(),
            Some("name the knowledge folder with --knowledge or in config.toml".into()),
        )),
        Err(error) => Err(whole(folder, read_failure(&error), None)),
    }
}

/// The names in `folder`, sorted. Hidden ones are left out: editors and version control keep their
/// own files there.
fn names(folder: &Path) -> Result<Vec<(String, PathBuf)>, Diagnostic> {
    let failed = |error: io::Error| whole(folder, read_failure(&error), None);
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

/// TOML files beside the known ones, which nobody would read.
fn strays(folder: &Path) -> Vec<Diagnostic> {
    const KNOWN: [&str; 4] = [ARTICLES, RESOURCES, ALIASES, OUT_OF_SCOPE];
    let names = match names(folder) {
        Ok(names) => names,
        Err(problem) => return vec![problem],
    };
    let stray = |(name, path): &(String, PathBuf)| {
        if KNOWN.contains(&name.as_str()) || !looks_like_toml(path) {
            return None;
        }
        let help = nearest(name, KNOWN).map_or_else(
            || {
                format!(
                    "entries stand in {FAQ}/; beside it there are {}",
                    listed(&KNOWN)
                )
            },
            did_you_mean,
        );
        Some(whole(path, "this file is not read".into(), Some(help)))
    };
    names.iter().filter_map(stray).collect()
}

/// Whether the file's ending is `toml` or nearly so.
fn looks_like_toml(path: &Path) -> bool {
    let ending = path.extension().and_then(|e| e.to_str());
    ending.is_some_and(|ending| ending == "toml" || nearest(ending, ["toml"]).is_some())
}

fn faq_files(folder: &Path, problems: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let names = match is_folder(folder).and_then(|()| names(folder)) {
        Ok(names) => names,
        Err(mut problem) => {
            problem.help = Some("the entries stand in faq/*.toml, at least one".into());
            problems.push(problem);
            return Vec::new();
        }
    };
    let mut files = Vec::new();
    for (_, path) in names {
        if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        } else if path.is_dir() {
            let help = format!("put its files into {FAQ}/ itself");
            problems.push(whole(
                &path,
                "folders in this folder are not read".into(),
                Some(help),
            ));
        } else if looks_like_toml(&path) {
            let help = "let its name end in .toml";
            problems.push(whole(
                &path,
                "this file is not read".into(),
                Some(help.into()),
            ));
        }
    }
    if files.is_empty() && problems.iter().all(|p| !p.place.file.starts_with(folder)) {
        let help = "the entries stand in faq/*.toml, at least one";
        problems.push(whole(
            folder,
            "there is no .toml file in this folder".into(),
            Some(help.into()),
        ));
    }
    files
}

/// Reports what is wrong and gives every article that has an id, so that what cites it is not
/// reported on top.
fn checked_articles(
    file: &File,
    raw: &[RawArticle],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Article> {
    let mut articles = Vec::new();
    let mut first = HashMap::new();
    for article in raw {
        file.check_id(&article.id, problems);
        file.unique(
            &mut first,
            article.id.text(),
            article.id.at(),
            "article",
            problems,
        );
        for (key, value, most) in [
            ("title", &article.title, TITLE),
            ("author", &article.author, NAME),
            ("publisher", &article.publisher, NAME),
            ("published", &article.published, NAME),
            ("note", &article.note, FIELD_VALUE),
        ] {
            file.check_text(key, value, most, problems);
        }
        file.check_url(&article.url, problems);
        let mut first_sections = HashMap::new();
        let mut sections = Vec::new();
        for section in &article.sections {
            file.check_id(&section.id, problems);
            let at = section.id.at();
            file.unique(
                &mut first_sections,
                section.id.text(),
                at,
                "section",
                problems,
            );
            file.check_text("heading", &section.heading, TITLE, problems);
            if let Ok(id) = SectionId::new(section.id.text()) {
                sections.push(Section {
                    id,
                    heading: section.heading.text().to_owned(),
                });
            }
        }
        if article.sections.is_empty() && !article.torn {
            let help = "add an [[article.section]] with id and heading: sources name a section";
            let message = "this article has no section, so nothing can cite it";
            problems.extend(file.problem(article.at, message.into(), Some(help.into())));
        }
        if let Ok(id) = ArticleId::new(article.id.text()) {
            articles.push(Article {
                id,
                title: article.title.text().to_owned(),
                author: article.author.optional(),
                publisher: article.publisher.optional(),
                url: article.url.optional(),
                published: article.published.optional(),
                note: article.note.optional(),
                sections,
            });
        }
    }
    articles
}

fn checked_resources(
    file: &File,
    raw: &[RawResource],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Resource> {
    let mut resources = Vec::new();
    let mut first = HashMap::new();
    for resource in raw {
        file.check_id(&resource.id, problems);
        file.unique(
            &mut first,
            resource.id.text(),
            resource.id.at(),
            "resource",
            problems,
        );
        file.check_text("name", &resource.name, BUTTON_LABEL, problems);
        file.check_text("description", &resource.description, FIELD_VALUE, problems);
        file.check_url(&resource.url, problems);
        if let Ok(id) = ResourceId::new(resource.id.text()) {
            resources.push(Resource {
                id,
                name: resource.name.text().to_owned(),
                url: resource.url.text().to_owned(),
                description: resource.description.optional(),
            });
        }
    }
    resources
}

fn checked_aliases(file: &File, raw: Vec<RawAlias>, problems: &mut Vec<Diagnostic>) -> Vec<Alias> {
    let mut aliases = Vec::new();
    // A name as it is compared → its group's position and name.
    let mut groups: HashMap<String, (usize, String)> = HashMap::new();
    for (position, alias) in raw.into_iter().enumerate() {
        file.check_text("name", &alias.name, CHOICE_LABEL, problems);
        file.check_text("definition", &alias.definition, FIELD_VALUE, problems);
        if alias.also.is_empty() && alias.listed {
            let help = "add also = [\"…\"] with at least one other name";
            let message = "this alias has no other names";
            problems.extend(file.problem(alias.at, message.into(), Some(help.into())));
        }
        let also: Vec<Spanned<String>> = alias
            .also
            .into_iter()
            .filter_map(|name| Some(Spanned::new(name.span(), name.into_inner()?)))
            .collect();
        for (item, name) in also.iter().enumerate() {
            for fault in text_faults(name.get_ref(), CHOICE_LABEL, false) {
                let fault = match fault {
                    Fault::Empty => format!("name {} of this alias is empty", item + 1),
                    fault => fault.to_string(),
                };
                problems.extend(file.problem(name.span().start, fault, None));
            }
        }
        let group = alias.name.text().to_owned();
        let mut exact: Vec<&str> = Vec::new();
        for name in alias.name.written().into_iter().chain(&also) {
            let written = name.get_ref().trim();
            if written.is_empty() {
                continue;
            }
            let at = name.span().start;
            let key = folded(written);
            if key.is_empty() {
                problems.extend(file.problem(at, Fault::NoWord.to_string(), None));
                continue;
            }
            if exact.contains(&written) {
                let fault = Fault::Twice(written.to_owned());
                problems.extend(file.problem(at, fault.to_string(), None));
                continue;
            }
            exact.push(written);
            match groups.get(&key) {
                // Spellings that fold to the same may stand beside each other in a group.
                Some((other, _)) if *other == position => {}
                Some((_, other)) => {
                    let message = format!(
                        "`{}` stands in the group `{}` already",
                        shown(written, 60),
                        shown(other, 60)
                    );
                    let help = "a name belongs to one group";
                    problems.extend(file.problem(at, message, Some(help.into())));
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
            definition: alias.definition.optional(),
        });
    }
    aliases
}

/// Questions that no entry answers. One that an entry does answer is a mistake: whoever asks it
/// would be told that the FAQ does not say.
fn checked_out_of_scope(
    file: &File,
    raw: Vec<Spanned<Option<String>>>,
    known: &Known<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut questions = Vec::with_capacity(raw.len());
    let mut seen = HashSet::new();
    for (position, question) in raw.into_iter().enumerate() {
        let at = question.span().start;
        let Some(text) = question.into_inner() else {
            continue;
        };
        let mut report = |message: String, help: Option<&str>| {
            problems.extend(file.problem(at, message, help.map(Into::into)));
        };
        for fault in text_faults(&text, MAX_QUESTION_CHARS, false) {
            report(
                match fault {
                    Fault::Empty => format!("question {} is empty", position + 1),
                    fault => fault.to_string(),
                },
                None,
            );
        }
        let key = folded(&text);
        if key.is_empty() {
            if !text.trim().is_empty() {
                report(Fault::NoWord.to_string(), None);
            }
        } else if let Some(owner) = known.owner_of(&key) {
            report(
                format!(
                    "`{}` is a question that the entry `{owner}` answers",
                    shown(&text, 60)
                ),
                Some("take it out here or there"),
            );
        } else if !seen.insert(key) {
            report(Fault::Twice(text.clone()).to_string(), None);
        }
        questions.push(text.trim().to_owned());
    }
    questions
}
