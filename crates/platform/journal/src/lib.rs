//! What happened. Every change of state is one row, written in the transaction of the change;
//! audit, live pages, reactions and "what changed before this broke?" are reads of it.

mod append;
mod query;
mod row;
mod subscriber;

pub use append::{Entry, append};
pub use query::{Filter, latest, list, since};
pub use row::Row;
pub use subscriber::{Dispatcher, Reaction, ReactionFuture};

/// The journal's tables.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    component: "journal",
    number: 1,
    name: "row",
    sql: include_str!("../migrations/0001_row.sql"),
}];
