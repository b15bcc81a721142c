use directory::PersonId;
use kernel::{Caller, Id, Page, PageOf, Text, Time};

use super::{Duty, Notice, ground::note, none_wrong};
use crate::{
    DutyError,
    model::{
        fact::{HandOverBegun, HandOverChanged, HandOverGiven, HandOverTaken, Told},
        hand_over::{HandOver, HandOverContent, HandOverId, HandOverState},
        permission::DUTY_READ,
        roster::RosterId,
    },
    store,
};

/// After every id.
const NEWEST: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

impl Duty {
    /// The hand-overs of a roster that the caller sees, the newest first.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn hand_overs(
        &self,
        caller: &Caller,
        roster: RosterId,
        page: &Page,
    ) -> Result<PageOf<HandOver>, DutyError> {
        self.ground_mine(caller, roster).await?;
        let before = page.after.as_deref().unwrap_or(NEWEST);
        let found =
            store::hand_overs::before(self.db().reader(), roster, before, page.limit + 1).await?;
        Ok(PageOf::from_fetched(found, page.limit, |one| one.id.to_string()))
    }

    /// Begins a hand-over to a colleague; it begins with what the last one left open.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Invalid`], [`DutyError::Conflict`].
    pub(crate) async fn begin_hand_over(
        &self,
        caller: &Caller,
        (roster_id, position): (RosterId, String),
        taker: PersonId,
    ) -> Result<HandOver, DutyError> {
        let giver = self.own_person(caller).await?;
        let ground = self.ground_mine(caller, roster_id).await?;
        if ground.roster.draft.position(&position).is_none() {
            let expected = Text::new("the key of a position", "岗位标识");
            return Err(DutyError::field("position", position, expected));
        }
        if taker == giver {
            let expected = Text::new("somebody else", "接班人不能是本人");
            return Err(DutyError::field("taker", taker, expected));
        }
        if !ground.roster.draft.people().contains(&taker) {
            self.somebody(caller, DUTY_READ, ("taker", taker)).await?;
        }
        let now = self.now();
        let mut tx = self.db().begin().await?;
        let last = store::hand_overs::last(&mut tx, roster_id, &position).await?;
        if last.as_ref().is_some_and(|last| last.state != HandOverState::Taken) {
            return Err(DutyError::conflict(
                "not-taken",
                "the last hand-over of this position is not signed by both yet",
                "该岗位上一次交接班尚未双方签字",
            ));
        }
        let one = HandOver {
            id: Id::new(self.parts.ids.as_ref(), self.parts.clock.as_ref()),
            roster_id,
            position,
            giver,
            taker,
            content: last.map(|last| last.content.inherited()).unwrap_or_default(),
            state: HandOverState::Begun,
            version: 1,
            begun_at: now,
            given_at: None,
            taken_at: None,
        };
        store::hand_overs::insert(&mut tx, &one).await?;
        let told = Told::<HandOverBegun>::of(one.id, ground.roster.draft.name)
            .with("roster_id", roster_id)
            .with("position", &one.position)
            .with("giver", giver)
            .with("taker", taker);
        note(&mut tx, (caller, now), told).await?;
        tx.commit().await?;
        Ok(one)
    }

    /// Changes what is handed over, by whoever goes, until they have signed.
    ///
    /// Errors: [`DutyError::NotFound`], [`DutyError::Stale`], [`DutyError::Conflict`],
    /// [`DutyError::Invalid`].
    pub(crate) async fn write_hand_over(
        &self,
        caller: &Caller,
        (id, version): (HandOverId, i64),
        content: HandOverContent,
    ) -> Result<HandOver, DutyError> {
        none_wrong(content.faults())?;
        let change = move |one: HandOver, _| HandOver { content, ..one };
        let wanted = (HandOverState::Begun, Side::Giver);
        self.change_hand_over(caller, (id, version), wanted, change).await
    }

    /// Signs as whoever goes: from then on it no longer changes.
    ///
    /// Errors: as [`Self::write_hand_over`].
    pub(crate) async fn give_hand_over(
        &self,
        caller: &Caller,
        key: (HandOverId, i64),
    ) -> Result<HandOver, DutyError> {
        let change = |one: HandOver, now| HandOver {
            state: HandOverState::Given,
            given_at: Some(now),
            ..one
        };
        self.change_hand_over(caller, key, (HandOverState::Begun, Side::Giver), change).await
    }

    /// Signs as whoever comes, who inherits what is open.
    ///
    /// Errors: as [`Self::write_hand_over`].
    pub(crate) async fn take_hand_over(
        &self,
        caller: &Caller,
        key: (HandOverId, i64),
    ) -> Result<HandOver, DutyError> {
        let change = |one: HandOver, now| HandOver {
            state: HandOverState::Taken,
            taken_at: Some(now),
            ..one
        };
        self.change_hand_over(caller, key, (HandOverState::Given, Side::Taker), change).await
    }

    async fn change_hand_over(
        &self,
        caller: &Caller,
        (id, version): (HandOverId, i64),
        (state, side): (HandOverState, Side),
        change: impl FnOnce(HandOver, Time) -> HandOver,
    ) -> Result<HandOver, DutyError> {
        let now = self.now();
        let absent = || DutyError::not_found("hand-over", "交接班", id);
        let own = self.own_person(caller).await?;
        let found = store::hand_overs::find(self.db().reader(), id).await?;
        let ground = self.ground_mine(caller, found.ok_or_else(absent)?.roster_id).await;
        let ground = ground.map_err(|_| absent())?;
        let mut tx = self.db().begin().await?;
        let found = store::hand_overs::find(tx.connection(), id).await?;
        let one = found.ok_or_else(absent)?;
        let signs = match side {
            Side::Giver => one.giver,
            Side::Taker => one.taker,
        };
        if own != signs {
            return Err(DutyError::conflict(
                "not-yours",
                "only the other one of the two can do that",
                "此操作只能由交接班对应一方完成",
            ));
        }
        if one.version != version {
            return Err(DutyError::Stale);
        }
        if one.state != state {
            return Err(DutyError::conflict(
                "wrong-state",
                format!("the hand-over is {} already", one.state.name()),
                "交接班当前状态不允许此操作",
            ));
        }
        let changed = HandOver { version: version + 1, ..change(one, now) };
        store::hand_overs::update(&mut tx, &changed).await?;
        let name = ground.roster.draft.name;
        match changed.state {
            HandOverState::Begun => {
                let told = Told::<HandOverChanged>::of(id, name).with("content", &changed.content);
                note(&mut tx, (caller, now), told).await?;
            }
            HandOverState::Given => {
                let told = Told::<HandOverGiven>::of(id, name).with("content", &changed.content);
                note(&mut tx, (caller, now), told).await?;
                let notice = Notice {
                    title: Text::new(
                        "A hand-over waits for your signature",
                        "有交接班待您签字接班",
                    ),
                    text: Text::new("See the hand-overs.", "请查看交接班。"),
                    link: "/hand-overs".to_owned(),
                    urgent: false,
                };
                self.tell(&mut tx, caller, changed.taker, &notice).await?;
            }
            HandOverState::Taken => {
                note(&mut tx, (caller, now), Told::<HandOverTaken>::of(id, name)).await?;
            }
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// The hand-over of that id, if the caller sees its roster or is on it.
    ///
    /// Errors: [`DutyError::NotFound`].
    pub(crate) async fn hand_over(
        &self,
        caller: &Caller,
        id: HandOverId,
    ) -> Result<HandOver, DutyError> {
        let absent = || DutyError::not_found("hand-over", "交接班", id);
        let found = store::hand_overs::find(self.db().reader(), id).await?;
        let one = found.ok_or_else(absent)?;
        match self.ground_mine(caller, one.roster_id).await {
            Ok(_) => Ok(one),
            Err(DutyError::NotFound { .. }) => Err(absent()),
            Err(error) => Err(error),
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Giver,
    Taker,
}
