//! `/curate stats`

use super::super::{CommandError, Context};
use super::admin;
use crate::discord::curate::now;
use crate::discord::stats;

/// How far back the figures go.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
pub enum Period {
    /// A week.
    #[name = "7 days"]
    Week,
    /// A month.
    #[name = "30 days"]
    Month,
    /// A quarter.
    #[name = "90 days"]
    Quarter,
}

impl Period {
    fn days(self) -> u32 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
        }
    }
}

/// See what was asked, what was answered, and how answers were voted.
#[poise::command(slash_command)]
pub async fn stats(
    ctx: Context<'_>,
    #[description = "How far back; 30 days if you do not choose"] days: Option<Period>,
) -> Result<(), CommandError> {
    let Some(admin) = admin(ctx).await? else {
        return Ok(());
    };
    ctx.defer_ephemeral().await?;
    let days = days.unwrap_or(Period::Month).days();
    let now = now();
    let figures = admin.stats(days, now, stats::ENTRIES).await?;
    let message = stats::message(&figures, &admin.snapshot().knowledge, days, now)?;
    ctx.send(message).await?;
    Ok(())
}
