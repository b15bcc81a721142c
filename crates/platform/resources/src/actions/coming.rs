use db::Tx;
use journal::Entry;
use kernel::{Caller, Cause, FieldFault, Page, PageOf, Text, Time};

use super::{
    change::same_version,
    save::{followed, update},
    since::begun,
};
use crate::{
    ComingChange, ComingFilter, FieldDifference, HiddenSides, RESOURCE_CHANGE, RESOURCE_READ,
    Resource, ResourceChangeCancelled, ResourceId, ResourceName, Resources, ResourcesError, Teller,
    hindsight::ScopedHindsight,
    model::{self, Timeline},
    register::{permit, permit_at},
    store::{self, Moment},
};

impl Resources {
    /// What was told ahead of time of resources that the caller sees and has not come true yet,
    /// the earliest first; pages by moment and id. A page may hold fewer than asked for. What a
    /// resource is at a moment at which the caller does not see it is hidden.
    ///
    /// Errors: [`ResourcesError::WrongInput`] naming `after`.
    pub async fn coming_changes(
        &self,
        caller: &Caller,
        filter: &ComingFilter,
        page: &Page,
    ) -> Result<PageOf<ComingChange>, ResourcesError> {
        let after = page.after.as_deref().map(read_key).transpose()?;
        let (mut reader, scope) = (self.reader().await?, caller.scope(RESOURCE_READ));
        let (manner, span) = ((self.dialect(), &scope), (self.clock.now(), after));
        let limit = i64::from(page.limit) + 1;
        let found = store::coming_moments(&mut reader, manner, filter, span, limit).await?;
        let key = |(at, id): &Moment| format!("{}:{id}", at.micros());
        let moments = PageOf::from_fetched(found, page.limit, key);
        let sees = self.hindsight().await?.of(scope);
        let mut items = Vec::with_capacity(moments.items.len());
        for (at, id) in moments.items {
            let Some(today) = store::load_resource(&mut reader, id).await? else { continue };
            let timeline = Timeline::of(&store::versions_of(&mut reader, id).await?);
            let Some((was, is)) = timeline.around(at) else { continue };
            let Some((fields, hidden)) = shown_to(&sees, (was, is), at) else { continue };
            let told = store::tellers(&mut reader, (at, id)).await?;
            let tellers = told.into_iter().map(|(teller, _)| teller).collect();
            let resource = ResourceName { id, kind: today.kind, name: today.name };
            let version = today.version;
            items.push(ComingChange { resource, version, at, fields, hidden, tellers });
        }
        Ok(PageOf { items, next: moments.next })
    }

    /// Cancels what was told to change of a resource at `at`: from then on it stays as it is
    /// before, as far as nothing else was told for later. The resource is at `version`.
    ///
    /// Errors: as for making the change: [`ResourcesError::NotAllowed`], `OutOfScope` also for a
    /// unit or region that it would have left or entered, `ResourceNotFound`, `VersionDiffers`;
    /// [`ResourcesError::NothingComing`].
    pub async fn cancel_change(
        &self,
        caller: &Caller,
        id: ResourceId,
        version: i64,
        at: Time,
    ) -> Result<Resource, ResourcesError> {
        permit(caller)?;
        let mut tx = self.db.begin().await?;
        let current = self.get_in(&mut tx, id).await?;
        permit_at(caller, &current)?;
        let timeline = self.life_for(&mut tx, caller, id, at).await?;
        let now = self.clock.now();
        let around = timeline.around(at).filter(|_| now < at);
        let sees = self.hindsight().await?.of(caller.scope(RESOURCE_READ));
        let coming = around.and_then(|(was, is)| Some((shown_to(&sees, (was, is), at)?, was, is)));
        let Some(((fields, hidden), was, is)) = coming else {
            return Err(ResourcesError::NothingComing { name: current.name, at });
        };
        same_version(&current, version)?;
        permit_whole(hidden, at)?;
        let stays = [begun(was, at)];
        self.permit_since(caller, &stays, ("effective_at", at)).await?;
        self.permit_move_from(caller, Some(is), was, at).await?;
        self.check_places(&mut tx, caller, (Some(is), was), at).await?;
        let was = Resource { version: current.version + 1, ..was.clone() };
        let next = self.save_cancelled(&mut tx, caller, &current, (timeline, &was, at)).await?;
        let told = store::tellers(tx.connection(), (at, id)).await?;
        store::forget_moment(tx.connection(), (at, id)).await?;
        let told_in = told.iter().find_map(|(_, told_in)| *told_in);
        let tellers: Vec<Teller> = told.into_iter().map(|(teller, _)| teller).collect();
        let fields = fields.into_iter().map(|field| field.field).collect();
        let fact = ResourceChangeCancelled::of(&next, fields, at, &tellers);
        let entry = Entry::new(caller, now, &fact).because_of(Cause(told_in));
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(next)
    }

    /// Records that from `at` on it is as it was. Returns the resource as it is today.
    async fn save_cancelled(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        current: &Resource,
        (timeline, was, at): (Timeline, &Resource, Time),
    ) -> Result<Resource, ResourcesError> {
        let (now, by) = (self.clock.now(), caller.actor.name.as_str());
        for stretch in timeline.untold(at, was) {
            store::insert_version(tx.connection(), &stretch, now, by).await?;
        }
        // Another version, so that whoever changes it at the same time looks again.
        let next = followed(current, current.clone(), now);
        update(tx, current, &next).await?;
        Ok(next)
    }
}

/// What is shown of a change at a moment; none when nothing changes, or when neither side is seen
/// where it belongs then.
fn shown_to(
    sees: &ScopedHindsight,
    (was, is): (&Resource, &Resource),
    at: Time,
) -> Option<(Vec<FieldDifference>, HiddenSides)> {
    let until = Time::from_micros(at.micros().saturating_sub(1));
    let hidden = HiddenSides { before: !sees.at(was, until), after: !sees.at(is, at) };
    let mut fields = model::differences(Some(was), Some(is));
    if fields.is_empty() || (hidden.before && hidden.after) {
        return None;
    }
    for field in &mut fields {
        if hidden.before {
            field.before = serde_json::Value::Null;
        }
        if hidden.after {
            field.after = serde_json::Value::Null;
        }
    }
    Some((fields, hidden))
}

/// A change of which the caller does not see both sides is not theirs to cancel; where it leads to
/// is not told.
fn permit_whole(hidden: HiddenSides, at: Time) -> Result<(), ResourcesError> {
    if hidden.none() {
        return Ok(());
    }
    let expected = Text::new(
        "a change that neither leaves your scope nor comes from outside of it",
        "前后均在您权限范围内的变更",
    );
    let fault = FieldFault::new("at", at, expected);
    Err(ResourcesError::OutOfScope(RESOURCE_CHANGE, vec![fault]))
}

/// Where a page goes on. Errors: a fault naming `after`.
fn read_key(text: &str) -> Result<Moment, FieldFault> {
    let read = text
        .split_once(':')
        .and_then(|(at, id)| Some((Time::from_micros(at.parse().ok()?), id.parse().ok()?)));
    read.ok_or_else(|| {
        let expected = Text::new("the `next` of the page before", "上一页的 next");
        FieldFault::new("after", text, expected)
    })
}
