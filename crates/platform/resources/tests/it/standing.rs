//! Those who hold on to a resource learn who stands for it.

use std::collections::BTreeMap;

use kernel::{Caller, Cause};
use resources::{Finder, FoundResource, Merge, ResourceId, Standing};

use crate::house::{House, house};

impl House {
    async fn host(&self, name: &str) -> ResourceId {
        self.make("host", name).await.parse().unwrap()
    }

    async fn merge(&self, kept: ResourceId, gone: ResourceId) -> Merge {
        let console = Caller::console();
        self.resources.merge(&console, kept, gone, &BTreeMap::new()).await.unwrap()
    }
}

#[tokio::test]
async fn standing_follows_merges_one_after_the_other_and_their_undoing() {
    let house = house().await;
    let (a, b, c) = (house.host("a").await, house.host("b").await, house.host("c").await);
    let (standing, console) = (Standing::of(a), Caller::console());
    assert_eq!((house.resources.follow(&standing).await.unwrap(), standing.id()), (a, a));
    assert!(!standing.includes(b));

    let first = house.merge(b, a).await;
    assert_eq!(standing.id(), a, "nobody has asked yet");
    assert_eq!(house.resources.follow(&standing).await.unwrap(), b);
    let second = house.merge(c, b).await;
    let seen = standing.id();
    let (told, _) = tokio::join!(standing.changed(seen), house.resources.follow(&standing));
    assert_eq!((told, standing.id()), (c, c));
    assert!([a, b, c].into_iter().all(|id| standing.includes(id)));
    let mut ids = house.resources.ids_of(c).await.unwrap();
    ids[1..].sort_unstable();
    assert_eq!(ids, [c, a, b]);
    let kept = house.resources.kept_of(&[a, b, c]).await.unwrap();
    assert_eq!((kept.get(&a), kept.get(&b), kept.get(&c)), (Some(&c), Some(&c), None));

    house.resources.undo_merge(&console, second.id).await.unwrap();
    assert_eq!(house.resources.follow(&standing).await.unwrap(), b);
    house.resources.undo_merge(&console, first.id).await.unwrap();
    assert_eq!(house.resources.follow(&standing).await.unwrap(), a);
    assert!(standing.includes(a) && !standing.includes(b) && !standing.includes(c));
}

#[tokio::test]
async fn what_a_finder_knows_to_be_a_resource_is_not_looked_for_by_its_identity() {
    let house = house().await;
    let service: ResourceId = house.make("service", "web").await.parse().unwrap();
    let found = FoundResource {
        kind: "service".to_owned(),
        identity: "elsewhere/tcp/80/nginx".to_owned(),
        name: "nginx :80".to_owned(),
        description: String::new(),
        attributes: serde_json::json!({"port": 80}).as_object().unwrap().clone(),
    };
    let system = Caller::system("test");
    let mut tx = house.records.db.begin().await.unwrap();
    let finder = Finder { is: Some(service), ..Finder::DISCOVERY };
    let cause = Cause::default();
    let upserted = house.resources.upsert_found_in(&mut tx, &system, cause, finder, &found).await;
    assert_eq!(upserted.unwrap().resource().id, service);
    // It is not known by that identity: another one of it is another resource.
    let finder = Finder::DISCOVERY;
    let upserted = house.resources.upsert_found_in(&mut tx, &system, cause, finder, &found).await;
    assert_ne!(upserted.unwrap().resource().id, service);
}
