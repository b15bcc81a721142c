use std::collections::{BTreeMap, BTreeSet, HashMap};

use directory::PersonId;
use kernel::{FieldFault, Text};

use super::Duty;
use crate::{
    DutyError,
    model::{
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

    /// Faults for the unit, the posts and the people that a roster names and that are not there.
    /// Who was named before may have left since.
    pub(crate) async fn unknown_names(
        &self,
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
        let now = self.now();
        for (at, position) in draft.positions.iter().enumerate() {
            let turns = position.rotations.iter().flat_map(|rotation| &rotation.blocks);
            let all = turns.flat_map(|block| &block.people).chain(&position.reserves);
            for id in all.collect::<BTreeSet<_>>() {
                if named.contains(id) || self.is_here(*id).await? {
                    continue;
                }
                let expected =
                    Text::new("a person of the directory who has not left", "组织目录中的在职人员");
                faults.push(FieldFault::new(format!("positions[{at}]"), id, expected));
            }
            if let Some(post) = position.post_id
                && self.parts.directory.post_at(post, now).await?.is_none()
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

    /// Errors: [`DutyError::Invalid`] naming `field` for somebody who is not there.
    pub(crate) async fn somebody(&self, field: &str, id: PersonId) -> Result<(), DutyError> {
        if self.is_here(id).await? {
            return Ok(());
        }
        let expected =
            Text::new("a person of the directory who has not left", "组织目录中的在职人员");
        Err(DutyError::field(field, id, expected))
    }
}
