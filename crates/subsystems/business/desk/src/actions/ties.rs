use kernel::Caller;

use super::Desk;
use crate::{
    DeskError,
    model::{
        major::Major,
        merge::Merge,
        ticket::{Ticket, TicketId},
    },
    store,
};

/// What a ticket was merged into, and what was declared of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ties {
    /// With the master, as far as the caller sees it.
    pub(crate) merged: Option<(Merge, Option<Ticket>)>,
    pub(crate) major: Option<Major>,
}

impl Desk {
    /// The ties of a ticket that the caller sees.
    ///
    /// Errors: only those of the records.
    pub(crate) async fn ties(&self, caller: &Caller, id: TicketId) -> Result<Ties, DeskError> {
        let reader = self.db().reader();
        let merged = match store::merges::of(reader, id).await? {
            Some(merge) => {
                let master = match self.seen(caller, merge.master_id).await {
                    Ok(scene) => Some(scene.ticket),
                    Err(DeskError::NotFound { .. }) => None,
                    Err(error) => return Err(error),
                };
                Some((merge, master))
            }
            None => None,
        };
        Ok(Ties { merged, major: store::majors::find(reader, id).await? })
    }
}
