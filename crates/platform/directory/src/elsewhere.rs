use std::collections::BTreeSet;

use crate::{AsOf, Dated, Directory, DirectoryError, Site, model::NEVER, store::Narrow};

impl Directory {
    /// Whether a site of one of these units is in a region of its own that is none of these, or is
    /// to be: who holds the regions does not hold that, who holds the units does.
    pub async fn sites_elsewhere(
        &self,
        units: &BTreeSet<String>,
        regions: &BTreeSet<String>,
    ) -> Result<bool, DirectoryError> {
        let one_of = vec![("unit_id", units.iter().cloned().collect())];
        let narrow = Narrow { one_of, ..Narrow::default() };
        let at_last = kernel::Time::from_micros(NEVER.micros() - 1);
        for at in [self.clock.now(), at_last] {
            let sites: Vec<Dated<Site>> = self.every(&narrow, AsOf::at(at)).await?;
            let mut own = sites.iter().filter_map(|site| site.state.region);
            if own.any(|region| !regions.contains(&region.to_string())) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
