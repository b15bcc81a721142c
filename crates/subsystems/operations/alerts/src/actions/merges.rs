use ::resources::ResourceMerged;
use db::Tx;

use super::{Alerts, Occasion, apply::append, checks::CLOSED_AT_ONCE_MAX};
use crate::{
    AlertsError,
    model::{
        alert::{Alert, AlertState, CloseReason},
        event::is_event,
        fact::AlertUpdated,
        target::{RESOURCE_LABEL, check_subject, is_series},
    },
    store::{self, alerts::Owner, checks::SeenCheck, resources::SeenResource},
};

/// Subjects that are remembered without an alert and looked through for those of a resource.
const REMEMBERED_MAX: u32 = 20_000;

/// A check that is of another resource now.
#[derive(Debug, Clone)]
pub(crate) struct MovedCheck {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) resource_id: String,
    pub(crate) resource_name: String,
    pub(crate) enabled: bool,
}

impl Alerts {
    /// Two resources are one: what is open about series of the one that went is the other's now.
    /// Alerts of checks follow when the checks do.
    pub(crate) async fn resource_merged(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        merged: &ResourceMerged,
    ) -> Result<(), AlertsError> {
        let (gone, kept) = (merged.gone.to_string(), merged.kept.to_string());
        let known = SeenResource { name: merged.gone_name.clone(), retired: true };
        store::resources::put(tx, &gone, &known).await?;
        store::resources::set_merged(tx, &gone, Some((&kept, occasion.at))).await?;
        if store::resources::find(tx, &kept).await?.is_none() {
            let known = SeenResource { name: merged.kept_name.clone(), retired: false };
            store::resources::put(tx, &kept, &known).await?;
        }
        for row in store::pending::all(tx.connection(), REMEMBERED_MAX).await? {
            if is_series(&row.subject) && row.subject.contains(&gone) {
                let to = row.subject.replace(&gone, &kept);
                store::pending::rename(tx, &row.rule_id, &row.subject, &to).await?;
            }
        }
        for alert in open_on(tx, &gone, |subject| is_series(subject) || is_event(subject)).await? {
            let before = alert.subject.clone();
            let to = before.replace(&gone, &kept);
            let moved =
                self.move_alert(tx, occasion, alert, to, (&kept, &merged.kept_name)).await?;
            if let Some(moved) = moved {
                let merge = merged.merge.to_string();
                store::moved::insert(tx, &merge, moved.id, &before).await?;
            }
        }
        Ok(())
    }

    /// They are two again: what went with the merge goes back. What was opened since on series
    /// may be about either: it ends, and the next evaluation opens it where it belongs.
    pub(crate) async fn merge_undone(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        undone: &ResourceMerged,
    ) -> Result<(), AlertsError> {
        let (gone, kept) = (undone.gone.to_string(), undone.kept.to_string());
        let merge = undone.merge.to_string();
        let merged_at = store::resources::merged_at(tx, &gone).await?;
        store::resources::set_merged(tx, &gone, None).await?;
        for (id, subject) in store::moved::of_merge(tx, &merge, CLOSED_AT_ONCE_MAX).await? {
            let found = store::alerts::find(tx.connection(), id).await?;
            let still = found.filter(|alert| {
                alert.state == AlertState::Open && alert.resource_id.as_ref() == Some(&kept)
            });
            if let Some(alert) = still {
                let to = (gone.as_str(), undone.gone_name.as_str());
                self.move_alert(tx, occasion, alert, subject, to).await?;
            }
        }
        store::moved::forget(tx, &merge).await?;
        // What another system sends is on the one that its labels name, whenever it was opened.
        for alert in open_on(tx, &kept, is_series).await? {
            if merged_at.is_some_and(|at| alert.raised_at >= at) {
                self.end(tx, occasion, alert, CloseReason::MergeUndone, None).await?;
            }
        }
        Ok(())
    }

    /// A check went to another resource with a merge, or came back: its alert does, too.
    pub(crate) async fn check_moved(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        check: &MovedCheck,
    ) -> Result<(), AlertsError> {
        if let Some(seen) = store::checks::find(tx, &check.id).await? {
            let seen = SeenCheck {
                check_name: check.name.clone(),
                resource_id: check.resource_id.clone(),
                resource_name: check.resource_name.clone(),
                ..seen
            };
            store::checks::put(tx, &seen).await?;
        }
        let subject = check_subject(&check.id);
        let owner = Owner::Check(&check.id);
        for alert in store::alerts::open(tx.connection(), owner, CLOSED_AT_ONCE_MAX).await? {
            if alert.subject == subject {
                let to = (check.resource_id.as_str(), check.resource_name.as_str());
                self.move_alert(tx, occasion, alert, subject.clone(), to).await?;
            }
        }
        self.check_switched(tx, occasion, &check.id, check.enabled).await
    }

    /// Lets an open alert be about another resource. Where that has the like of it open already,
    /// this one ends: nobody is told twice.
    async fn move_alert(
        &self,
        tx: &mut Tx,
        occasion: Occasion<'_>,
        mut alert: Alert,
        subject: String,
        (resource_id, resource_name): (&str, &str),
    ) -> Result<Option<Alert>, AlertsError> {
        let same = store::alerts::open_of(tx.connection(), alert.rule_id, &subject).await?;
        if same.is_some_and(|same| same.id != alert.id) {
            self.end(tx, occasion, alert, CloseReason::ResourceMerged, None).await?;
            return Ok(None);
        }
        // Other systems may say a name there: that stays what they said.
        let before = alert.resource_id.take();
        if let Some(label) = alert.labels.get_mut(RESOURCE_LABEL)
            && before.as_ref() == Some(label)
        {
            resource_id.clone_into(label);
        }
        alert.subject = subject;
        alert.resource_id = Some(resource_id.to_owned());
        alert.resource_name = resource_name.to_owned();
        alert.updated_at = occasion.at;
        alert.version += 1;
        store::alerts_write::move_to(tx, &alert).await?;
        append(tx, occasion, &AlertUpdated::of(&alert)).await?;
        Ok(Some(alert))
    }
}

/// The open alerts of a resource with such subjects.
async fn open_on(
    tx: &mut Tx,
    resource_id: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Alert>, AlertsError> {
    let owner = Owner::Resource(resource_id);
    let mut open = store::alerts::open(tx.connection(), owner, CLOSED_AT_ONCE_MAX).await?;
    open.retain(|alert| wanted(&alert.subject));
    Ok(open)
}
