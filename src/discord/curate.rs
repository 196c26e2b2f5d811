//! Curation: moderators change their server's FAQ from inside Discord.
//!
//! | module | what it is |
//! | --- | --- |
//! | `permission` | who may |

pub mod permission;
