use sqlx::{Any, AnyConnection, Transaction};
use tokio::sync::watch;

use crate::DbError;

/// One change to the records: all of it or nothing. Dropping it without a commit undoes it.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Any>,
    committed: watch::Sender<u64>,
}

impl Tx {
    pub(crate) fn new(inner: Transaction<'static, Any>, committed: watch::Sender<u64>) -> Self {
        Self { inner, committed }
    }

    /// The connection to run statements of this change on.
    pub fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Makes the change durable, then wakes those who wait for changes.
    pub async fn commit(self) -> Result<(), DbError> {
        self.inner.commit().await?;
        self.committed.send_modify(|count| *count += 1);
        Ok(())
    }
}
