//! Provisioning over the whole stack, on both databases: with a real token of a real account.

mod groups;
mod lists;
mod protocol;
mod providers;
mod scene;
mod users;
