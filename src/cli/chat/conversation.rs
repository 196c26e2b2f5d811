//! The replies to the lines of one conversation.

use super::feedback::Judgement;
use super::input::{COMMANDS, Input};
use crate::cli::{sources, text};
use citebot_core::answer::Reply;
use citebot_core::did_you_mean::nearest;
use citebot_core::knowledge::{Entry, EntryId};
use citebot_core::matcher::is_greeting;
use citebot_engine::{Answered, Engine, Snapshot};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

const HELP: &str = "\
Ask in your own words. Type a number to choose from a list.
  /browse          the topics; /browse TOPIC the questions of one
  /show ENTRY      an entry by its id
  /toolkit         the tools the answers link to
  /sources         the articles; /sources ARTICLE one with the entries that cite it
  /why             the reasons for the last reply; /why QUESTION for that one
  /right           the last reply was right
  /wrong ENTRY     it should have been that entry; /wrong none if there should be no answer
  /quit            leave (or Ctrl-D)";

/// What later lines may refer to.
pub(super) struct Conversation {
    /// The entries that were listed last: a number chooses one of them.
    choices: Vec<EntryId>,
    /// The entry that was shown last: the next question may follow it.
    previous: Option<EntryId>,
    last: Option<Asked>,
    /// The file that takes what is said of replies, if there is a place for it.
    judgements: Option<PathBuf>,
    greeting: String,
}

/// A question and its reply.
struct Asked {
    after: Option<EntryId>,
    answered: Answered,
}

impl Conversation {
    pub(super) fn new(judgements: Option<PathBuf>, greeting: String) -> Self {
        Self {
            choices: Vec::new(),
            previous: None,
            last: None,
            judgements,
            greeting,
        }
    }

    /// Writes the reply to a line.
    pub(super) fn respond(
        &mut self,
        out: &mut impl Write,
        engine: &Engine,
        input: Input<'_>,
    ) -> anyhow::Result<ControlFlow<()>> {
        let snapshot = engine.snapshot(None);
        match input {
            Input::Nothing => {}
            Input::Quit => return Ok(ControlFlow::Break(())),
            Input::Help => writeln!(out, "{HELP}")?,
            Input::Toolkit => text::toolkit(out, &snapshot.knowledge)?,
            Input::Browse(topic) => self.browse(out, &snapshot, topic)?,
            Input::Show(id) => self.show_by_id(out, &snapshot, id)?,
            Input::Sources(id) => {
                let id = (!id.is_empty()).then_some(id);
                if let Err(error) = sources::show(out, &snapshot.knowledge, id)? {
                    writeln!(out, "{error}.")?;
                }
            }
            Input::Why(question) => self.why(out, engine, question)?,
            Input::Right => self.right(out)?,
            Input::Wrong(id) => self.wrong(out, &snapshot, id)?,
            Input::Choice(number) => self.choose(out, &snapshot, number)?,
            Input::UnknownCommand(command) => match nearest(command, COMMANDS) {
                Some(near) => writeln!(out, "There is no {command}. Did you mean {near}?")?,
                None => writeln!(out, "There is no {command}. /help lists what there is.")?,
            },
            Input::Question(question) if is_greeting(question) => {
                writeln!(out, "{} /browse lists what I can answer.", self.greeting)?;
            }
            Input::Question(question) => self.ask(out, engine, question)?,
        }
        writeln!(out)?;
        Ok(ControlFlow::Continue(()))
    }

    fn ask(&mut self, out: &mut impl Write, engine: &Engine, question: &str) -> anyhow::Result<()> {
        let after = self.previous.take();
        let answers = engine.ask_each(None, after.as_ref(), question);
        for (at, answered) in answers.into_iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            let (question, reply) = (&answered.question, &answered.reply);
            let snapshot = &answered.snapshot;
            match reply {
                Reply::Answer { best, .. } => self.show(out, snapshot, &best.entry)?,
                Reply::Suggest { suggestions } => {
                    text::reply(out, snapshot, question, reply)?;
                    self.choices = suggestions.iter().map(|c| c.entry.id.clone()).collect();
                }
                Reply::Unknown { .. } => {
                    text::reply(out, snapshot, question, reply)?;
                    text::hint(out, "/browse shows the questions it answers.")?;
                }
            }
            let after = after.clone();
            self.last = Some(Asked { after, answered });
        }
        Ok(())
    }

    fn choose(
        &mut self,
        out: &mut impl Write,
        snapshot: &Snapshot,
        number: usize,
    ) -> anyhow::Result<()> {
        let chosen = number
            .checked_sub(1)
            .and_then(|at| self.choices.get(at))
            .and_then(|id| snapshot.knowledge.entry(id.as_str()));
        match (chosen, self.choices.len()) {
            (Some(entry), _) => self.show(out, snapshot, entry)?,
            (None, 0) => writeln!(
                out,
                "There is nothing to choose from yet. Ask a question first."
            )?,
            (None, count) => writeln!(out, "The choices are 1 to {count}.")?,
        }
        Ok(())
    }

    fn show_by_id(
        &mut self,
        out: &mut impl Write,
        snapshot: &Snapshot,
        id: &str,
    ) -> anyhow::Result<()> {
        if id.is_empty() {
            writeln!(out, "Which entry? For example: /show misuse")?;
            return Ok(());
        }
        match snapshot.knowledge.entry_now_or_formerly(id) {
            Some(entry) => self.show(out, snapshot, entry)?,
            None => writeln!(out, "{}", no_entry(snapshot, id))?,
        }
        Ok(())
    }

    fn show(
        &mut self,
        out: &mut impl Write,
        snapshot: &Snapshot,
        entry: &Entry,
    ) -> anyhow::Result<()> {
        text::entry(out, &snapshot.knowledge, entry)?;
        let related: Vec<_> = entry
            .related
            .iter()
            .filter_map(|id| snapshot.knowledge.entry(id.as_str()))
            .collect();
        if !related.is_empty() {
            writeln!(out)?;
            text::hint(out, "Related:")?;
            text::choices(out, related.iter().map(|e| e.question.as_str()))?;
        }
        self.choices = related.iter().map(|e| e.id.clone()).collect();
        self.previous = Some(entry.id.clone());
        Ok(())
    }

    fn browse(
        &mut self,
        out: &mut impl Write,
        snapshot: &Snapshot,
        topic: &str,
    ) -> anyhow::Result<()> {
        let knowledge = &snapshot.knowledge;
        let topics = knowledge.topics();
        if topic.is_empty() {
            for topic in topics {
                let count = knowledge
                    .entries()
                    .iter()
                    .filter(|e| e.topic == topic)
                    .count();
                writeln!(out, "  {topic} ({count})")?;
            }
            return Ok(());
        }
        let wanted = topic.to_lowercase();
        let Some(found) = topics
            .iter()
            .find(|t| t.to_lowercase() == wanted)
            .or_else(|| topics.iter().find(|t| t.to_lowercase().contains(&wanted)))
        else {
            match nearest(topic, topics.iter().copied()) {
                Some(near) => writeln!(out, "There is no topic {topic:?}. Did you mean {near:?}?")?,
                None => writeln!(out, "There is no topic {topic:?}. /browse lists them.")?,
            }
            return Ok(());
        };
        let entries: Vec<_> = knowledge
            .entries()
            .iter()
            .filter(|e| e.topic == *found)
            .collect();
        text::heading(out, found)?;
        text::choices(out, entries.iter().map(|e| e.question.as_str()))?;
        self.choices = entries.iter().map(|e| e.id.clone()).collect();
        Ok(())
    }

    fn why(&self, out: &mut impl Write, engine: &Engine, question: &str) -> anyhow::Result<()> {
        let last = self.last.as_ref();
        let question = match (question, last) {
            ("", None) => {
                writeln!(out, "Ask a question first, or type /why QUESTION.")?;
                return Ok(());
            }
            ("", Some(last)) => {
                if let Some(after) = &last.after {
                    let note =
                        format!("It followed the answer {after}, which is not counted here.");
                    text::hint(out, &note)?;
                }
                last.answered.question.as_str()
            }
            (question, _) => question,
        };
        text::explanation(out, question, &engine.why(None, question))?;
        Ok(())
    }

    fn right(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let Some(last) = &self.last else {
            writeln!(out, "There is no reply yet. Ask a question first.")?;
            return Ok(());
        };
        match &last.answered.reply {
            Reply::Suggest { .. } => writeln!(
                out,
                "Those were suggestions. Which of them is right? Type /wrong ENTRY."
            )?,
            Reply::Answer { .. } | Reply::Unknown { .. } => {
                self.judge(out, last, last.answered.entry())?;
            }
        }
        Ok(())
    }

    fn wrong(&self, out: &mut impl Write, snapshot: &Snapshot, id: &str) -> anyhow::Result<()> {
        let Some(last) = &self.last else {
            writeln!(out, "There is no reply yet. Ask a question first.")?;
            return Ok(());
        };
        match id {
            "" => writeln!(
                out,
                "Which entry is right? Type /wrong ENTRY, or /wrong none if there should be no answer."
            )?,
            "none" => self.judge(out, last, None)?,
            id => match snapshot.knowledge.entry_now_or_formerly(id) {
                Some(entry) => self.judge(out, last, Some(&entry.id))?,
                None => writeln!(out, "{}", no_entry(snapshot, id))?,
            },
        }
        Ok(())
    }

    fn judge(
        &self,
        out: &mut impl Write,
        asked: &Asked,
        entry: Option<&EntryId>,
    ) -> anyhow::Result<()> {
        let Some(file) = &self.judgements else {
            writeln!(out, "There is no folder to note that in: set HOME.")?;
            return Ok(());
        };
        let judgement = Judgement {
            question: &asked.answered.question,
            after: asked.after.as_ref().map(EntryId::as_str),
            entry: entry.map(EntryId::as_str),
        };
        match judgement.append(file) {
            Ok(()) => writeln!(out, "Noted in {}, for `citebot eval`.", file.display())?,
            Err(error) => writeln!(out, "Could not write {}: {error}", file.display())?,
        }
        Ok(())
    }
}

fn no_entry(snapshot: &Snapshot, id: &str) -> String {
    let ids = snapshot.knowledge.entries().iter().map(|e| e.id.as_str());
    match nearest(id, ids) {
        Some(near) => format!("There is no entry {id:?}. Did you mean {near}?"),
        None => format!("There is no entry {id:?}. /browse lists them."),
    }
}
