use kernel::{Caller, Cause, FactSeq};
use resources::{Attributes, FoundResource, ResourceChange, ResourcesError, Upserted};
use serde_json::{Value, json};

use crate::house::house;

fn host(name: &str, attributes: &Value) -> FoundResource {
    let attributes: Attributes = attributes.as_object().unwrap().clone();
    FoundResource {
        kind: "host".to_owned(),
        identity: "machine-1".to_owned(),
        name: name.to_owned(),
        description: String::new(),
        attributes,
    }
}

#[tokio::test]
async fn found_again_is_the_same_and_writes_only_what_differs() {
    let house = house().await;
    let system = Caller::system("discovery");
    let first = host("web1", &json!({"kernel_release": "6.1", "disks": [{"device": "sda"}]}));
    let made = house.resources.upsert_by_identity(&system, &first).await.unwrap();
    let Upserted::Created(made) = made else { panic!("{made:?}") };
    let commits = *house.records.db.commits().borrow();
    let again = house.resources.upsert_by_identity(&system, &first).await.unwrap();
    assert_eq!(again, Upserted::Unchanged(made.clone()));
    assert_eq!(*house.records.db.commits().borrow(), commits, "nothing was written");
    let newer = host("web1", &json!({"kernel_release": "6.12"}));
    let changed = house.resources.upsert_by_identity(&system, &newer).await.unwrap();
    let Upserted::Changed(changed) = changed else { panic!("{changed:?}") };
    assert_eq!((changed.id, changed.version), (made.id, 2));
    assert_eq!(changed.attributes["disks"], made.attributes["disks"]);
    assert_eq!(house.verbs().await, ["resource.created", "resource.changed"]);
    let known = house.resources.by_identity("host", "machine-1").await.unwrap().unwrap();
    assert_eq!(known, changed);
    assert!(house.resources.by_identity("service", "machine-1").await.unwrap().is_none());
}

#[tokio::test]
async fn a_persons_name_and_retirement_outlive_the_next_discovery() {
    let house = house().await;
    let (system, person) = (Caller::system("discovery"), Caller::console());
    let found = host("web1", &json!({}));
    let made = house.resources.upsert_by_identity(&system, &found).await.unwrap().resource();
    let change = ResourceChange { name: Some("Shop".to_owned()), ..ResourceChange::default() };
    house.resources.change(&person, made.id, 1, &change).await.unwrap();
    let retired = house.resources.retire(&person, made.id, 2).await.unwrap();
    let again = house.resources.upsert_by_identity(&system, &host("web9", &json!({}))).await;
    assert_eq!(again.unwrap(), Upserted::Unchanged(retired));
}

#[tokio::test]
async fn larger_change_keeps_all_or_nothing_and_names_its_cause() {
    let house = house().await;
    let system = Caller::system("discovery");
    let cause = Cause(Some(FactSeq(41)));
    for commit in [false, true] {
        let mut tx = house.records.db.begin().await.unwrap();
        let found = host("web1", &json!({}));
        let on = house.resources.upsert_by_identity_in(&mut tx, &system, cause, &found).await;
        let on = on.unwrap().resource();
        let service = FoundResource {
            kind: "service".to_owned(),
            identity: "machine-1/tcp/80".to_owned(),
            name: "nginx".to_owned(),
            ..host("", &json!({"port": 80}))
        };
        let service = house.resources.upsert_by_identity_in(&mut tx, &system, cause, &service);
        let service = service.await.unwrap().resource();
        for _ in 0..2 {
            let (from, to) = (service.id, on.id);
            let ensured =
                house.resources.ensure_related_in(&mut tx, &system, cause, "runs-on", from, to);
            ensured.await.unwrap();
        }
        if commit {
            tx.commit().await.unwrap();
            let facts = house.facts().await;
            assert_eq!(facts.len(), 3);
            assert!(facts.iter().all(|fact| fact.cause == cause.0));
            let names = house.resources.names_of(&[on.id, service.id]).await.unwrap();
            assert_eq!((names.len(), names[&service.id].name.as_str()), (2, "nginx"));
        } else {
            drop(tx);
            assert!(house.facts().await.is_empty());
            assert!(house.resources.names_of(&[on.id]).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn verbs_refuse_callers_who_may_not_whatever_way_they_come() {
    let house = house().await;
    let viewer = Caller { grant: testkit::viewer_grant(), ..Caller::stranger() };
    let refused = house.resources.upsert_by_identity(&viewer, &host("web1", &json!({}))).await;
    assert!(matches!(refused, Err(ResourcesError::NotAllowed(_))));
    let mut tx = house.records.db.begin().await.unwrap();
    let new = resources::NewResource::default();
    let refused = house.resources.create_in(&mut tx, &viewer, Cause::default(), &new).await;
    assert!(matches!(refused, Err(ResourcesError::NotAllowed(_))));
}
