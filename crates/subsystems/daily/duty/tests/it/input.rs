use serde_json::{Value, json};

use crate::house::house;

/// Each wrong input with the field that is named.
#[tokio::test]
async fn wrong_rosters_are_refused_by_field() {
    let house = house().await;
    let change = |path: &str, value: Value| {
        let mut body = house.daily(&["zhang"]);
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let block = "/positions/0/rotations/0/blocks";
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (body, field) in [
        (change("/name", json!("")), "name"),
        (change("/name", json!("a\nb")), "name"),
        (change("/zone", json!("Mars/Olympus")), "zone"),
        (change("/shifts", json!([])), "shifts"),
        (change("/positions", json!([])), "positions"),
        (change(block, json!([])), "positions[0].rotations[0].blocks"),
        (change(block, json!([{"people": []}])), "positions[0].rotations[0].blocks[0].people"),
        (
            change(block, json!([{"people": [house.id("li")], "length": 0}])),
            "positions[0].rotations[0].blocks[0].length",
        ),
        (change("/positions/0/key", json!("Main Post")), "positions[0].key"),
        (change("/positions/0/rotations", json!([])), "positions"),
        (change(block, json!([{"people": [nobody]}])), "positions[0]"),
    ] {
        let answer = house.client.post("/api/v1/duty/rosters", body).await;
        assert_eq!(answer.status, 400, "{field}: {}", answer.json);
        assert_eq!(answer.json["fields"][0]["field"], field, "{}", answer.json);
    }
    let unit = change("/unit_id", json!(nobody));
    let answer = house.client.post("/api/v1/duty/rosters", unit).await;
    assert_eq!(answer.json["fields"][0]["field"], "unit_id", "{}", answer.json);
    for (path, value) in [("/shifts/0/from", json!("25:00")), ("/shifts/0/to", json!("8:00"))] {
        let answer = house.client.post("/api/v1/duty/rosters", change(path, value)).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.json);
    }
    assert_eq!(house.verbs().await, "");
}

#[tokio::test]
async fn wrong_times_and_stale_versions_are_refused() {
    let house = house().await;
    let roster = house.roster(house.daily(&["zhang", "li"])).await;
    let path = format!("/api/v1/duty/rosters/{roster}");
    for query in [
        "from=yesterday",
        "from=2026-09-21T00:00:00Z&to=2026-09-21T00:00:00Z",
        "from=2026-09-21T00:00:00Z&to=2036-09-21T00:00:00Z",
        "to=9999-12-31T23:59:59Z",
    ] {
        let answer = house.client.get(&format!("{path}/spans?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.json);
    }
    assert_eq!(house.put(&path, 7, house.daily(&["li"])).await.status, 412);
    let body = json!({"from": "2026-09-22T00:00:00Z", "to": "2026-09-21T00:00:00Z",
        "person_out": house.id("li"), "person_in": house.id("li"), "position": "none"});
    let answer = house.client.post(&format!("{path}/overrides"), body).await;
    let fields: Vec<_> =
        answer.json["fields"].as_array().unwrap().iter().map(|field| &field["field"]).collect();
    assert_eq!(fields, ["to", "position", "person_in"]);
}
