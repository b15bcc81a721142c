use serde::Serialize;
use utoipa::ToSchema;

use crate::{Duty, DutyHolder, Separation};

/// Of so many who have a duty it is said who they are; those who count come first.
const HOLDERS_SHOWN: usize = 100;

/// Whether the three administrators are separated, and who has their duties.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Separation)]
pub(super) struct SeparationView {
    separated: bool,
    since: Option<String>,
    switched_by: Option<String>,
    reason: Option<String>,
    /// The three duties; before the separation as they will count in it.
    duties: Vec<DutyView>,
}

/// Who has one of the three duties now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeparationDuty)]
pub(super) struct DutyView {
    /// `system`, `security` or `audit`.
    duty: &'static str,
    /// How many have it.
    held: usize,
    /// How many of them count as its last holders: everywhere, in full, granted and without an
    /// end, with a password here and let in by nobody else's word.
    counting: usize,
    /// Who: those who count first, at most 100.
    holders: Vec<DutyHolderView>,
}

/// Somebody who has a duty.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeparationHolder)]
pub(super) struct DutyHolderView {
    user_id: String,
    user_name: String,
    display_name: String,
    /// The roles that bring the duty.
    roles: Vec<String>,
    /// Why they do not count as one of its last holders: `part` (the roles lack permissions of
    /// the duty), `scope` (not over everything), `lent` (passed on, or for an emergency), `ends`,
    /// `vouched_for` (let in by another's word) or `conflicting` (has two duties); null when they
    /// count.
    shortfall: Option<&'static str>,
    /// The permissions of the duty that the roles lack.
    lacks: Vec<&'static str>,
}

impl SeparationView {
    /// The view of the separation, if there is one, and of all who have a duty.
    pub(super) fn of(separation: Option<Separation>, holders: Vec<DutyHolder>) -> Self {
        let mut duties = Duty::ALL.map(DutyView::vacant);
        for holder in holders {
            for duty in duties.iter_mut().filter(|view| view.duty == holder.duty.name()) {
                duty.add(&holder);
            }
        }
        Self {
            separated: separation.is_some(),
            since: separation.as_ref().map(|one| one.since.to_string()),
            switched_by: separation.as_ref().map(|one| one.switched_by.clone()),
            reason: separation.map(|one| one.reason),
            duties: duties.into(),
        }
    }
}

impl DutyView {
    fn vacant(duty: Duty) -> Self {
        Self { duty: duty.name(), held: 0, counting: 0, holders: Vec::new() }
    }

    fn add(&mut self, holder: &DutyHolder) {
        self.held += 1;
        self.counting += usize::from(holder.shortfall.is_none());
        if self.holders.len() < HOLDERS_SHOWN {
            self.holders.push(holder.into());
        }
    }
}

impl From<&DutyHolder> for DutyHolderView {
    fn from(holder: &DutyHolder) -> Self {
        Self {
            user_id: holder.user_id.to_string(),
            user_name: holder.user_name.clone(),
            display_name: holder.display_name.clone(),
            roles: holder.roles.iter().cloned().collect(),
            shortfall: holder.shortfall.map(crate::Shortfall::name),
            lacks: holder.lacks.clone(),
        }
    }
}
