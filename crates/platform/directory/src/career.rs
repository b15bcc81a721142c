use std::collections::{HashMap, hash_map::Entry};

use kernel::{Caller, Time};

use crate::{
    Dated, Directory, DirectoryError, Holding, PersonId, Post, PostId, directory::Belongs,
    model::Timeline, store,
};

impl Directory {
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
        let trees = self.trees().await?;
        let mut connection = self.reader().await?;
        let ever = Time::from_micros(i64::MIN);
        let mut held = store::of_person(&mut connection, id, ever).await?;
        held.sort_by_key(|span| std::cmp::Reverse((span.valid_from, span.id)));
        let mut posts: HashMap<PostId, Timeline<Post>> = HashMap::new();
        for post in held.iter().map(|span| span.state.post) {
            if let Entry::Vacant(unread) = posts.entry(post) {
                unread.insert(store::timeline(&mut connection, post).await?);
            }
        }
        held.retain(|span| {
            let post = posts.get(&span.state.post).and_then(|post| post.nearest(span.valid_from));
            let unit = post.map(|post| post.state.unit);
            Belongs::to_unit(&trees, unit).seen_by(caller)
        });
        Ok(held)
    }
}
