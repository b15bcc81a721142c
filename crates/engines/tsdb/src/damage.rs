//! The list of broken parts found so far.

use crate::locks::lock;
use crate::{Damage, TsdbError};
use std::sync::Mutex;

/// Most entries; what is found beyond is logged only.
const DAMAGES_MAX: usize = 1_000;

#[derive(Default)]
pub(crate) struct Damages {
    found: Mutex<Vec<Damage>>,
}

impl Damages {
    /// Takes down a broken part; each is logged once.
    pub(crate) fn note(&self, damage: Damage) {
        let mut found = lock(&self.found);
        if found.len() >= DAMAGES_MAX || found.contains(&damage) {
            return;
        }
        let (path, offset, what) = (damage.path.display(), damage.offset, damage.what);
        tracing::warn!(%path, offset, "series store: {path} is damaged at byte {offset}: {what}");
        found.push(damage);
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
