use std::collections::BTreeMap;

use db::Tx;

use super::Alerts;
use crate::{
    AlertsError,
    model::event::EventMapping,
    store::{self, resources::NamedResource},
};

/// Resources of one name that are looked at: with two of them nobody knows which is meant.
const NAMED_MAX: u32 = 50;
/// One merge after the other is followed so far.
const MERGES_MAX: usize = 8;

impl Alerts {
    /// The resource that labels of another system name, with its own name. Of several names the
    /// first counts that exactly one resource has.
    pub(super) async fn whereabouts(
        &self,
        tx: &mut Tx,
        mapping: &EventMapping,
        labels: &BTreeMap<String, String>,
    ) -> Result<Option<(String, String)>, AlertsError> {
        let names = mapping.names(labels);
        if names.is_empty() {
            return Ok(None);
        }
        let found = store::resources::named(&self.db, tx, &names, NAMED_MAX).await?;
        let Some(mut one) = names.iter().find_map(|name| only(&found, name)).cloned() else {
            return Ok(None);
        };
        for _ in 0..MERGES_MAX {
            let Some(kept) = one.merged_into.take() else {
                return Ok(Some((one.id, one.name)));
            };
            let further = store::resources::named(&self.db, tx, &[kept], NAMED_MAX).await?;
            let Some(next) = further.into_iter().next() else { break };
            one = next;
        }
        Ok(None)
    }
}

/// The one resource of that id, or of that name.
fn only<'f>(found: &'f [NamedResource], name: &str) -> Option<&'f NamedResource> {
    if let Some(one) = found.iter().find(|one| one.id == name) {
        return Some(one);
    }
    // What turned out to be another has that one's name no more.
    let mut of_name = found.iter().filter(|one| one.name == name && one.merged_into.is_none());
    let first = of_name.next()?;
    of_name.next().is_none().then_some(first)
}
