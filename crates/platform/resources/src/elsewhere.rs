use std::collections::BTreeSet;

use crate::{Resources, ResourcesError, store};

impl Resources {
    /// Whether a resource of one of these units is in a region of its own that is none of these.
    pub async fn any_elsewhere(
        &self,
        units: &BTreeSet<String>,
        regions: &BTreeSet<String>,
    ) -> Result<bool, ResourcesError> {
        let (mut reader, dialect) = (self.reader().await?, self.dialect());
        Ok(store::any_elsewhere(&mut reader, dialect, units, regions).await?)
    }
}
