use db::Tx;
use kernel::{Caller, Id, Time};

use super::{
    asked::{Asked, not_within_itself},
    holdings::held_already,
    moved_region, moved_unit,
    needs::{needs_of_region, needs_of_unit},
    placed::{Placed, left_and_entered, region_of},
    reached::{Lent, Move},
    save::{Act, id_of},
    unseen::{unname_in_region, unname_in_unit},
};
use crate::{
    Directory, DirectoryError, Holding, Person, Post, Region, Site, Unit,
    coming::Shown,
    directory::Belongs,
    model::{NEVER, Sides, Timeline},
    store,
};

/// What a cancelling asks of each noun: it is a change back, and is permitted as one.
pub(super) trait Undone: Shown + Placed {
    /// Whether it may be as it was, from the turn on until `to`: by the caller, and by what it
    /// names.
    async fn permit_back(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        sides: Sides<'_, Self>,
        to: Time,
    ) -> Result<(), DirectoryError>;

    /// Whether it may never begin: nothing needs it.
    async fn permit_never(
        _: &Directory,
        _: &mut Tx,
        _: &Act<'_>,
        _: &Timeline<Self>,
        _: Time,
    ) -> Result<(), DirectoryError> {
        Ok(())
    }

    /// What has to be looked at once it lies where it would have left.
    async fn lent(
        _: &Directory,
        _: &mut Tx,
        _: &Caller,
        _: (Id<Self>, Sides<'_, Self>),
        _: Time,
    ) -> Result<Option<Lent>, DirectoryError> {
        Ok(None)
    }

    /// Forgets what else was told for that moment.
    async fn forget(_: &mut Tx, _: Id<Self>, _: Time) -> Result<(), DirectoryError> {
        Ok(())
    }
}

/// What is asked about something that goes back to what it was.
struct Back<'d, 't, S> {
    asked: Asked<'d>,
    was: &'t S,
    /// What it would have become; none: it would have ended.
    is: Option<&'t S>,
    id: Id<S>,
    at: Time,
}

impl<'d, 't, S: Shown> Back<'d, 't, S> {
    fn new(
        directory: &'d Directory,
        caller: &Caller,
        (before, after): Sides<'t, S>,
        to: Time,
    ) -> Result<Self, DirectoryError> {
        let before = before.ok_or_else(|| DirectoryError::not_found::<S>(""))?;
        let at = before.end();
        let is = after.map(|after| &after.state);
        Ok(Self {
            asked: directory.asked(caller, (at, to)),
            was: &before.state,
            is,
            id: before.id,
            at,
        })
    }

    /// What it has again, if that is another than it would have.
    fn again<T: PartialEq>(&self, field: impl Fn(&'t S) -> T) -> Option<T> {
        let was = field(self.was);
        if self.is.is_some_and(|is| field(is) == was) { None } else { Some(was) }
    }

    /// Its code is nobody else's.
    async fn code(&mut self, tx: &mut Tx, field: &str) -> Result<(), DirectoryError> {
        match self.again(S::code) {
            Some(code) => self.asked.free(tx, field, self.id, code).await,
            None => Ok(()),
        }
    }
}

impl Undone for Unit {
    async fn permit_back(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        sides: Sides<'_, Self>,
        to: Time,
    ) -> Result<(), DirectoryError> {
        let mut back = Back::new(directory, act.caller, sides, to)?;
        let (parent, region) = (back.again(|one| one.parent), back.again(|one| one.region));
        if back.is.is_some()
            && let Some(parent) = parent
        {
            directory.permit_place(tx, act.caller, (parent, None), back.at).await?;
        }
        // Whoever may not let it answer for a region does not decide that it is not to, either.
        if let Some(is) = back.is.filter(|is| is.region != back.was.region) {
            for region in [is.region, back.was.region] {
                directory.permit_answering(act.caller, region, back.at).await?;
            }
        }
        let lies = region_of(tx, back.was, back.at).await?;
        Belongs::to_both(Some(back.id), lies).permit(act.caller)?;
        back.code(tx, "code").await?;
        back.asked.there(tx, "parent_id", parent.flatten()).await?;
        back.asked.there(tx, "region_id", region.flatten()).await?;
        let (id, name, at) = (back.id, back.was.name.zh.as_str(), back.at);
        back.asked.answered()?;
        if let Some(is) =
            back.is.filter(|is| (&is.code, &is.name) != (&back.was.code, &back.was.name))
        {
            directory.permit_unit_anew(tx, act.caller, id).await?;
            let named = (id, is, Some(back.was));
            directory.permit_last_unit_named(tx, act.caller, named).await?;
        }
        let Some(parent) = parent.flatten() else { return Ok(()) };
        let spans = store::unit_parents(tx.connection(), at).await?;
        not_within_itself(tx, (act.caller, act.now), &spans, (id, name), parent, at).await
    }

    async fn permit_never(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Self>,
        at: Time,
    ) -> Result<(), DirectoryError> {
        let mut inside = directory.inside_unit(tx, act.caller, id_of(timeline)?, at).await?;
        unname_in_unit(tx, act.caller, &mut inside, act.now).await?;
        needed(timeline, at, needs_of_unit(&inside))
    }

    async fn lent(
        directory: &Directory,
        tx: &mut Tx,
        caller: &Caller,
        (id, sides): (Id<Self>, Sides<'_, Self>),
        at: Time,
    ) -> Result<Option<Lent>, DirectoryError> {
        let (Some(was), Some(is)) = sides else { return Ok(None) };
        let (was, is) = (&was.state, &is.state);
        if (was.parent, was.region) == (is.parent, is.region) {
            return Ok(None);
        }
        let into = (
            was.parent.filter(|parent| Some(*parent) != is.parent),
            was.region.filter(|region| Some(*region) != is.region),
        );
        let goes = Move { said: id_said(id), ..moved_unit(id, into, at, "id") };
        directory.lent(tx, caller, goes).await
    }

    /// Who was to take over from it, and from whom it was to.
    async fn forget(tx: &mut Tx, id: Id<Self>, at: Time) -> Result<(), DirectoryError> {
        store::forget_links(tx.connection(), id, at).await
    }
}

impl Undone for Region {
    async fn permit_back(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        sides: Sides<'_, Self>,
        to: Time,
    ) -> Result<(), DirectoryError> {
        let mut back = Back::new(directory, act.caller, sides, to)?;
        let parent = back.again(|one| one.parent);
        if back.is.is_some()
            && let Some(parent) = parent
        {
            directory.permit_place(tx, act.caller, (None, parent), back.at).await?;
        }
        back.code(tx, "code").await?;
        back.asked.there(tx, "parent_id", parent.flatten()).await?;
        let (id, name, at) = (back.id, back.was.name.zh.as_str(), back.at);
        back.asked.answered()?;
        let Some(parent) = parent.flatten() else { return Ok(()) };
        let spans = store::region_parents(tx.connection(), at).await?;
        not_within_itself(tx, (act.caller, act.now), &spans, (id, name), parent, at).await
    }

    async fn permit_never(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Self>,
        at: Time,
    ) -> Result<(), DirectoryError> {
        let mut inside = directory.inside_region(tx, act.caller, id_of(timeline)?, at).await?;
        let trees = directory.trees().await?;
        unname_in_region(tx, act.caller, (&mut inside, &*trees), act.now).await?;
        needed(timeline, at, needs_of_region(&inside))
    }

    async fn lent(
        directory: &Directory,
        tx: &mut Tx,
        caller: &Caller,
        (id, sides): (Id<Self>, Sides<'_, Self>),
        at: Time,
    ) -> Result<Option<Lent>, DirectoryError> {
        let (Some(was), Some(is)) = sides else { return Ok(None) };
        let parent = was.state.parent.filter(|parent| Some(*parent) != is.state.parent);
        let Some(parent) = parent else { return Ok(None) };
        let goes = moved_region(id, parent, at, ("id", &id.to_string()));
        directory.lent(tx, caller, goes).await
    }
}

impl Undone for Site {
    async fn permit_back(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        sides: Sides<'_, Self>,
        to: Time,
    ) -> Result<(), DirectoryError> {
        let mut back = Back::new(directory, act.caller, sides, to)?;
        directory.permit_place(tx, act.caller, back.was.place(), back.at).await?;
        // Also what it would have entered is not theirs to keep it from.
        if let Some(is) = back.is {
            for place in left_and_entered(is.place(), back.was.place()) {
                directory.permit_each(tx, act.caller, place, back.at).await?;
            }
        }
        back.code(tx, "code").await?;
        let (unit, region) = (back.again(|one| one.unit), back.again(|one| one.region));
        back.asked.there(tx, "unit_id", unit.flatten()).await?;
        back.asked.there(tx, "region_id", region.flatten()).await?;
        let stays = back.is.map(|is| Move::along((is.place(), back.was.place()), back.at));
        back.asked.answered()?;
        directory.permit_stays(tx, act.caller, stays).await
    }
}

impl Undone for Post {
    async fn permit_back(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        sides: Sides<'_, Self>,
        to: Time,
    ) -> Result<(), DirectoryError> {
        let mut back = Back::new(directory, act.caller, sides, to)?;
        directory.permit_place(tx, act.caller, (Some(back.was.unit), None), back.at).await?;
        back.code(tx, "code").await?;
        let unit = back.again(|one| one.unit);
        back.asked.there(tx, "unit_id", unit).await?;
        let lies = |post: &Post| (Some(post.unit), None);
        let stays = back.is.map(|is| Move::along((lies(is), lies(back.was)), back.at));
        back.asked.answered()?;
        directory.permit_stays(tx, act.caller, stays).await?;
        let found_by = |post: &Post| (post.code.clone(), post.title.clone(), post.unit);
        let Some(is) = back.is.filter(|is| found_by(is) != found_by(back.was)) else {
            return Ok(());
        };
        directory.permit_found_anew(tx, act.caller, back.id).await?;
        let named = (back.id, is, Some(back.was));
        directory.permit_last_named(tx, act.caller, named, back.at).await
    }

    async fn permit_never(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Self>,
        at: Time,
    ) -> Result<(), DirectoryError> {
        directory.unheld(tx, act, timeline, id_of(timeline)?, at).await
    }
}

impl Undone for Person {
    async fn permit_back(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        sides: Sides<'_, Self>,
        to: Time,
    ) -> Result<(), DirectoryError> {
        let mut back = Back::new(directory, act.caller, sides, to)?;
        directory.permit_place(tx, act.caller, (back.was.unit, None), back.at).await?;
        if let Some(is) = back.is {
            directory.permit_person_anew(tx, act.caller, back.id, (is, back.was)).await?;
            let lies = |person: &Person| (person.unit, None);
            let stays = Move::along((lies(is), lies(back.was)), back.at);
            directory.permit_stays(tx, act.caller, Some(stays)).await?;
        }
        back.code(tx, "number").await?;
        let unit = back.again(|one| one.unit);
        back.asked.there(tx, "unit_id", unit.flatten()).await?;
        back.asked.answered()
    }

    /// What they were to hold they never hold.
    async fn permit_never(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        timeline: &Timeline<Self>,
        at: Time,
    ) -> Result<(), DirectoryError> {
        directory.end_holdings(tx, act, timeline, at).await
    }
}

impl Undone for Holding {
    async fn permit_back(
        directory: &Directory,
        tx: &mut Tx,
        act: &Act<'_>,
        sides: Sides<'_, Self>,
        to: Time,
    ) -> Result<(), DirectoryError> {
        let mut back = Back::new(directory, act.caller, sides, to)?;
        // Only what ends and goes on instead holds for longer.
        if back.is.is_some() {
            return back.asked.answered();
        }
        let (ends, id, at) = ((back.was.person, back.was.post), back.id, back.at);
        let who = back.asked.there(tx, "person_id", Some(ends.0)).await?;
        let what = back.asked.there(tx, "post_id", Some(ends.1)).await?;
        back.asked.answered()?;
        if store::overlapping(tx.connection(), ends, (at, NEVER), id).await? {
            return Err(held_already(who, what, at));
        }
        let post = store::timeline(tx.connection(), ends.1).await?;
        directory.permit_held(tx, act.caller, &post, (at, NEVER)).await?;
        directory.permit_filling(tx, act.caller, ends, None).await
    }
}

/// A cancelling says of what it is.
fn id_said<S>(id: Id<S>) -> (String, String) {
    ("id".to_owned(), id.to_string())
}

/// Errors: [`DirectoryError::StillNeeded`] when something needs it.
fn needed<S: Shown>(
    timeline: &Timeline<S>,
    at: Time,
    needed_by: Option<kernel::Text>,
) -> Result<(), DirectoryError> {
    let Some(needed_by) = needed_by else { return Ok(()) };
    let name = timeline.nearest(at).map_or_else(String::new, |one| one.state.label());
    Err(DirectoryError::StillNeeded { name, needed_by })
}
