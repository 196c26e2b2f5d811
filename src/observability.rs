//! What an operator watches: health and metrics over HTTP.
//!
//! | module | what it is |
//! | --- | --- |
//! | `metrics` | what is counted while the bot serves |
//! | `readiness` | whether the gateway, the store and the FAQ are ready |
//! | `gateway` | the connections to Discord, as this module sees them |
//! | `http` | the three pages: `/healthz`, `/readyz`, `/metrics` |
//!
//! Nothing here knows of Discord: the bot counts in [`Metrics`] and gives it its [`Gateway`].

mod gateway;
mod http;
mod metrics;
mod readiness;

pub use gateway::{Gateway, Shard};
pub use http::{HEALTH, Serving, serve};
pub use metrics::{Metrics, Prompted};
