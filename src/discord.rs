//! Discord: the only place that names serenity or poise.
