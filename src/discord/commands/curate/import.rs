//! `/curate import`

use crate::discord::attachments::{Attachments, FetchError};
use crate::discord::commands::context::{Context, admin, responder, say, show_privately};
use crate::discord::curate::announce;
use crate::discord::curate::report::{Report, ReportLine};
use crate::discord::rendered::{Rendered, Visibility};
use crate::discord::responder::HandlerError;
use crate::discord::{clock, escape};
use citebot_engine::{File, ImportError, Imported};
use futures::future::try_join_all;
use serenity::model::channel::Attachment;

/// The largest file that is read, in bytes: a base of thousands of entries is smaller.
const MAX_FILE_SIZE: usize = 4 * 1024 * 1024;

/// Take over the entries of files that /curate export made: all of them, or none.
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
) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    responder(ctx).defer(Visibility::Private).await?;
    let others = [
        file2, file3, file4, file5, file6, file7, file8, file9, file10,
    ];
    let attached: Vec<Attachment> = std::iter::once(file)
        .chain(others.into_iter().flatten())
        .collect();
    let fetches = attached
        .iter()
        .map(|file| fetch(&ctx.data().attachments, file));
    let files = try_join_all(fetches).await?;
    match admin
        .import(ctx.author().id.get(), clock::now(), &files)
        .await
    {
        Ok(imported) => {
            let summary = summary(&imported);
            say(ctx, format!("Imported: {summary}.")).await?;
            if !imported.revisions.is_empty() {
                let line =
                    format!("imported files: {summary}; `/curate history` shows what changed");
                announce::other(ctx.http(), admin, ctx.author().id, &line).await;
            }
            Ok(())
        }
        Err(ImportError::Other(error)) => Err(error.into()),
        Err(ImportError::Diagnostics(problems)) => {
            let problems: Vec<_> = problems
                .0
                .iter()
                .map(|problem| ReportLine::plain(&problem.to_string()))
                .collect();
            let mut report = Report::new("Nothing was imported.");
            report.section("Fix before importing", &problems);
            show_privately(ctx, report.above(Rendered::default(), "problems.txt")).await
        }
        Err(refused @ (ImportError::Conflict(_) | ImportError::Quota(_))) => {
            say(ctx, format!("Nothing was imported: {refused}.")).await
        }
    }
}

fn summary(imported: &Imported) -> String {
    let unchanged = imported.unchanged;
    match imported.revisions.len() {
        1 => format!("1 entry changed, {unchanged} as before"),
        many => format!("{many} entries changed, {unchanged} as before"),
    }
}

/// The text of the file, or a refusal.
async fn fetch(attachments: &Attachments, attached: &Attachment) -> Result<File, HandlerError> {
    let name = escape::quote(&attached.filename, 100);
    let fetched = match usize::try_from(attached.size) {
        Ok(size) if size <= MAX_FILE_SIZE => attachments.fetch(&attached.url, MAX_FILE_SIZE).await,
        _ => Err(FetchError::Large(MAX_FILE_SIZE)),
    };
    let bytes = fetched.map_err(|error| {
        let max = MAX_FILE_SIZE / 1024 / 1024;
        HandlerError::refused(if let FetchError::Large(_) = error {
            format!("{name} is too large: a file may have {max} MiB. Nothing was imported.")
        } else {
            tracing::warn!(%error, "a file could not be fetched");
            format!("Discord did not hand me {name}. Nothing was imported; please try again.")
        })
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        HandlerError::refused(format!(
            "{name} is not text in UTF-8. Nothing was imported."
        ))
    })?;
    Ok(File {
        name: attached.filename.clone(),
        text,
    })
}
