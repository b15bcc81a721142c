use db::Tx;
use kernel::{Caller, Cause, FieldFault, Id, Text, Time};

use super::{
    cancelled::Undone,
    placed::permit_throughout,
    save::{Act, load, same_version},
};
use crate::{
    ChangeCancelled, DIRECTORY_CHANGE, Directory, DirectoryError, Holding, NounName, Person, Post,
    Region, Site, Turn, Unit,
    coming::{self, Hidden},
    model::{Cancelled, NEVER, Rewrite, Sides, Timeline},
    store,
};

/// What is to be cancelled: what was to become of a thing, at a version, at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelling {
    /// Of what.
    pub noun: NounName,
    /// By its id.
    pub id: String,
    /// The version it was seen at.
    pub version: i64,
    /// When.
    pub at: Time,
}

impl Directory {
    /// Cancels what was to become of a thing: what was to begin never is, what was to change stays
    /// as it is until then, as far as nothing else was told for later, and what was to end goes on
    /// without an end.
    ///
    /// Errors: as for making the change: [`DirectoryError::NotFound`], `NotAllowed`,
    /// `VersionDiffers`, `WrongInput` naming what it would name and is no more, `StillNeeded`,
    /// `HeldAlready`, `NotGiven`; [`DirectoryError::NothingComing`]; as [`Self::permit_reached`].
    pub async fn cancel_coming(
        &self,
        caller: &Caller,
        asked: &Cancelling,
    ) -> Result<(), DirectoryError> {
        match asked.noun {
            NounName::Unit => self.cancel_of::<Unit>(caller, asked).await,
            NounName::Region => self.cancel_of::<Region>(caller, asked).await,
            NounName::Site => self.cancel_of::<Site>(caller, asked).await,
            NounName::Post => self.cancel_of::<Post>(caller, asked).await,
            NounName::Person => self.cancel_of::<Person>(caller, asked).await,
            NounName::Holding => self.cancel_of::<Holding>(caller, asked).await,
        }
    }

    async fn cancel_of<S: Undone>(
        &self,
        caller: &Caller,
        asked: &Cancelling,
    ) -> Result<(), DirectoryError> {
        let id = read_id::<S>(&asked.id)?;
        let today = self.seen_today(caller).await?;
        let mut tx = self.begin().await?;
        let timeline: Timeline<S> = load(&mut tx, id).await?;
        let act = self.act(caller);
        if let Some(now) = timeline.nearest(act.now)
            && !S::seen(tx.connection(), &today, now, None).await?
        {
            return Err(DirectoryError::not_found::<S>(id));
        }
        let turn = timeline.turn_at(asked.at).filter(|_| act.now < asked.at);
        let hidden = match turn {
            Some(sides) => coming::hidden(tx.connection(), &today, sides, asked.at).await?,
            None => None,
        };
        let (Some(sides), Some(hidden)) = (turn, hidden) else {
            let name = timeline.nearest(act.now).map_or_else(String::new, |one| one.state.label());
            return Err(DirectoryError::NothingComing { name, at: asked.at });
        };
        same_version(&timeline, asked.version)?;
        if hidden != (Hidden { before: false, after: false }) {
            return Err(DirectoryError::NotAllowed(DIRECTORY_CHANGE));
        }
        // It is seen: that it may not be changed where it goes is no secret.
        let moments = (act.now, asked.at);
        let until = self.permit_from(&mut tx, caller, &timeline, moments).await;
        let until = until.map_err(|error| match error {
            DirectoryError::NotFound { .. } => DirectoryError::NotAllowed(DIRECTORY_CHANGE),
            other => other,
        })?;
        if sides.0.is_none() {
            permit_throughout(until)?;
        }
        let own = timeline.clone().theirs_until(until);
        let thing = (S::NAME, asked.id.clone());
        let told = store::told_at(tx.connection(), &thing, asked.at).await?;
        let act = Act { cause: Cause(told.as_ref().and_then(|told| told.told_in)), ..act };
        let rewrite = self.taken_back(&mut tx, &act, (&own, sides), asked.at).await?;
        let lent = S::lent(self, &mut tx, caller, (id, sides), asked.at).await?;
        let fields = match sides {
            (Some(was), Some(is)) => coming::differences(&was.state, &is.state, hidden)?,
            _ => Vec::new(),
        };
        let cancelled = Cancelled {
            fields: fields.into_iter().map(|field| field.field).collect(),
            teller: told.map(|told| told.teller).unwrap_or_default(),
        };
        let (before, after) = sides;
        let Some(named) = before.or(after) else { return Ok(()) };
        let fact = ChangeCancelled::of(named, asked.at, Turn::of(before, after), cancelled);
        act.save_cancelled(&mut tx, &rewrite, &fact, asked.at).await?;
        self.permit_reached(&mut tx, lent).await?;
        S::forget(&mut tx, id, asked.at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What has to be written so that it does not come about, if that may be.
    async fn taken_back<S: Undone>(
        &self,
        tx: &mut Tx,
        act: &Act<'_>,
        (timeline, sides): (&Timeline<S>, Sides<'_, S>),
        at: Time,
    ) -> Result<Rewrite<S>, DirectoryError> {
        match sides {
            (None, _) => {
                S::permit_never(self, tx, act, timeline, at).await?;
                Ok(timeline.ended(at, act.now))
            }
            (Some(before), Some(_)) => {
                S::permit_back(self, tx, act, sides, timeline.end()).await?;
                timeline.untold(at, &before.state, act.now)
            }
            (Some(_), None) => {
                S::permit_back(self, tx, act, sides, NEVER).await?;
                Ok(timeline.lasting(at, act.now))
            }
        }
    }
}

/// Errors: names `id`.
fn read_id<S>(text: &str) -> Result<Id<S>, DirectoryError> {
    let expected = || Text::new("an id of the directory", "组织目录中的编号");
    text.parse().map_err(|_| FieldFault::new("id", text, expected()).into())
}
