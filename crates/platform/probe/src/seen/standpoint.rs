//! From where series are seen.

use std::{
    collections::HashSet,
    hash::{Hash, Hasher},
    sync::Arc,
};

use kernel::Fault;
use resources::Sight;

use super::SeenSeries;
use crate::model::ResourceId;

/// Two that are equal are shown the same of the same series, under the same labels. Good in this
/// process.
#[derive(Debug, Clone)]
pub struct Standpoint {
    /// None: everything. Held, so that nothing else lies where it does meanwhile.
    ids: Option<Arc<HashSet<ResourceId>>>,
    turns: u64,
}

impl Standpoint {
    fn place(&self) -> Option<*const HashSet<ResourceId>> {
        self.ids.as_ref().map(Arc::as_ptr)
    }
}

impl PartialEq for Standpoint {
    fn eq(&self, other: &Self) -> bool {
        (self.place(), self.turns) == (other.place(), other.turns)
    }
}

impl Eq for Standpoint {}

impl Hash for Standpoint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.place(), self.turns).hash(state);
    }
}

impl SeenSeries {
    /// From where the caller sees series, to be asked for before these are read. It is another one
    /// after something has happened to resources, though the caller may see the same then.
    ///
    /// Errors: database faults.
    pub async fn standpoint(&self) -> Result<Standpoint, Fault> {
        let turns = self.resources.turns().await?;
        let ids = match &self.sight {
            Sight::Everything => None,
            Sight::Only(ids) => Some(Arc::clone(ids)),
        };
        Ok(Standpoint { ids, turns })
    }
}
