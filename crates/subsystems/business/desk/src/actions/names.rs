use std::{collections::HashMap, sync::Arc};

use directory::{PersonId, PostId, Trees};
use kernel::{Caller, Text};
use resources::{RESOURCE_READ, ResourceId, Sight};

use super::Desk;
use crate::{
    DeskError,
    model::ticket::{Assignee, Ticket},
};

/// What units, regions, people, posts and resources are called.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    trees: Arc<Trees>,
    people: HashMap<PersonId, String>,
    posts: HashMap<PostId, Text>,
    resources: HashMap<ResourceId, String>,
}

impl Names {
    pub(crate) fn unit(&self, id: &str) -> Text {
        self.trees.unit(id).map(|unit| unit.name.clone()).unwrap_or_default()
    }

    pub(crate) fn region(&self, id: &str) -> Text {
        self.trees.region(id).map(|region| region.name.clone()).unwrap_or_default()
    }

    pub(crate) fn person(&self, id: PersonId) -> String {
        self.people.get(&id).cloned().unwrap_or_default()
    }

    pub(crate) fn post(&self, id: PostId) -> Text {
        self.posts.get(&id).cloned().unwrap_or_default()
    }

    pub(crate) fn resource(&self, id: ResourceId) -> String {
        self.resources.get(&id).cloned().unwrap_or_default()
    }
}

impl Desk {
    /// Which resources the caller sees.
    pub(crate) async fn resources_seen(&self, caller: &Caller) -> Result<Sight, DeskError> {
        Ok(self.parts.resources.sight(&caller.scope(RESOURCE_READ)).await?)
    }

    /// What is called what in these tickets.
    pub(crate) async fn names(&self, tickets: &[Ticket]) -> Result<Names, DeskError> {
        let (directory, now) = (&self.parts.directory, self.now());
        let (mut people, mut posts) = (HashMap::new(), HashMap::new());
        for ticket in tickets {
            if let Assignee::Person(id) = ticket.assignee
                && !people.contains_key(&id)
            {
                let found = directory.person(id).await?;
                people.insert(id, found.map(|one| one.state.name.clone()).unwrap_or_default());
            }
            if let Assignee::Post(id) = ticket.assignee
                && !posts.contains_key(&id)
            {
                let found = directory.post_at(id, now).await?;
                posts.insert(id, found.map(|one| one.state.title.clone()).unwrap_or_default());
            }
        }
        let ids: Vec<ResourceId> =
            tickets.iter().flat_map(|one| one.content.resources.iter().copied()).collect();
        let found = self.parts.resources.get_many(&ids).await?;
        let resources = found.into_iter().map(|one| (one.id, one.name)).collect();
        Ok(Names { trees: directory.trees().await?, people, posts, resources })
    }
}
