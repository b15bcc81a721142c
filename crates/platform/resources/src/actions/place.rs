use kernel::{FieldFault, Text};

use crate::{Resource, Resources, ResourcesError};

impl Resources {
    /// Checks that the places which `after` has and `before` had not are in the directory.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `unit_id` or `region_id`.
    pub(super) async fn check_places(
        &self,
        before: Option<&Resource>,
        after: &Resource,
    ) -> Result<(), ResourcesError> {
        let Some(directory) = &self.directory else { return Ok(()) };
        let new = |id: &Option<String>, old: Option<&Option<String>>| {
            id.clone().filter(|_| old != Some(id))
        };
        let unit = new(&after.unit_id, before.map(|before| &before.unit_id));
        let region = new(&after.region_id, before.map(|before| &before.region_id));
        if unit.is_none() && region.is_none() {
            return Ok(());
        }
        let trees = directory.trees().await?;
        let mut faults = Vec::new();
        if let Some(unit) = unit.filter(|unit| trees.unit(unit).is_none()) {
            let expected = Text::new("a unit of the directory", "组织目录中的单位");
            faults.push(FieldFault::new("unit_id", unit, expected));
        }
        if let Some(region) = region.filter(|region| trees.region(region).is_none()) {
            let expected = Text::new("a region of the directory", "组织目录中的区域");
            faults.push(FieldFault::new("region_id", region, expected));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }
}
