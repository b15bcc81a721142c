use std::collections::{BTreeMap, BTreeSet, HashMap};

use directory::{PersonId, PostId};
use kernel::{Caller, FieldFault, Permission, Text};

use super::Duty;
use crate::{
    DutyError,
    model::{
        permission::DUTY_READ,
        problem::Known,
        roster::{Roster, RosterDraft},
    },
    store,
};

impl Duty {
    /// What people are called.
    pub(crate) async fn names(
        &self,
        people: Vec<PersonId>,
    ) -> Result<HashMap<PersonId, String>, DutyError> {
        let once: BTreeSet<PersonId> = people.into_iter().collect();
        let mut names = HashMap::new();
        for id in once {
            if let Some(person) = self.parts.directory.person(id).await? {
                names.insert(id, person.state.name.clone());
            }
        }
        Ok(names)
    }

    /// What is known of people, as far as `rosters` ask for it.
    pub(crate) async fn known(
        &self,
        people: Vec<PersonId>,
        asks_for_posts: bool,
    ) -> Result<HashMap<PersonId, Known>, DutyError> {
        let now = self.now();
        let mut qualified: HashMap<PersonId, BTreeMap<String, _>> = HashMap::new();
        for one in store::qualifications::all(self.db().reader()).await? {
            qualified.entry(one.person_id).or_default().insert(one.name, one.until);
        }
        let once: BTreeSet<PersonId> = people.into_iter().collect();
        let mut known = HashMap::new();
        for id in once {
            let Some(person) = self.parts.directory.person(id).await? else {
                known.insert(id, Known::default());
                continue;
            };
            let posts = match asks_for_posts {
                true => self.parts.directory.posts_of(id, now).await?,
                false => Vec::new(),
            };
            let one = Known {
                name: person.state.name.clone(),
                left_at: person.valid_to,
                exists: true,
                posts: posts.into_iter().map(|held| held.post.id).collect(),
                qualifications: qualified.remove(&id).unwrap_or_default(),
            };
            known.insert(id, one);
        }
        Ok(known)
    }

    /// Faults for the unit, the posts and the people that a roster names and that are not there
    /// for the caller. Who was named before may have left, or gone out of sight, since.
    pub(crate) async fn unknown_names(
        &self,
        caller: &Caller,
        draft: &RosterDraft,
        before: Option<&Roster>,
    ) -> Result<Vec<FieldFault>, DutyError> {
        let mut faults = Vec::new();
        let trees = self.parts.directory.trees().await?;
        if trees.unit(&draft.unit_id.to_string()).is_none() {
            let expected = Text::new("a unit of the directory", "组织目录中的单位");
            faults.push(FieldFault::new("unit_id", draft.unit_id, expected));
        }
        let named = before.map(|roster| roster.draft.people()).unwrap_or_default();
        let posts = before.map(|roster| roster.draft.positions.iter()).unwrap_or_default();
        let posts: BTreeSet<PostId> = posts.filter_map(|position| position.post_id).collect();
        for (at, position) in draft.positions.iter().enumerate() {
            let turns = position.rotations.iter().flat_map(|rotation| &rotation.blocks);
            let all = turns.flat_map(|block| &block.people).chain(&position.reserves);
            for id in all.collect::<BTreeSet<_>>() {
                if named.contains(id) || self.may_name(caller, DUTY_READ, *id).await? {
                    continue;
                }
                let expected =
                    Text::new("a person of the directory who has not left", "组织目录中的在职人员");
                faults.push(FieldFault::new(format!("positions[{at}]"), id, expected));
            }
            if let Some(post) = position.post_id
                && !self.has_post(caller, post, posts.contains(&post)).await?
            {
                let expected = Text::new("a post of the directory", "组织目录中的岗位");
                faults.push(FieldFault::new(format!("positions[{at}].post_id"), post, expected));
            }
        }
        Ok(faults)
    }

    /// Whether a person is there and has not left.
    pub(crate) async fn is_here(&self, id: PersonId) -> Result<bool, DutyError> {
        let person = self.parts.directory.person(id).await?;
        Ok(person.is_some_and(|person| person.holds_at(self.now())))
    }

    /// Whether there is that person, who has not left, for a caller who names them by `right`:
    /// themselves, or whom they see.
    pub(crate) async fn may_name(
        &self,
        caller: &Caller,
        right: Permission,
        id: PersonId,
    ) -> Result<bool, DutyError> {
        let found = self.parts.directory.person_named(caller, right, id).await?;
        Ok(found.is_some() || self.person_of(caller).await? == Some(id))
    }

    /// Whether there is that post: for the caller, or at all where it was named before.
    pub(crate) async fn has_post(
        &self,
        caller: &Caller,
        id: PostId,
        was_named: bool,
    ) -> Result<bool, DutyError> {
        let directory = &self.parts.directory;
        let found = match was_named {
            true => directory.post_at(id, self.now()).await?,
            false => directory.post_named(caller, DUTY_READ, id).await?,
        };
        Ok(found.is_some())
    }

    /// Errors: [`DutyError::Invalid`] naming `field` for somebody who is not there for the caller.
    pub(crate) async fn somebody(
        &self,
        caller: &Caller,
        right: Permission,
        (field, id): (&str, PersonId),
    ) -> Result<(), DutyError> {
        if self.may_name(caller, right, id).await? {
            return Ok(());
        }
        let expected =
            Text::new("a person of the directory who has not left", "组织目录中的在职人员");
        Err(DutyError::field(field, id, expected))
    }
}
