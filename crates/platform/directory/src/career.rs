use std::collections::{BTreeSet, HashMap};

use kernel::{Caller, Id, Time};

use crate::{
    AsOf, Dated, Directory, DirectoryError, Holding, Person, PersonId, Post, PostId, UnitId,
    directory::Belongs,
    store::{self, Kept},
};

/// What the ends of holdings are, as far as somebody sees them today.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    /// What the people are called.
    pub(crate) people: HashMap<PersonId, String>,
    /// The posts.
    pub(crate) posts: HashMap<PostId, Post>,
}

impl Directory {
    /// The people and posts of these holdings that the caller sees today.
    pub(crate) async fn ends_of(
        &self,
        caller: &Caller,
        holdings: &[Dated<Holding>],
    ) -> Result<Ends, DirectoryError> {
        let people = holdings.iter().map(|one| one.state.person).collect();
        let people = self.near(caller, &people, |person: &Person| person.unit).await?;
        let people = people.into_iter().map(|(id, person)| (id, person.name)).collect();
        let posts = holdings.iter().map(|one| one.state.post).collect();
        Ok(Ends { people, posts: self.posts_near(caller, &posts).await? })
    }

    /// Those of the posts that the caller sees today, also the last state of ended ones.
    ///
    /// Errors: [`DirectoryError`].
    pub async fn posts_near(
        &self,
        caller: &Caller,
        ids: &BTreeSet<PostId>,
    ) -> Result<HashMap<PostId, Post>, DirectoryError> {
        self.near(caller, ids, |post: &Post| Some(post.unit)).await
    }

    async fn near<S: Kept>(
        &self,
        caller: &Caller,
        ids: &BTreeSet<Id<S>>,
        unit: impl Fn(&S) -> Option<UnitId>,
    ) -> Result<HashMap<Id<S>, S>, DirectoryError> {
        let (trees, now) = (self.trees().await?, self.clock.now());
        let sees = |state: &S| Belongs::to_unit(&trees, unit(state)).seen_by(caller);
        let mut connection = self.reader().await?;
        let found = store::timelines(&mut connection, self.db.dialect(), ids).await?;
        let today = found.into_iter().filter_map(|(id, timeline)| {
            Some((id, timeline.nearest(now).filter(|near| sees(&near.state))?.state.clone()))
        });
        Ok(today.collect())
    }

    /// All that a person has held, holds and is to hold, the latest first: of the posts that the
    /// caller sees.
    ///
    /// Errors: [`DirectoryError::NotFound`], also when the caller does not see the person.
    pub(crate) async fn career(
        &self,
        caller: &Caller,
        id: PersonId,
    ) -> Result<Vec<Dated<Holding>>, DirectoryError> {
        self.person_seen(caller, id, None).await?;
        let sight = self.sight(caller).await?;
        let mut connection = self.reader().await?;
        let (ever, now) = (Time::from_micros(i64::MIN), self.clock.now());
        let mut held = store::of_person(&mut connection, id, ever).await?;
        held.sort_by_key(|span| std::cmp::Reverse((span.valid_from, span.id)));
        let posts: BTreeSet<PostId> = held.iter().map(|span| span.state.post).collect();
        let posts = store::timelines(&mut connection, self.db.dialect(), &posts).await?;
        held.retain(|span| {
            let post = posts.get(&span.state.post);
            post.is_some_and(|post| sight.sees_holding((span, post), AsOf::at(now)))
        });
        drop(connection);
        self.holdings_ending_in_sight(caller, held).await
    }
}
