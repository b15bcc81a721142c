//! Records behind plain SQL text: one pool for reading, one connection for writing, numbered
//! migrations, and the data directory with its lock.
//!
//! The SQL is the common subset of SQLite and PostgreSQL: `$1` placeholders, UTC microseconds as
//! BIGINT, booleans as BIGINT 0/1, ids and JSON as TEXT. What differs lives in this crate only.

mod data_dir;
mod dialect;
mod error;
mod migration;
mod pool;
mod transaction;

pub use data_dir::{DataDir, DataDirError};
pub use dialect::Dialect;
pub use error::DbError;
pub use migration::Migration;
pub use pool::Db;
pub use transaction::Tx;
