use db::Tx;
use kernel::{Caller, FieldFault, Id, Page, PageOf, Text, Time};
use sqlx::AnyConnection;

use super::{
    Access, groups, note,
    organisation::Chart,
    permit, permit_everywhere,
    rights::{Basis, user_holder},
    sessions::own_id,
};
use crate::{
    AccessError,
    model::{
        facts::{ReviewClosed, ReviewItemDecided, ReviewOpened, ReviewOverdue},
        grant::{HolderKind, checked_reason},
        permission::{PROFILE_CHANGE, PROFILE_READ, REVIEW_CHANGE, REVIEW_READ},
        resolution::Step,
        review::{
            Decided, ITEMS_MAX, NewReview, Removal, Review, ReviewAbout, ReviewId, ReviewItem,
            ReviewItemId, Verdict, removal,
        },
        user::{User, UserId},
    },
    store,
};

/// Users that are read at once while a review is made.
const BATCH: u32 = 500;

impl Access {
    /// Opens a review: writes down every line that it is about, as it is now.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::Invalid`], also for a reviewer whom there
    /// is not; [`AccessError::ReviewTooWide`]; as [`Self::permit_for_good`].
    pub async fn open_review(
        &self,
        caller: &Caller,
        wanted: &NewReview,
    ) -> Result<Review, AccessError> {
        permit_everywhere(caller, REVIEW_CHANGE)?;
        // Its reviewer sees and decides as long as it is open, whatever becomes of who opened it.
        self.permit_for_good(caller, REVIEW_CHANGE).await?;
        let now = self.now();
        wanted.check(now)?;
        let mut tx = self.inner.db.begin().await?;
        let reviewer = store::users::by_id(tx.connection(), wanted.reviewer_id).await?;
        let reviewer = reviewer.filter(|user| !user.disabled).ok_or_else(|| {
            let expected = Text::new("a user who may sign in", "可登录的用户");
            AccessError::Invalid(vec![FieldFault::new("reviewer_id", wanted.reviewer_id, expected)])
        })?;
        let mut review = Review {
            id: Id::from_uuid(self.inner.ids.uuid(now)),
            title: wanted.title.trim().to_owned(),
            about: wanted.about.clone(),
            reviewer_id: reviewer.id,
            reviewer_name: reviewer.name.as_str().to_owned(),
            due_at: wanted.due_at,
            created_by: caller.actor.name.clone(),
            created_at: now,
            items: 0,
            decided: 0,
            overdue_at: None,
            closed_at: None,
        };
        let items = self.items_of(&mut tx, &review, now).await?;
        review.items = i64::try_from(items.len()).unwrap_or(i64::MAX);
        store::reviews::insert(tx.connection(), &review, &items).await?;
        let fact = ReviewOpened {
            review_id: review.id.to_string(),
            title: review.title.clone(),
            reviewer_name: review.reviewer_name.clone(),
            due_at: review.due_at,
            items: review.items,
        };
        note(&mut tx, caller, now, &fact).await?;
        tx.commit().await?;
        Ok(review)
    }

    /// A page of reviews: all for those who may read them, else those that the caller does.
    ///
    /// Errors: [`AccessError::NotAPerson`].
    pub async fn reviews(
        &self,
        caller: &Caller,
        page: &Page,
    ) -> Result<PageOf<Review>, AccessError> {
        permit(caller, PROFILE_READ)?;
        let reviewer = match caller.may_everywhere(REVIEW_READ) {
            true => None,
            false => Some(own_id(caller)?),
        };
        Ok(store::reviews::list(self.inner.db.reader(), reviewer, page).await?)
    }

    /// The review with that id.
    ///
    /// Errors: [`AccessError::ReviewNotFound`], also when the caller neither does it nor may read
    /// them all.
    pub async fn review(&self, caller: &Caller, id: ReviewId) -> Result<Review, AccessError> {
        permit(caller, PROFILE_READ)?;
        let review = store::reviews::by_id(self.inner.db.reader(), id).await?;
        let review = review.filter(|review| {
            caller.may_everywhere(REVIEW_READ) || own_id(caller).ok() == Some(review.reviewer_id)
        });
        review.ok_or_else(|| not_found(id))
    }

    /// A page of the lines of a review.
    ///
    /// Errors: [`AccessError::ReviewNotFound`].
    pub async fn review_items(
        &self,
        caller: &Caller,
        id: ReviewId,
        page: &Page,
    ) -> Result<PageOf<ReviewItem>, AccessError> {
        self.review(caller, id).await?;
        Ok(store::reviews::items(self.inner.db.reader(), id, page).await?)
    }

    /// Confirms a line or takes it away: a direct grant ends, a member leaves the group.
    ///
    /// The reviewer decides, and whoever may run reviews; never about their own lines.
    ///
    /// Errors: [`AccessError::ReviewItemNotFound`], [`AccessError::OwnReview`],
    /// [`AccessError::AlreadyDecided`], [`AccessError::ReviewOver`], [`AccessError::HeldByPost`],
    /// [`AccessError::Invalid`], [`AccessError::LastAdministrator`].
    pub async fn decide_item(
        &self,
        caller: &Caller,
        id: ReviewItemId,
        verdict: Verdict,
        reason: &str,
    ) -> Result<ReviewItem, AccessError> {
        permit(caller, PROFILE_CHANGE)?;
        let reason = checked_reason(reason)?;
        let now = self.now();
        let missing = || AccessError::ReviewItemNotFound { id: id.to_string() };
        let mut tx = self.inner.db.begin().await?;
        let item = store::reviews::item(tx.connection(), id).await?.ok_or_else(missing)?;
        let review = store::reviews::by_id(tx.connection(), item.review_id).await?;
        let review = review.ok_or_else(missing)?;
        let own = own_id(caller).ok();
        if !caller.may_everywhere(REVIEW_CHANGE) && own != Some(review.reviewer_id) {
            return Err(missing());
        }
        if review.closed_at.is_some() {
            return Err(AccessError::ReviewOver);
        }
        item.may_be_decided_by(own)?;
        if verdict == Verdict::Revoked {
            self.take_away(&mut tx, caller, now, &item, &reason).await?;
        }
        let decided =
            Decided { verdict, by: caller.actor.name.clone(), at: now, reason: reason.clone() };
        store::reviews::decide(tx.connection(), &item, &decided).await?;
        let fact = ReviewItemDecided {
            review_id: review.id.to_string(),
            title: review.title,
            item_id: id.to_string(),
            user_name: item.user_name.clone(),
            role: item.role.clone(),
            verdict: verdict.name(),
            reason,
        };
        note(&mut tx, caller, now, &fact).await?;
        tx.commit().await?;
        Ok(ReviewItem { decided: Some(decided), ..item })
    }

    /// Closes a review, done or not.
    ///
    /// Errors: [`AccessError::Forbidden`], [`AccessError::ReviewNotFound`].
    pub async fn close_review(&self, caller: &Caller, id: ReviewId) -> Result<Review, AccessError> {
        permit_everywhere(caller, REVIEW_CHANGE)?;
        let now = self.now();
        let mut tx = self.inner.db.begin().await?;
        let review = store::reviews::by_id(tx.connection(), id).await?;
        let review = review.ok_or_else(|| not_found(id))?;
        if review.closed_at.is_some() {
            return Ok(review);
        }
        store::reviews::close(tx.connection(), id, now).await?;
        let undecided = review.items - review.decided;
        let fact =
            ReviewClosed { review_id: id.to_string(), title: review.title.clone(), undecided };
        note(&mut tx, caller, now, &fact).await?;
        tx.commit().await?;
        Ok(Review { closed_at: Some(now), ..review })
    }

    /// Tells of each review once that it is overdue; gives those that are, the oldest first.
    pub(crate) async fn note_overdue(&self) -> Result<Vec<Review>, AccessError> {
        let now = self.now();
        let overdue = store::reviews::overdue(self.inner.db.reader(), now, BATCH).await?;
        if overdue.iter().all(|review| review.overdue_at.is_some()) {
            return Ok(overdue);
        }
        let mut tx = self.inner.db.begin().await?;
        let overdue = store::reviews::overdue(tx.connection(), now, BATCH).await?;
        for review in overdue.iter().filter(|review| review.overdue_at.is_none()) {
            store::reviews::note_overdue(tx.connection(), review.id, now).await?;
            let fact = ReviewOverdue {
                review_id: review.id.to_string(),
                title: review.title.clone(),
                reviewer_name: review.reviewer_name.clone(),
                open: review.items - review.decided,
            };
            note(&mut tx, &Caller::system("access.reviews"), now, &fact).await?;
        }
        tx.commit().await?;
        Ok(overdue)
    }

    /// How many emergencies nobody has looked at, and when the oldest began.
    pub(crate) async fn unconfirmed_emergencies(&self) -> Result<(i64, Option<Time>), AccessError> {
        Ok(store::emergencies::unconfirmed(self.inner.db.reader()).await?)
    }

    async fn items_of(
        &self,
        tx: &mut Tx,
        review: &Review,
        now: Time,
    ) -> Result<Vec<ReviewItem>, AccessError> {
        let chart = self.chart().await?;
        let basis = Basis::load(tx.connection()).await?;
        let users = self.users_under(tx.connection(), &basis, &chart, &review.about, now).await?;
        let mut items = Vec::new();
        for user in users {
            let lines = self.lines_of(tx.connection(), &basis, &chart, &user, now).await?;
            for line in lines.iter().filter(|line| review.about.covers(line)) {
                if items.len() >= ITEMS_MAX {
                    return Err(AccessError::ReviewTooWide { limit: ITEMS_MAX });
                }
                let id = Id::from_uuid(self.inner.ids.uuid(now));
                let path = path_text(&line.path);
                items.push(ReviewItem::of_line(id, review.id, &user, line, path));
            }
        }
        Ok(items)
    }

    async fn users_under(
        &self,
        connection: &mut AnyConnection,
        basis: &Basis,
        chart: &Chart,
        about: &ReviewAbout,
        now: Time,
    ) -> Result<Vec<User>, AccessError> {
        let dialect = self.inner.db.dialect();
        match about {
            ReviewAbout::Everybody | ReviewAbout::Scope(_) => self.every_user().await,
            ReviewAbout::Roles(names) => {
                if let Some(name) = names.iter().find(|name| !basis.roles.contains_key(*name)) {
                    let expected = Text::new("a role there is", "已有的角色");
                    let fault = FieldFault::new("about.roles", name, expected);
                    return Err(AccessError::Invalid(vec![fault]));
                }
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let grants = store::grants::of_roles(connection, dialect, &names, now).await?;
                let reached = self.reach(connection, basis, chart, &grants, now).await?;
                let mut users: Vec<User> = reached.into_iter().map(|reach| reach.user).collect();
                users.sort_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
                users.dedup_by_key(|user| user.id);
                Ok(users)
            }
            ReviewAbout::Group(group) => {
                let ways = basis.graph.ways_down(group);
                let groups: Vec<String> =
                    ways.into_iter().filter_map(|way| way.into_iter().next()).collect();
                let members = store::groups::users_in(connection, dialect, &groups).await?;
                let ids: Vec<&str> = members.iter().map(|one| one.user_id.as_str()).collect();
                Ok(store::users::among(connection, dialect, "id", &ids).await?)
            }
        }
    }

    async fn every_user(&self) -> Result<Vec<User>, AccessError> {
        let mut users = Vec::new();
        let mut after = None;
        loop {
            let page = Page { after, limit: BATCH };
            let found = store::users::list(self.inner.db.reader(), &page).await?;
            users.extend(found.items);
            // A review with more users has more lines than it may have, or most have none.
            match found.next {
                Some(next) if users.len() < 10 * ITEMS_MAX => after = Some(next),
                _ => return Ok(users),
            }
        }
    }

    async fn take_away(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        item: &ReviewItem,
        reason: &str,
    ) -> Result<(), AccessError> {
        let grant = store::grants::by_id(tx.connection(), item.grant_id).await?;
        // What ended since the review was opened is taken away already.
        let Some(grant) = grant.filter(|grant| grant.ended.is_none()) else { return Ok(()) };
        let group = match grant.holder.kind {
            HolderKind::Group => first_group(&item.path),
            HolderKind::User | HolderKind::Post => None,
        };
        match removal(grant.holder.kind, group.as_deref())? {
            Removal::EndGrant => self.end_in(tx, caller, now, &grant, reason).await,
            Removal::LeaveGroup(group) => self.leave(tx, caller, now, item.user_id, &group).await,
        }
    }

    async fn leave(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        user: UserId,
        group: &str,
    ) -> Result<(), AccessError> {
        let missing = || AccessError::GroupNotFound { id: group.to_owned() };
        let group = groups::load(tx, group.parse().map_err(|_| missing())?).await?;
        let user = store::users::by_id(tx.connection(), user).await?;
        let user = user.ok_or_else(missing)?;
        let kept = self.keepers(tx, now).await?;
        let holder = user_holder(&user);
        let id = group.id.to_string();
        if store::groups::remove_member(tx.connection(), &id, &holder).await? {
            let removed = vec![user.name.as_str().to_owned()];
            self.note_members(tx, caller, now, &group, Vec::new(), removed).await?;
        }
        self.keep_the_house(tx, &kept, user.name.as_str(), now).await?;
        store::generation::bump(tx.connection()).await?;
        Ok(())
    }
}

/// A way as it is kept: what it was when the review was opened.
fn path_text(path: &[Step]) -> String {
    let steps = path.iter().map(|step| {
        let (kind, id, name) = step.parts();
        serde_json::json!({ "kind": kind, "id": id, "name": name })
    });
    serde_json::Value::from_iter(steps).to_string()
}

fn first_group(path: &str) -> Option<String> {
    let steps: serde_json::Value = serde_json::from_str(path).ok()?;
    let first = steps.as_array()?.first()?;
    (first["kind"] == "group").then(|| first["id"].as_str().map(str::to_owned)).flatten()
}

fn not_found(id: ReviewId) -> AccessError {
    AccessError::ReviewNotFound { id: id.to_string() }
}
