//! `/curate export`

use super::super::{CommandError, Context, say};
use super::desk;
use crate::discord::render;
use serenity::builder::CreateAttachment;

/// How many files Discord takes with one message.
const FILES: usize = 10;

/// Get this server's own entries as files in the format of the knowledge folder.
#[poise::command(slash_command)]
pub async fn export(ctx: Context<'_>) -> Result<(), CommandError> {
    let Some(desk) = desk(ctx).await? else {
        return Ok(());
    };
    ctx.defer_ephemeral().await?;
    let exported = desk.export()?;
    if exported.files.is_empty() {
        return say(ctx, NOTHING).await;
    }
    let mut said = format!(
        "{}, {} of the book removed. `/curate import` takes these files back.",
        counted(exported.entries, "own entry", "own entries"),
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

fn counted(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    }
}
