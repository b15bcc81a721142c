use std::{any::Any, fmt::Debug, pin::Pin};

use sqlx::{AnyConnection, Transaction};
use tokio::sync::watch;

use crate::DbError;

/// The writing of what has been gathered.
pub type GatheredFuture<'a> = Pin<Box<dyn Future<Output = Result<(), DbError>> + Send + 'a>>;

/// Rows that a change gathers, to write them together instead of one by one.
///
/// They are written at the latest when the change commits; until then no statement sees them.
pub trait Gathered: Any + Debug + Send {
    /// Writes what has been gathered and not yet been written.
    fn write<'a>(&'a mut self, connection: &'a mut AnyConnection) -> GatheredFuture<'a>;
}

/// One change to the records: all of it or nothing. Dropping it without a commit undoes it.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, sqlx::Any>,
    gathered: Vec<Box<dyn Gathered>>,
    committed: watch::Sender<u64>,
}

impl Tx {
    pub(crate) fn new(
        inner: Transaction<'static, sqlx::Any>,
        committed: watch::Sender<u64>,
    ) -> Self {
        Self { inner, gathered: Vec::new(), committed }
    }

    /// The connection to run statements of this change on.
    pub fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// What this change has gathered of one sort, empty at first, and the connection beside it.
    pub fn gathered<G: Gathered + Default>(&mut self) -> (&mut G, &mut AnyConnection) {
        let mut known = self.gathered.iter().map(|one| one.as_ref() as &dyn Any);
        let at = known.position(<dyn Any>::is::<G>).unwrap_or_else(|| {
            self.gathered.push(Box::<G>::default());
            self.gathered.len() - 1
        });
        let found: &mut dyn Any = self.gathered[at].as_mut();
        let found = found.downcast_mut().expect("it was found by its type, or made with it");
        (found, &mut self.inner)
    }

    /// Makes the change durable, then wakes those who wait for changes.
    ///
    /// Errors: what was gathered cannot be written, or the database refuses; nothing is kept.
    pub async fn commit(mut self) -> Result<(), DbError> {
        for gathered in &mut self.gathered {
            gathered.write(&mut self.inner).await?;
        }
        self.inner.commit().await?;
        self.committed.send_modify(|count| *count += 1);
        Ok(())
    }
}
