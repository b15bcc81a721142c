use std::collections::BTreeSet;

use kernel::{Caller, Within};
use probe::model::{CheckDraft, CheckId};
use resources::NewResource;
use serde_json::json;
use testkit::Client;
use tsdb::{Labels, Sample, SeriesStore};

use crate::house::House;

const NORTH: &str = "01890a5d-ac96-774b-bcce-b302099a8011";
const SOUTH: &str = "01890a5d-ac96-774b-bcce-b302099a8012";

struct Scene {
    house: House,
    north: CheckId,
    south: CheckId,
}

/// A resource with a check and a series in each of two units.
async fn scene() -> Scene {
    let house = House::new().await;
    let mut checks = Vec::new();
    for (name, unit) in [("north", NORTH), ("south", SOUTH)] {
        let new = NewResource {
            kind: "host".into(),
            name: name.into(),
            unit_id: Some(unit.into()),
            ..NewResource::default()
        };
        let resource = house.resources.create(&Caller::console(), &new).await.unwrap().id;
        let draft = CheckDraft::new(resource, name, "script", json!({ "host": name }));
        checks.push(house.watch(draft).await);
        let labels = [("resource", resource.to_string())];
        let labels = Labels::new("load", labels.iter().map(|(n, v)| (*n, v.as_str()))).unwrap();
        let at_ms = kernel::Clock::now(&house.clock).millis();
        house.series.append(&[Sample { labels, at_ms, value: 1.0 }]).unwrap();
    }
    house.settle().await;
    Scene { house, north: checks[0], south: checks[1] }
}

impl Scene {
    fn of_north(&self, permissions: &[&str]) -> Client {
        let units = BTreeSet::from([NORTH.to_owned()]);
        self.house.client().holding(permissions, &Within { units, ..Within::default() })
    }
}

async fn names(client: &Client, path: &str, field: &str) -> Vec<String> {
    let answer = client.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.json);
    let items = answer.json["items"].as_array().unwrap().iter();
    let mut found: Vec<_> = items.map(|item| item[field].as_str().unwrap().to_owned()).collect();
    found.sort();
    found
}

#[tokio::test]
async fn lists_states_and_series_hold_what_the_scope_covers() {
    let scene = scene().await;
    let north = scene.of_north(&["check.read", "series.read"]);
    assert_eq!(names(&north, "/api/v1/checks", "name").await, ["north"]);
    assert_eq!(names(&north, "/api/v1/checks?q=south", "name").await, Vec::<String>::new());
    assert_eq!(names(&north, "/api/v1/check-states", "resource_id").await.len(), 1);
    for path in ["/api/v1/series?selector=load", "/api/v1/series/latest?selector=load"] {
        let answer = north.get(path).await.json;
        let found = answer["series"].as_array().or(answer["items"].as_array()).unwrap();
        assert_eq!(found.len(), 1, "{path}: {answer}");
    }
    let everybody = scene.house.client();
    assert_eq!(names(&everybody, "/api/v1/checks", "name").await, ["north", "south"]);
    let nobody = scene.house.client().holding(&["check.read"], &Within::default());
    assert_eq!(nobody.get("/api/v1/checks").await.status, 403);
}

#[tokio::test]
async fn a_check_outside_of_the_scope_is_not_there_and_one_inside_may_be_out_of_reach() {
    let scene = scene().await;
    let all = ["check.read", "check.change", "check.run", "resource.read"];
    let north = scene.of_north(&all);
    let (inside, outside) =
        (format!("/api/v1/checks/{}", scene.north), format!("/api/v1/checks/{}", scene.south));
    let rename = json!({ "name": "renamed" });
    assert_eq!(north.get(&outside).await.status, 404);
    assert_eq!(north.patch(&outside, 1, rename.clone()).await.status, 404);
    assert_eq!(north.delete(&outside, None).await.status, 404);
    assert_eq!(north.send("POST", &format!("{outside}/run"), None, None).await.status, 404);
    let south = scene.house.check(scene.south).await.definition.resource_id;
    let body = json!({
        "resource_id": south, "name": "x", "protocol": "script", "spec": { "host": "x" }
    });
    let answer = north.post("/api/v1/checks", body).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json["fields"][0]["field"].as_str()),
        (400, Some("resource_id")),
        "{}",
        answer.json
    );
    let reader = scene.of_north(&["check.read"]);
    let of_others = scene.house.client().holding(
        &["check.change"],
        &Within { units: [SOUTH.to_owned()].into(), ..Within::default() },
    );
    assert_eq!(reader.get(&inside).await.status, 200);
    assert_eq!(of_others.patch(&inside, 1, rename.clone()).await.status, 404);
    assert_eq!(north.patch(&inside, 1, rename).await.status, 200);
}

#[tokio::test]
async fn only_who_may_check_everywhere_looks_into_the_servers_machine() {
    let scene = scene().await;
    let north = scene.of_north(&["check.read", "check.change", "check.run", "resource.read"]);
    let inside = scene.house.check(scene.north).await.definition.resource_id;
    let spec = json!({ "host": "x" });
    let check =
        |name: &str| json!({ "resource_id": inside, "name": name, "protocol": name, "spec": spec });
    let trial = |protocol: &str| json!({ "protocol": protocol, "spec": spec });
    let made = north.post("/api/v1/checks", check("script")).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.json);
    let path = format!("/api/v1/checks/{}", made.json["id"].as_str().unwrap());
    for refused in [
        north.post("/api/v1/checks", check("within")).await,
        north.post("/api/v1/check-trials", trial("within")).await,
        north.patch(&path, 1, json!({ "protocol": "within" })).await,
    ] {
        let field = refused.json["fields"][0]["field"].as_str();
        assert_eq!((refused.status.as_u16(), field), (400, Some("protocol")), "{}", refused.json);
    }
    let everywhere = scene.house.client();
    assert_eq!(everywhere.post("/api/v1/check-trials", trial("within")).await.status, 200);
    let theirs = everywhere.post("/api/v1/checks", check("within")).await;
    let path = format!("/api/v1/checks/{}", theirs.json["id"].as_str().unwrap());
    let renamed = north.patch(&path, 1, json!({ "name": "renamed" })).await;
    assert_eq!(renamed.status, 200, "what others have set stays: {}", renamed.json);
}

/// They were refused processes and units of the server's machine, and asked its ports.
#[tokio::test]
async fn only_who_may_check_everywhere_reaches_the_servers_machine_over_the_network() {
    let scene = scene().await;
    let north = scene.of_north(&["check.read", "check.change", "check.run", "resource.read"]);
    let everywhere = scene.house.client();
    let inside = scene.house.check(scene.north).await.definition.resource_id;
    let check = |name: &str, host: &str| {
        json!({ "resource_id": inside, "name": name, "protocol": "script",
            "spec": { "host": host } })
    };
    let trial = |host: &str| json!({ "protocol": "script", "spec": { "host": host } });
    let made = north.post("/api/v1/checks", check("theirs", "db7")).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.json);
    let path = format!("/api/v1/checks/{}", made.json["id"].as_str().unwrap());
    for host in ["127.0.0.1", "127.8.8.8", "localhost", "a.localhost", "0.0.0.0"] {
        for refused in [
            north.post("/api/v1/checks", check(host, host)).await,
            north.post("/api/v1/check-trials", trial(host)).await,
            north.patch(&path, 1, json!({ "spec": { "host": host } })).await,
        ] {
            let field = refused.json["fields"][0]["field"].as_str();
            assert_eq!((refused.status.as_u16(), field), (400, Some("spec")), "{}", refused.json);
        }
    }
    let theirs = everywhere.post("/api/v1/checks", check("all", "127.0.0.1")).await;
    assert_eq!(theirs.status, 201, "{}", theirs.json);
    // What a name leads to shows at the run: the guard is told.
    scene.house.settle().await;
    let was_outward = |host: &str| scene.house.script.was_outward(host);
    assert!(was_outward("db7") && !was_outward("127.0.0.1") && !was_outward("north"));
    assert_eq!(north.post("/api/v1/check-trials", trial("db8")).await.status, 200);
    assert!(was_outward("db8"));
    // What others have set stays; who changes what is asked answers for it.
    let path = format!("/api/v1/checks/{}", theirs.json["id"].as_str().unwrap());
    assert_eq!(north.patch(&path, 1, json!({ "interval_s": 30 })).await.status, 200);
    scene.house.probe.sync().await.unwrap();
    scene.house.pass(31).await;
    assert!(!was_outward("127.0.0.1"));
    assert_eq!(north.patch(&path, 2, json!({ "spec": { "host": "db9" } })).await.status, 200);
    scene.house.probe.sync().await.unwrap();
    scene.house.settle().await;
    assert!(was_outward("db9"));
}
