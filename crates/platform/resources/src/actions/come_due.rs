use journal::Entry;
use kernel::{Caller, Cause, Time};

use super::save::{followed, update};
use crate::{
    Resource, ResourceChanged, ResourceId, ResourceRetired, Resources, ResourcesError, Source,
    model::{self, Timeline},
    register::kinds_in,
    store,
};

/// So many resources follow what was told ahead of time in one run.
const AT_ONCE: i64 = 200;

impl Resources {
    /// Lets the rows of today follow what was told ahead of time and has come true. Returns how
    /// many did, and how many are left.
    ///
    /// Errors: the records cannot be read or written.
    pub async fn come_due(&self) -> Result<(u64, u64), ResourcesError> {
        let now = self.clock.now();
        let due = store::due(&mut *self.reader().await?, now, AT_ONCE).await?;
        let mut done = 0;
        for id in due {
            self.come_due_of(id, now).await?;
            done += 1;
        }
        let left = store::due_left(&mut *self.reader().await?, now).await?;
        Ok((done, u64::try_from(left).unwrap_or_default()))
    }

    async fn come_due_of(&self, id: ResourceId, now: Time) -> Result<(), ResourcesError> {
        let caller = Caller::system("resources");
        let mut tx = self.db.begin().await?;
        let before = self.get_in(&mut tx, id).await?;
        let timeline = Timeline::of(&store::versions_of(tx.connection(), id).await?);
        if let Some(today) = timeline.at(now) {
            let after = followed(&before, today.clone(), now);
            let fields = model::changed_fields(&before, &after);
            if !fields.is_empty() {
                update(&mut tx, &after).await?;
                if after.tags != before.tags {
                    store::set_tags(tx.connection(), id, &after.tags).await?;
                }
                journal_due(&mut tx, &caller, &before, &after, fields).await?;
                let kinds = kinds_in(&mut tx).await?;
                let (kind, states) = (kinds.find(&after.kind)?, (Some(&before), &after));
                let (cause, by) = (Cause::default(), Source::Discovery);
                self.tell_apart(&mut tx, &caller, cause, kind, states, by).await?;
            }
        }
        store::done(tx.connection(), id, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn journal_due(
    tx: &mut db::Tx,
    caller: &Caller,
    before: &Resource,
    after: &Resource,
    fields: Vec<String>,
) -> Result<(), ResourcesError> {
    let now = after.updated_at;
    if before.retired_at.is_none() && after.retired_at.is_some() {
        let fact = ResourceRetired::of(after);
        journal::append(tx, Entry::new(caller, now, &fact).before(before).after(after)).await?;
    } else {
        let fact = ResourceChanged::of(after, fields, None);
        journal::append(tx, Entry::new(caller, now, &fact).before(before).after(after)).await?;
    }
    Ok(())
}
