//! What became of those who came from a source: for whoever gave them an account.

use std::collections::HashMap;

use kernel::Time;

use super::{SourceId, Sources};
use crate::{DirectoryError, PersonId, store};

/// What became of somebody who was at a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// They were taken as that person, who may have left.
    Taken(PersonId),
    /// They were never taken, and were not there when the source was last read whole.
    Vanished,
}

impl Sources {
    /// When any source was last read whole; nothing of [`Self::whereabouts`] changes in between.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub async fn last_read(&self) -> Result<Option<Time>, DirectoryError> {
        store::last_read(&mut *self.directory.reader().await?).await
    }

    /// What became of those with these ids at a source who were there at that time, as far as it is
    /// known.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub async fn whereabouts(
        &self,
        source: SourceId,
        seen: &[(&str, Time)],
    ) -> Result<HashMap<String, Whereabouts>, DirectoryError> {
        let ids: Vec<&str> = seen.iter().map(|(id, _)| *id).collect();
        let dialect = self.directory.db.dialect();
        let mut connection = self.directory.reader().await?;
        let taken = store::links_among(&mut connection, dialect, source, &ids).await?;
        let read_at = store::read_at(&mut connection, source).await?;
        let untaken = store::untaken_among(&mut connection, dialect, source, &ids).await?;
        let known = seen.iter().filter_map(|(id, at)| {
            let whereabouts = match taken.get(*id) {
                Some(person) => Whereabouts::Taken(*person),
                None if untaken.contains(*id) || read_at.is_none_or(|read| read <= *at) => {
                    return None;
                }
                None => Whereabouts::Vanished,
            };
            Some(((*id).to_owned(), whereabouts))
        });
        Ok(known.collect())
    }
}
