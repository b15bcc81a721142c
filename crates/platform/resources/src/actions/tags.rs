use db::Tx;
use journal::Entry;
use kernel::{Caller, Page, PageOf};

use super::kinds::permit_kinds;
use crate::{
    RESOURCE_READ, Resource, ResourceId, Resources, ResourcesError, Tag, TagChanged, TagRemoved,
    TagRenamed,
    model::{checked_colour, checked_tag, stamped},
    store,
};

/// A tag is renamed or removed on at most so many resources at once.
const TAGGED_MAX: i64 = 20_000;

impl Resources {
    /// The tags that the caller sees, by their words, with how many resources that they see have
    /// each: all there are, or those of what their scope covers.
    pub async fn tags(&self, caller: &Caller, page: &Page) -> Result<PageOf<Tag>, ResourcesError> {
        let (mut reader, scope) = (self.reader().await?, caller.scope(RESOURCE_READ));
        let found = store::list_tags(&mut reader, self.dialect(), &scope, page).await?;
        Ok(PageOf::from_fetched(found, page.limit, |tag| tag.word.clone()))
    }

    /// Adds a tag, or gives the one there is a colour.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `WrongInput`.
    pub async fn put_tag(
        &self,
        caller: &Caller,
        word: &str,
        colour: &str,
    ) -> Result<Tag, ResourcesError> {
        permit_kinds(caller)?;
        let (word, colour) = (checked_tag(word)?, checked_colour(colour)?);
        let mut tx = self.db.begin().await?;
        let now = self.clock.now();
        let before = store::load_tag(tx.connection(), &word).await?;
        let known = before.as_ref().map_or(word, |tag| tag.word.clone());
        let after = Tag { word: known, colour, uses: 0 };
        if before.as_ref() == Some(&after) {
            return Ok(after);
        }
        match &before {
            Some(_) => store::colour_tag(tx.connection(), &after).await?,
            None => store::insert_tag(tx.connection(), &after, now).await?,
        }
        let fact = TagChanged { word: after.word.clone(), colour: after.colour.clone() };
        let entry = Entry::new(caller, now, &fact).after(&after);
        let entry = match &before {
            Some(before) => entry.before(before),
            None => entry,
        };
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Gives a tag another word on all resources; where that is a tag already, they become one.
    ///
    /// Errors: [`ResourcesError::NotAllowed`], `TagNotFound`, `WrongInput`, `TooManyFollow` over
    /// 20,000 resources.
    pub async fn rename_tag(
        &self,
        caller: &Caller,
        word: &str,
        to: &str,
    ) -> Result<Tag, ResourcesError> {
        permit_kinds(caller)?;
        let to = checked_tag(to)?;
        let mut tx = self.db.begin().await?;
        let now = self.clock.now();
        let before = tag_in(&mut tx, word).await?;
        if before.word == to {
            return Ok(before);
        }
        let target = store::load_tag(tx.connection(), &to).await?;
        let same = target.as_ref().is_some_and(|target| target.word == before.word);
        let after = match target.filter(|_| !same) {
            Some(target) => target,
            None => Tag { word: to, colour: before.colour.clone(), uses: 0 },
        };
        let ids = self.untag(&mut tx, caller, &before.word).await?;
        store::remove_tag(tx.connection(), &before.word).await?;
        if store::load_tag(tx.connection(), &after.word).await?.is_none() {
            store::insert_tag(tx.connection(), &after, now).await?;
        }
        for id in &ids {
            self.retag(&mut tx, caller, *id, &after.word).await?;
        }
        let resources = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let fact = TagRenamed { from: before.word.clone(), to: after.word.clone(), resources };
        let entry = Entry::new(caller, now, &fact).before(&before).after(&after);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Removes a tag from all resources, and then altogether.
    ///
    /// Errors: as [`Self::rename_tag`].
    pub async fn remove_tag(&self, caller: &Caller, word: &str) -> Result<(), ResourcesError> {
        permit_kinds(caller)?;
        let mut tx = self.db.begin().await?;
        let before = tag_in(&mut tx, word).await?;
        let ids = self.untag(&mut tx, caller, &before.word).await?;
        store::remove_tag(tx.connection(), &before.word).await?;
        let resources = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let fact = TagRemoved { word: before.word.clone(), resources };
        let entry = Entry::new(caller, self.clock.now(), &fact).before(&before);
        journal::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes the tag from all that have it. Each gets a new version; the tag's own fact tells.
    async fn untag(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        word: &str,
    ) -> Result<Vec<ResourceId>, ResourcesError> {
        let ids = store::tagged(tx.connection(), word, TAGGED_MAX + 1).await?;
        let limit = usize::try_from(TAGGED_MAX).unwrap_or(usize::MAX);
        if ids.len() > limit {
            return Err(ResourcesError::TooManyFollow { limit });
        }
        for id in &ids {
            let before = self.get_in(tx, *id).await?;
            let mut next = before.clone();
            next.tags.retain(|tag| tag != word);
            self.save_tags(tx, caller, &before, next).await?;
        }
        Ok(ids)
    }

    async fn retag(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        id: ResourceId,
        word: &str,
    ) -> Result<(), ResourcesError> {
        let before = self.get_in(tx, id).await?;
        let mut next = before.clone();
        if !next.tags.iter().any(|tag| tag == word) {
            next.tags.push(word.to_owned());
            next.tags.sort_by_cached_key(|tag| tag.to_lowercase());
        }
        self.save_tags(tx, caller, &before, next).await
    }

    async fn save_tags(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        before: &Resource,
        next: Resource,
    ) -> Result<(), ResourcesError> {
        let after = stamped(before, next, self.clock.now());
        if after.version == before.version {
            return Ok(());
        }
        self.save_state(tx, caller, before, &after).await
    }
}

async fn tag_in(tx: &mut Tx, word: &str) -> Result<Tag, ResourcesError> {
    let found = store::load_tag(tx.connection(), word).await?;
    found.ok_or_else(|| ResourcesError::TagNotFound { word: word.chars().take(60).collect() })
}
