//! The pages, one function each.

mod article;
mod home;
mod not_found;
mod permalink;
mod toolkit;
mod topic;

pub use article::article;
pub use home::home;
pub use not_found::not_found;
pub use permalink::permalink;
pub use toolkit::toolkit;
pub use topic::topic;
