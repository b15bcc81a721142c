use kernel::{Page, Time};

use crate::{
    AsOf, Contact, Dated, Directory, DirectoryError, Holding, Person, PersonId, Post, PostId, Way,
    model::{Timeline, input::containing},
    store::{self, Kept, Narrow},
};

/// One person holds, and one post is held by, at most so many at a time.
const HOLDINGS_MAX: u32 = 500;

/// That a person holds a post, for other crates.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// In which way, from when to when.
    pub holding: Dated<Holding>,
    /// What is held, as it is at that moment.
    pub post: Dated<Post>,
}

/// What other crates ask, in their own right: they answer for who sees it.
impl Directory {
    /// The person as they are now, or were last if they have left.
    pub async fn person(&self, id: PersonId) -> Result<Option<Dated<Person>>, DirectoryError> {
        let mut connection = self.reader().await?;
        let timeline: Timeline<Person> = store::timeline(&mut connection, id).await?;
        Ok(timeline.nearest(self.clock.now()).cloned())
    }

    /// The person with that employee number now.
    pub async fn person_by_number(
        &self,
        number: &str,
    ) -> Result<Option<Dated<Person>>, DirectoryError> {
        let equal = vec![("number", number.to_owned())];
        let at = AsOf::at(self.clock.now());
        Ok(self.some(&Narrow { equal, ..Narrow::default() }, at).await?.pop())
    }

    /// How to reach a person now; empty when they have left.
    pub async fn contact_ways(&self, id: PersonId) -> Result<Vec<Contact>, DirectoryError> {
        let mut connection = self.reader().await?;
        let timeline: Timeline<Person> = store::timeline(&mut connection, id).await?;
        let now = timeline.at(self.clock.now());
        Ok(now.map_or_else(Vec::new, |person| person.state.contacts.clone()))
    }

    /// The person who has that mail address now; none where several share it.
    pub async fn person_by_mail(
        &self,
        address: &str,
    ) -> Result<Option<Dated<Person>>, DirectoryError> {
        let narrow = Narrow { folded: Some(containing(address)), ..Narrow::default() };
        let has = |one: &Dated<Person>| {
            let mut ways = one.state.contacts.iter();
            ways.any(|way| way.way == Way::Mail && way.value.eq_ignore_ascii_case(address))
        };
        let mut found: Vec<Dated<Person>> = self.some(&narrow, AsOf::at(self.clock.now())).await?;
        found.retain(has);
        Ok(if found.len() == 1 { found.pop() } else { None })
    }

    /// The post at a moment.
    pub async fn post_at(
        &self,
        id: PostId,
        at: Time,
    ) -> Result<Option<Dated<Post>>, DirectoryError> {
        let mut connection = self.reader().await?;
        let timeline: Timeline<Post> = store::timeline(&mut connection, id).await?;
        Ok(timeline.at(at).cloned())
    }

    /// Who holds the post at a moment.
    pub async fn holders(
        &self,
        post: PostId,
        at: Time,
    ) -> Result<Vec<Dated<Holding>>, DirectoryError> {
        let equal = vec![("post_id", post.to_string())];
        self.some(&Narrow { equal, ..Narrow::default() }, AsOf::at(at)).await
    }

    /// Who holds the post at a moment or is to hold it after that, as it is known now.
    ///
    /// Errors: [`DirectoryError::Db`].
    pub async fn holders_from(
        &self,
        post: PostId,
        from: Time,
    ) -> Result<Vec<Dated<Holding>>, DirectoryError> {
        let mut connection = self.reader().await?;
        store::holdings_from(&mut connection, post, from).await
    }

    /// Which posts the person holds at a moment.
    pub async fn posts_of(&self, person: PersonId, at: Time) -> Result<Vec<Held>, DirectoryError> {
        let equal = vec![("person_id", person.to_string())];
        let narrow = Narrow { equal, ..Narrow::default() };
        let holdings: Vec<Dated<Holding>> = self.some(&narrow, AsOf::at(at)).await?;
        let mut held = Vec::new();
        for holding in holdings {
            if let Some(post) = self.post_at(holding.state.post, at).await? {
                held.push(Held { holding, post });
            }
        }
        Ok(held)
    }

    async fn some<S: Kept>(
        &self,
        narrow: &Narrow,
        as_of: AsOf,
    ) -> Result<Vec<Dated<S>>, DirectoryError> {
        let mut connection = self.reader().await?;
        let page = Page { after: None, limit: HOLDINGS_MAX };
        store::list(&mut connection, self.db.dialect(), narrow, as_of, &page).await
    }
}
