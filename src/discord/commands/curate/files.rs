//! `/curate export` and `/curate import`

use super::super::{CommandError, Context, say};
use super::{admin, show};
use crate::discord::curate::page::{Page, Text, line};
use crate::discord::curate::{announce, now};
use crate::discord::render::{self, Rendered};
use citebot_engine::{File, ImportError, Imported};
use futures::future::try_join_all;
use serenity::builder::CreateAttachment;
use serenity::model::channel::Attachment;
use std::time::Duration;

/// How many files Discord takes with one message.
const FILES: usize = 10;
/// The largest file that is read, in bytes: a base of thousands of entries is smaller.
const LARGEST: u32 = 4 * 1024 * 1024;
/// How long fetching the files may take.
const FETCH: Duration = Duration::from_secs(30);

/// Get this server's own entries as files in the format of the knowledge folder.
#[poise::command(slash_command)]
pub async fn export(ctx: Context<'_>) -> Result<(), CommandError> {
    let Some(admin) = admin(ctx).await? else {
        return Ok(());
    };
    ctx.defer_ephemeral().await?;
    let exported = admin.export()?;
    if exported.files.is_empty() {
        return say(ctx, NOTHING).await;
    }
    let entries = counted(exported.entries, "entry of its own", "entries of its own");
    let mut said = format!(
        "This server has {entries}, and {} of the book removed. `/curate import` takes these files back.",
        exported.removed
    );
    for files in exported.files.chunks(FILES) {
        let mut reply = poise::CreateReply::default()
            .ephemeral(true)
            .allowed_mentions(render::nobody())
            .content(std::mem::take(&mut said));
        for file in files {
            let text = file.text.as_bytes();
            reply = reply.attachment(CreateAttachment::bytes(text, file.name.clone()));
        }
        ctx.send(reply).await?;
    }
    Ok(())
}

const NOTHING: &str = "There is nothing to export: this server has changed nothing in the FAQ.";

/// Take over entries from files as /curate export gives them: all of them, or nothing.
#[poise::command(slash_command)]
#[expect(
    clippy::too_many_arguments,
    reason = "an option a file is Discord's way"
)]
pub async fn import(
    ctx: Context<'_>,
    #[description = "A file in the format of the knowledge folder"] file: Attachment,
    #[description = "One more"] file2: Option<Attachment>,
    #[description = "One more"] file3: Option<Attachment>,
    #[description = "One more"] file4: Option<Attachment>,
    #[description = "One more"] file5: Option<Attachment>,
    #[description = "One more"] file6: Option<Attachment>,
    #[description = "One more"] file7: Option<Attachment>,
    #[description = "One more"] file8: Option<Attachment>,
    #[description = "One more"] file9: Option<Attachment>,
    #[description = "One more"] file10: Option<Attachment>,
) -> Result<(), CommandError> {
    let Some(admin) = admin(ctx).await? else {
        return Ok(());
    };
    ctx.defer_ephemeral().await?;
    let others = [
        file2, file3, file4, file5, file6, file7, file8, file9, file10,
    ];
    let attached: Vec<Attachment> = std::iter::once(file)
        .chain(others.into_iter().flatten())
        .collect();
    let files = match fetched(&attached).await {
        Ok(files) => files,
        Err(sentence) => return show(ctx, Page::text(sentence)).await,
    };
    match admin.import(ctx.author().id.get(), now(), &files).await {
        Ok(imported) => {
            let what = told(&imported);
            show(ctx, Page::text(format!("Imported: {what}."))).await?;
            if !imported.revisions.is_empty() {
                let http = &ctx.serenity_context().http;
                let line = format!("imported files: {what}; `/curate history` shows what changed");
                announce::other(http, admin, ctx.author().id, &line).await;
            }
            Ok(())
        }
        Err(ImportError::Other(error)) => Err(error.into()),
        Err(ImportError::Diagnostics(problems)) => {
            let lines: Vec<_> = problems
                .0
                .iter()
                .map(|problem| line(&problem.to_string()))
                .collect();
            let mut text = Text::new("Nothing was imported.");
            text.section("To be mended first", &lines);
            let (content, file) = text.finish("problems.txt");
            let shown = Rendered::text(content);
            show(ctx, Page { shown, file }).await
        }
        Err(conflict) => show(ctx, Page::text(conflict.to_string())).await,
    }
}

fn told(imported: &Imported) -> String {
    let changed = counted(imported.revisions.len(), "entry changed", "entries changed");
    format!("{changed}, {} as before", imported.unchanged)
}

/// The files' texts, or why one of them cannot be had.
async fn fetched(attached: &[Attachment]) -> Result<Vec<File>, String> {
    let all = try_join_all(attached.iter().map(fetch));
    tokio::time::timeout(FETCH, all).await.unwrap_or_else(|_| {
        Err("Discord did not hand me the files in time. Please try again.".into())
    })
}

async fn fetch(attached: &Attachment) -> Result<File, String> {
    let name = crate::discord::escape::quote(&attached.filename, 100);
    if attached.size > LARGEST {
        let most = LARGEST / 1024 / 1024;
        return Err(format!(
            "{name} is too large: at most {most} MiB are read. Nothing was imported."
        ));
    }
    let bytes = attached.download().await.map_err(|error| {
        tracing::warn!(%error, "a file could not be fetched");
        format!("Discord did not hand me {name}. Nothing was imported; please try again.")
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| format!("{name} is not text in UTF-8. Nothing was imported."))?;
    Ok(File {
        name: attached.filename.clone(),
        text,
    })
}

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}
