//! The list of broken parts found so far.

use crate::locks::lock;
use crate::{Damage, TsdbError};
use std::sync::Mutex;

/// Most entries; of files that have none yet the first place is named beyond that, too.
const DAMAGES_MAX: usize = 1_000;

#[derive(Default)]
pub(crate) struct Damages {
    found: Mutex<Vec<Damage>>,
}

impl Damages {
    /// Takes down a broken part; each is logged once.
    pub(crate) fn note(&self, damage: Damage) {
        let mut found = lock(&self.found);
        let full = found.len() >= DAMAGES_MAX;
        if found.iter().any(|known| *known == damage || (full && known.path == damage.path)) {
            return;
        }
        let (path, offset, what) = (damage.path.display(), damage.offset, damage.what);
        tracing::warn!(%path, offset, "series store: {path} is damaged at byte {offset}: {what}");
        found.push(damage);
    }

    /// Takes down a file that could not be read, whatever the reason.
    pub(crate) fn absorb_all(&self, error: TsdbError) {
        match error {
            TsdbError::NewerVersion { path, .. } => {
                self.note(Damage { path, offset: 8, what: "a newer release has written the file" });
            }
            TsdbError::Io { path, source, .. } => {
                tracing::warn!("series store: {}: {source}", path.display());
                self.note(Damage { path, offset: 0, what: "the system does not let it be read" });
            }
            TsdbError::Damaged { path, offset, what } => self.note(Damage { path, offset, what }),
            other => tracing::warn!("series store: {other}"),
        }
    }

    /// Takes down a part that could not be read; gives back errors of another kind.
    pub(crate) fn absorb(&self, error: TsdbError) -> Result<(), TsdbError> {
        match error {
            TsdbError::Damaged { path, offset, what } => {
                self.note(Damage { path, offset, what });
                Ok(())
            }
            other => Err(other),
        }
    }

    pub(crate) fn list(&self) -> Vec<Damage> {
        lock(&self.found).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_damaged_file_is_named_however_many_places_another_has() {
        let damages = Damages::default();
        for offset in 0..2 * DAMAGES_MAX as u64 {
            damages.note(Damage { path: "a".into(), offset, what: "broken" });
        }
        damages.note(Damage { path: "b".into(), offset: 1, what: "broken" });
        damages.note(Damage { path: "b".into(), offset: 2, what: "broken" });
        let found = damages.list();
        assert_eq!(found.len(), DAMAGES_MAX + 1);
        assert_eq!(found[DAMAGES_MAX].path.to_str(), Some("b"));
    }
}
