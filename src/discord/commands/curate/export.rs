//! `/curate export`

use crate::discord::commands::context::{Context, admin, responder, say};
use crate::discord::rendered::{Rendered, Visibility};
use crate::discord::responder::HandlerError;
use serenity::builder::CreateAttachment;

/// How many files Discord takes with one message.
const MAX_FILES: usize = 10;

/// Get this server's own entries as files in the format of the knowledge folder.
#[poise::command(slash_command)]
pub async fn export(ctx: Context<'_>) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    let responder = responder(ctx);
    responder.defer(Visibility::Private).await?;
    let exported = admin.export()?;
    let entries = match exported.entries {
        1 => "1 entry of its own".to_owned(),
        many => format!("{many} entries of its own"),
    };
    let said = format!(
        "This server has {entries}, and removed {} of the shared FAQ. `/curate import` takes these \
         files back.",
        exported.removed
    );
    let mut messages = exported.files.chunks(MAX_FILES).map(|files| {
        let attachments = files.iter().map(|file| {
            let text = file.text.as_bytes();
            CreateAttachment::bytes(text, file.name.clone())
        });
        Rendered::default().with_files(attachments)
    });
    let Some(first) = messages.next() else {
        return say(ctx, NOTHING_CHANGED).await;
    };
    let first = first.with_content(said);
    responder.show(first, Visibility::Private).await?;
    for message in messages {
        responder.follow_up(message, Visibility::Private).await?;
    }
    Ok(())
}

const NOTHING_CHANGED: &str =
    "There is nothing to export: this server has changed nothing in the FAQ.";
