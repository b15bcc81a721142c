use std::{collections::HashMap, sync::Arc, time::Duration};

use db::Db;
use journal::{
    Alone, Entry, Filter, JOURNAL_READ, Neighbour, Neighbours, NeighboursFuture, Nowhere, PlaceOf,
    Places, PlacesFuture, Sight,
};
use kernel::{
    Actor, ActorKind, Caller, Cause, Fact, FactSeq, Grant, Held, Page, Scope, Subject, Time, Within,
};
use serde::Serialize;
use testkit::temporary_db;

#[derive(Serialize)]
struct Touched {
    resource: Option<&'static str>,
}

impl Fact for Touched {
    const VERB: &'static str = "resource.changed";

    fn subject(&self) -> Subject {
        Subject::new("resource", self.resource.unwrap_or("none"), "x")
    }

    fn resource_id(&self) -> Option<String> {
        self.resource.map(str::to_owned)
    }
}

async fn touch(
    db: &Db,
    caller: &Caller,
    resource: Option<&'static str>,
    cause: Option<i64>,
) -> i64 {
    let mut tx = db.begin().await.unwrap();
    let fact = Touched { resource };
    let FactSeq(newest) = journal::latest(db).await.unwrap();
    let at = Time::from_seconds(1_000 + newest * 60);
    let entry = Entry::new(caller, at, &fact).because_of(Cause(cause.map(FactSeq)));
    let seq = journal::append(&mut tx, entry).await.unwrap();
    tx.commit().await.unwrap();
    seq.0
}

/// Somebody who may read the journal within the unit `north`.
fn northerner() -> Caller {
    let units = ["north".to_owned()].into();
    let scope = Scope::Within(Arc::new(Within { units, ..Within::default() }));
    let mut held = Held::default();
    held.add("journal.read", scope);
    Caller {
        actor: Actor { kind: ActorKind::Person, id: "nora".into(), name: "Nora".into() },
        grant: Grant::Held(Arc::new(held)),
        user_id: Some("nora".into()),
        ..Caller::stranger()
    }
}

struct Map;

impl Places for Map {
    fn places_of(&self, ids: Vec<String>) -> PlacesFuture<'_> {
        let place = |id: String| {
            let unit = id.split('-').next().map(str::to_owned);
            (id, PlaceOf { unit_id: unit, ..PlaceOf::default() })
        };
        let places: HashMap<_, _> = ids.into_iter().map(place).collect();
        Box::pin(std::future::ready(Ok(places)))
    }
}

struct Line;

impl Neighbours for Line {
    fn neighbours<'a>(&'a self, _: &'a Caller, id: &'a str, _: u32) -> NeighboursFuture<'a> {
        let near = [(id, 0), ("north-2", 1), ("south-1", 2)];
        let near = near.map(|(id, distance)| Neighbour { resource_id: id.to_owned(), distance });
        Box::pin(std::future::ready(Ok(near.to_vec())))
    }
}

#[tokio::test]
async fn causes_are_a_tree_up_and_down() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let (db, caller) = (&records.db, Caller::console());
    let first = touch(db, &caller, Some("north-1"), None).await;
    let second = touch(db, &caller, Some("north-1"), Some(first)).await;
    let third = touch(db, &caller, Some("south-1"), Some(second)).await;
    let fourth = touch(db, &caller, Some("north-1"), Some(second)).await;
    touch(db, &caller, Some("north-1"), Some(third)).await;
    touch(db, &caller, Some("north-1"), None).await;
    let everything = Sight::of(&caller, JOURNAL_READ);
    let causes = journal::causes(db, FactSeq(second), (&everything, &Nowhere)).await.unwrap();
    let shape: Vec<(i64, i64)> = causes.nodes.iter().map(|n| (n.depth, n.row.seq.0)).collect();
    assert_eq!(shape, [(-1, 1), (0, 2), (1, 3), (1, 4), (2, 5)]);
    assert!(!causes.cut && !causes.hidden);
    // Who sees only the north does not see what happened in the south, nor what came of it.
    let north = Sight::of(&northerner(), JOURNAL_READ);
    let causes = journal::causes(db, FactSeq(second), (&north, &Map)).await.unwrap();
    let shape: Vec<i64> = causes.nodes.iter().map(|n| n.row.seq.0).collect();
    assert_eq!((shape, causes.hidden), (vec![first, second, fourth], true));
    let refused = journal::causes(db, FactSeq(third), (&north, &Map)).await.unwrap_err();
    assert_eq!(refused.code, "not-found");
    let refused = journal::causes(db, FactSeq(99), (&everything, &Map)).await.unwrap_err();
    assert_eq!(refused.code, "not-found");
}

#[tokio::test]
async fn what_changed_before_is_ranked_by_nearness_and_time_within_the_window() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let (db, caller) = (&records.db, Caller::console());
    touch(db, &caller, Some("north-1"), None).await;
    for resource in ["north-2", "north-1", "south-1", "north-9", "north-2"] {
        touch(db, &caller, Some(resource), None).await;
    }
    let at = Time::from_seconds(1_000 + 5 * 60);
    let window = Duration::from_secs(5 * 60 - 1);
    let of = async |sight: &Sight| {
        let seen = (sight, &Map as &dyn Places);
        let found = journal::before(db, (&caller, "north-1"), (at, window), seen, &Line).await;
        found.unwrap().items.iter().map(|s| (s.row.seq.0, s.distance)).collect::<Vec<_>>()
    };
    let everything = of(&Sight::of(&caller, JOURNAL_READ)).await;
    assert_eq!(everything, [(6, 1), (3, 0), (4, 2), (2, 1)]);
    let north = of(&Sight::of(&northerner(), JOURNAL_READ)).await;
    assert_eq!(north, [(6, 1), (3, 0), (2, 1)]);
    let seen = (&Sight::of(&caller, JOURNAL_READ), &Map as &dyn Places);
    let alone = journal::before(db, (&caller, "north-1"), (at, window), seen, &Alone).await;
    assert_eq!(alone.unwrap().items.len(), 1);
}

#[tokio::test]
async fn list_of_a_limited_caller_has_their_places_and_their_own_deeds() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let (db, console, nora) = (&records.db, Caller::console(), northerner());
    for resource in [Some("north-1"), Some("south-1"), None, Some("north-2")] {
        touch(db, &console, resource, None).await;
    }
    touch(db, &nora, Some("south-1"), None).await;
    touch(db, &nora, None, None).await;
    let sight = Sight::of(&nora, JOURNAL_READ);
    let list = async |after: Option<String>, limit| {
        let page = Page { after, limit };
        journal::list_seen(db, &Filter::default(), page, (&sight, &Map)).await.unwrap()
    };
    let numbers = |page: &kernel::PageOf<journal::Row>| -> Vec<i64> {
        page.items.iter().map(|row| row.seq.0).collect()
    };
    let all = list(None, 50).await;
    assert_eq!(numbers(&all), [6, 5, 4, 1]);
    assert_eq!(all.next, None);
    let first = list(None, 3).await;
    assert_eq!(numbers(&first), [6, 5, 4]);
    let second = list(first.next, 3).await;
    assert_eq!((numbers(&second), second.next), (vec![1], None));
}
