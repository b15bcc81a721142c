//! Changes told ahead of time, when they come true.

use std::{collections::HashMap, sync::Arc, time::Duration};

use kernel::{Actor, ActorKind, Caller, Clock, Grant, Held, Scope, Time, Within};
use resources::{AuthorFuture, Authors, NameFuture};
use serde_json::{Value, json};
use testkit::Client;

use crate::house::{House, house};

const NORTH: &str = "01890a5d-0000-7000-8000-000000000001";
const EAST: &str = "01890a5d-0000-7000-8000-000000000002";
const SOUTH: &str = "01890a5d-0000-7000-8000-000000000003";
/// Who the clients of the tests are.
const ADMINISTRATOR: &str = "administrator";
const VIEWER: &str = "viewer";
const CHANGING: [&str; 2] = ["resource.read", "resource.change"];

/// What users hold at the moment; whoever is not listed is no user any more.
pub(crate) struct Holding(HashMap<&'static str, Grant>);

impl Holding {
    /// Everybody holds everything.
    pub(crate) fn everything() -> Self {
        Self([ADMINISTRATOR, VIEWER].map(|user| (user, Grant::Everything)).into())
    }

    /// There are no users any more.
    pub(crate) fn nobody() -> Self {
        Self(HashMap::new())
    }

    fn with(mut self, user: &'static str, within: &Within) -> Self {
        let mut held = Held::default();
        for permission in CHANGING {
            held.add(permission, Scope::Within(Arc::new(within.clone())));
        }
        self.0.insert(user, Grant::Held(Arc::new(held)));
        self
    }

    fn without(mut self, user: &str) -> Self {
        self.0.remove(user);
        self
    }
}

impl Authors for Holding {
    fn author<'a>(&'a self, user_id: &'a str) -> AuthorFuture<'a> {
        let caller = self.0.get(user_id).map(|grant| Caller {
            actor: Actor {
                kind: ActorKind::Person,
                id: user_id.to_owned(),
                name: user_id.to_owned(),
            },
            grant: grant.clone(),
            user_id: Some(user_id.to_owned()),
            ..Caller::stranger()
        });
        Box::pin(std::future::ready(Ok(caller)))
    }

    /// Everybody is called something, also who may not sign in any more.
    fn name<'a>(&'a self, user_id: &'a str) -> NameFuture<'a> {
        let name = [(ADMINISTRATOR, "Ada"), (VIEWER, "Vera")].into_iter();
        let name = name.filter(|(id, _)| *id == user_id).map(|(_, name)| name.to_owned()).next();
        Box::pin(std::future::ready(Ok(name)))
    }
}

fn north_and_east() -> Within {
    Within { units: [NORTH, EAST].map(str::to_owned).into(), ..Within::default() }
}

fn after(seconds: i64) -> String {
    Time::from_seconds(1_700_000_000 + seconds).to_string()
}

fn now_s(house: &House) -> i64 {
    house.clock.now().micros() / 1_000_000
}

async fn host(house: &House, unit: &str) -> String {
    let body = json!({ "kind": "host", "name": "web", "unit_id": unit });
    let made = house.client.post("/api/v1/resources", body).await;
    assert_eq!(made.status, 201, "{}", made.json);
    made.json["id"].as_str().unwrap().to_owned()
}

async fn change(house: &House, by: &Client, id: &str, body: Value) {
    let path = format!("/api/v1/resources/{id}");
    let version = house.client.get(&path).await.json["version"].as_i64().unwrap();
    let changed = by.patch(&path, version, body).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
}

async fn read(house: &House, id: &str) -> Value {
    house.client.get(&format!("/api/v1/resources/{id}")).await.json
}

/// Once it came back to whoever had told it, with all that had been written where it was.
#[tokio::test]
async fn move_told_by_who_no_longer_holds_the_resource_lapses() {
    let house = house().await;
    let north = house.client.holding(&CHANGING, &north_and_east());
    let id = host(&house, NORTH).await;
    let told = json!({ "unit_id": EAST, "effective_at": after(1000) });
    change(&house, &north, &id, told).await;
    change(&house, &house.client, &id, json!({ "unit_id": SOUTH, "name": "secret" })).await;
    house.clock.advance(Duration::from_secs(1001));
    let holding = Holding::everything().with(VIEWER, &north_and_east());
    assert_eq!(house.resources.come_due(&holding).await.unwrap(), (1, 0));
    let today = read(&house, &id).await;
    assert_eq!((&today["unit_id"], &today["name"]), (&json!(SOUTH), &json!("secret")));
    let later = format!("/api/v1/resources/{id}?as_of={}", after(5000));
    assert_eq!(house.client.get(&later).await.json["unit_id"], SOUTH);
    let fact = house.facts().await.remove(0);
    assert_eq!(
        (fact.verb.as_str(), fact.actor.kind),
        ("resource.change_lapsed", ActorKind::System)
    );
    assert_eq!(fact.detail["fields"], json!(["unit_id"]));
    assert_eq!(fact.detail["told_by"], VIEWER);
    assert_eq!(house.resources.come_due(&holding).await.unwrap(), (0, 0), "once");
}

#[tokio::test]
async fn change_outlives_neither_the_right_nor_the_user() {
    let elsewhere = Within { units: [SOUTH.to_owned()].into(), ..Within::default() };
    for holding in [
        Holding::everything().with(VIEWER, &elsewhere),
        Holding::everything().with(VIEWER, &Within::default()),
        Holding::everything().without(VIEWER),
    ] {
        let house = house().await;
        let north = house.client.holding(&CHANGING, &north_and_east());
        let id = host(&house, NORTH).await;
        let told = json!({ "description": "of the north", "effective_at": after(1000) });
        change(&house, &north, &id, told).await;
        // What another tells for later stands by itself.
        let other = json!({ "description": "of all", "effective_at": after(2000) });
        change(&house, &house.client, &id, other).await;
        house.clock.advance(Duration::from_secs(1001));
        house.resources.come_due(&holding).await.unwrap();
        assert_eq!(read(&house, &id).await["description"], "");
        house.clock.advance(Duration::from_secs(1001));
        house.resources.come_due(&holding).await.unwrap();
        assert_eq!(read(&house, &id).await["description"], "of all");
        let fact = house.facts().await.remove(0);
        assert_eq!(
            (fact.verb.as_str(), fact.actor.id.as_str()),
            ("resource.changed", ADMINISTRATOR)
        );
    }
}

/// The id of a disabled user stood there.
#[tokio::test]
async fn lapse_names_who_told_the_change_also_when_they_are_disabled() {
    let house = house().await;
    let id = host(&house, NORTH).await;
    let by = house.client.as_viewer().holding(&CHANGING, &north_and_east());
    change(&house, &by, &id, json!({ "name": "later", "effective_at": after(1000) })).await;
    house.clock.advance(Duration::from_secs(1001));
    house.resources.come_due(&Holding::everything().without(VIEWER)).await.unwrap();
    let fact = house.facts().await.remove(0);
    assert_eq!(
        (fact.verb.as_str(), &fact.detail["told_by"]),
        ("resource.change_lapsed", &json!("Vera"))
    );
}

/// Of over a thousand moments that came together, those beyond the thousandth came true unjudged.
#[tokio::test]
async fn every_change_that_is_due_is_judged_however_many_there_are() {
    let house = house().await;
    let id = host(&house, NORTH).await;
    let by = house.client.as_viewer().holding(&CHANGING, &north_and_east());
    change(&house, &by, &id, json!({ "name": "later", "effective_at": after(1000) })).await;
    let mut tx = house.records.db.begin().await.unwrap();
    for moment in 1..=1000_i64 {
        sqlx::query(
            "INSERT INTO resources_told (due_at, resource_id, told_by) VALUES ($1, $2, '')",
        )
        .bind(1_700_000_000_000_000 + moment)
        .bind(&id)
        .execute(tx.connection())
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    house.clock.advance(Duration::from_secs(1001));
    let nobody = Holding::everything().without(VIEWER);
    assert_eq!(house.resources.come_due(&nobody).await.unwrap(), (1, 0));
    assert_eq!(read(&house, &id).await["name"], "web");
    assert_eq!(house.facts().await[0].verb, "resource.change_lapsed");
}

#[tokio::test]
async fn change_that_comes_true_is_its_authors_and_because_of_what_they_said() {
    let house = house().await;
    let north = house.client.holding(&CHANGING, &north_and_east());
    let id = host(&house, NORTH).await;
    let told = json!({ "unit_id": EAST, "effective_at": after(1000) });
    change(&house, &north, &id, told).await;
    let said = house.facts().await.remove(0);
    // Another's change in between is not theirs, and stays.
    change(&house, &house.client, &id, json!({ "description": "kept" })).await;
    house.clock.advance(Duration::from_secs(1001));
    let holding = Holding::everything().with(VIEWER, &north_and_east());
    house.resources.come_due(&holding).await.unwrap();
    let today = read(&house, &id).await;
    assert_eq!((&today["unit_id"], &today["description"]), (&json!(EAST), &json!("kept")));
    let fact = house.facts().await.remove(0);
    assert_eq!((fact.verb.as_str(), fact.actor.id.as_str()), ("resource.changed", VIEWER));
    assert_eq!(fact.cause, Some(said.seq));
}

/// Once all that was told for one moment lapsed with what one of its authors told: anybody could
/// keep a move of others from coming true.
#[tokio::test]
async fn each_of_those_that_told_for_one_moment_is_asked_for_what_they_told() {
    let house = house().await;
    let north = house.client.holding(&CHANGING, &north_and_east());
    for (holding, tags) in [
        (Holding::everything().with(VIEWER, &north_and_east()), json!(["x"])),
        (Holding::everything().without(VIEWER), json!([])),
    ] {
        let id = host(&house, NORTH).await;
        let at = Time::from_seconds(now_s(&house) + 1000).to_string();
        change(&house, &north, &id, json!({ "tags": ["x"], "effective_at": at })).await;
        change(&house, &house.client, &id, json!({ "unit_id": SOUTH, "effective_at": at })).await;
        house.clock.advance(Duration::from_secs(1001));
        house.resources.come_due(&holding).await.unwrap();
        let today = read(&house, &id).await;
        assert_eq!((&today["unit_id"], &today["tags"]), (&json!(SOUTH), &tags));
    }
}

/// Once a plan that somebody else could not see was gone as soon as they made the resource be for a
/// while as it was planned to be.
#[tokio::test]
async fn plan_stands_whatever_the_resource_is_until_then() {
    let house = house().await;
    let north = house.client.holding(&CHANGING, &north_and_east());
    let holding = Holding::everything().with(VIEWER, &north_and_east());
    for (planned, same, back) in [
        (
            json!({ "description": "of all" }),
            json!({ "description": "of all" }),
            json!({
            "description": "" }),
        ),
        (json!({ "tags": ["x"] }), json!({ "tags": ["x"] }), json!({ "tags": [] })),
        (
            json!({ "life_cycle": "maintenance" }),
            json!({ "life_cycle": "maintenance" }),
            json!({
            "life_cycle": "in-use" }),
        ),
    ] {
        let id = host(&house, NORTH).await;
        let start = now_s(&house);
        let at = |seconds: i64| Time::from_seconds(start + seconds).to_string();
        let with = |mut body: Value, seconds: i64| {
            body["effective_at"] = json!(at(seconds));
            body
        };
        change(&house, &house.client, &id, json!({ "unit_id": SOUTH, "effective_at": at(1000) }))
            .await;
        change(&house, &house.client, &id, with(planned.clone(), 2000)).await;
        for change_now in [same.clone(), back] {
            change(&house, &north, &id, change_now).await;
        }
        // The same told ahead, and cancelled again.
        change(&house, &north, &id, with(same, 500)).await;
        let path = format!("/api/v1/resources/{id}");
        let version = north.get(&path).await.json["version"].as_i64();
        let cancel = json!({ "at": at(500) }).to_string();
        let path = format!("{path}/coming-changes/cancel");
        let cancelled = north.send("POST", &path, Some(cancel), version).await;
        assert!(cancelled.status.is_success(), "{}", cancelled.json);
        for seconds in [600, 1001] {
            house.clock.advance(Duration::from_secs(seconds));
            house.resources.come_due(&holding).await.unwrap();
        }
        house.clock.advance(Duration::from_secs(1000));
        house.resources.come_due(&holding).await.unwrap();
        let today = read(&house, &id).await;
        assert_eq!(today["unit_id"], SOUTH);
        for (field, value) in planned.as_object().unwrap() {
            assert_eq!(&today[field], value, "{field}");
        }
    }
}

/// Once a move that lapsed took the same move with it which another had told for later, before it
/// or after it; and one that another told for the same moment.
#[tokio::test]
async fn lapse_leaves_what_another_told_for_later() {
    let house = house().await;
    let north = house.client.holding(&CHANGING, &north_and_east());
    let holding = Holding::everything().without(VIEWER);
    for (later, first) in [(1000, true), (1000, false), (0, true), (0, false)] {
        let id = host(&house, NORTH).await;
        let start = now_s(&house);
        let to_east = |seconds: i64| {
            let at = Time::from_seconds(start + seconds).to_string();
            json!({ "unit_id": EAST, "effective_at": at })
        };
        let mut told = [(&house.client, to_east(1000 + later)), (&north, to_east(1000))];
        if !first {
            told.reverse();
        }
        for (by, body) in told {
            change(&house, by, &id, body).await;
        }
        house.clock.advance(Duration::from_secs(1001));
        house.resources.come_due(&holding).await.unwrap();
        // What two told alike for one moment comes true as long as one of them may make it.
        let expected = if later == 0 { EAST } else { NORTH };
        assert_eq!(read(&house, &id).await["unit_id"], expected, "{later} {first}");
        house.clock.advance(Duration::from_secs(1000));
        house.resources.come_due(&holding).await.unwrap();
        assert_eq!(read(&house, &id).await["unit_id"], EAST, "{later} {first}");
    }
}
