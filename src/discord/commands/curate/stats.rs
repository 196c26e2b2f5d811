//! `/curate stats`

use crate::discord::commands::context::{Context, admin, responder, show_privately};
use crate::discord::rendered::Visibility;
use crate::discord::responder::HandlerError;
use crate::discord::{clock, render};

/// The period of the statistics.
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
    #[description = "The period; 30 days if you do not choose"] days: Option<Period>,
) -> Result<(), HandlerError> {
    let admin = admin(ctx)?;
    responder(ctx).defer(Visibility::Private).await?;
    let days = days.unwrap_or(Period::Month).days();
    let now = clock::now();
    let stats = admin.stats(days, now, render::MAX_LISTED).await?;
    let message = render::stats(&stats, &admin.snapshot().knowledge, days, now)?;
    show_privately(ctx, message).await
}
