//! Records behind plain SQL text, in a SQLite file or on PostgreSQL: one pool for reading, one
//! connection for writing, numbered migrations, moving from one database to the other, and the
//! data directory with its lock.
//!
//! The SQL is the common subset of SQLite and PostgreSQL: `$1` placeholders, UTC microseconds as
//! BIGINT, booleans as BIGINT 0/1, ids and JSON as TEXT. What differs lives in this crate only.

mod copy;
mod data_dir;
mod dialect;
mod error;
mod failure;
mod location;
mod migration;
mod pool;
mod query;
mod transaction;

pub use copy::{CopyError, CopyProgress, TableCopy, copy};
pub use data_dir::{DataDir, DataDirError};
pub use dialect::{Dialect, double_or_null};
pub use error::DbError;
pub use location::{Location, PostgresUrl, UrlFault};
pub use migration::Migration;
pub use pool::Db;
pub use query::{QueryBuilder, Separated};
pub use transaction::{Gathered, GatheredFuture, Tx};
