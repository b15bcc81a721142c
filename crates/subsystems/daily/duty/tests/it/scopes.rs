use kernel::Within;
use serde_json::{Value, json};

use crate::house::{House, house};

#[tokio::test]
async fn each_sees_and_changes_only_what_belongs_to_their_units() {
    let house = house().await;
    let own = house.roster(house.daily(&["zhang", "li"])).await;
    let mut other = house.daily(&["wang"]);
    (other["unit_id"], other["name"]) = (json!(house.other_unit), json!("网络值班"));
    let other = house.roster(other).await;
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    // Nobody in particular: what people see as themselves does not count here.
    house.tie("administrator", "zhao");
    let chief = house.client.holding(&["duty.read", "duty.change"], &within);
    let names = |answer: &testkit::Answer| -> Vec<String> {
        let items = answer.json["items"].as_array().unwrap();
        items.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&chief.get("/api/v1/duty/rosters").await), std::slice::from_ref(&own));
    let on = chief.get("/api/v1/duty/on-duty?at=2026-09-21T12:00:00Z").await;
    assert_eq!(on.json["items"].as_array().unwrap().len(), 1);
    for path in ["", "/spans", "/fairness", "/overrides", "/versions"] {
        let path = format!("/api/v1/duty/rosters/{other}{path}");
        assert_eq!(chief.get(&path).await.status, 404, "{path}");
    }
    let path = format!("/api/v1/duty/rosters/{other}");
    let body = house.daily(&["wang"]);
    let put = chief.send("PUT", &path, Some(body.to_string()), Some(1)).await;
    assert_eq!(put.status, 404);
    // Nor can a roster be moved to where one holds nothing.
    let mut moved = house.daily(&["zhang"]);
    moved["unit_id"] = json!(house.other_unit);
    let path = format!("/api/v1/duty/rosters/{own}");
    let put = chief.send("PUT", &path, Some(moved.to_string()), Some(1)).await;
    assert_eq!(put.status, 404, "{}", put.json);
    let reader = house.client.holding(&["duty.read"], &within);
    assert_eq!(reader.delete(&path, Some(1)).await.status, 403);
    let stranger = house.client.as_stranger();
    assert_eq!(stranger.get(&path).await.status, 401);
}

/// What belongs to the other unit, by their ids.
struct Elsewhere {
    he: String,
    post: String,
    roster: String,
    chain: String,
}

async fn elsewhere(house: &House) -> Elsewhere {
    let body = json!({"number": "he", "name": "何静", "from": "2020-01-01",
        "unit_id": house.other_unit});
    let he = house.made("/api/v1/people", body).await;
    let body = json!({"unit_id": house.other_unit, "code": "net-1", "from": "2020-01-01",
        "title": {"en": "Network", "zh": "网络岗"}});
    let post = house.made("/api/v1/posts", body).await;
    let mut roster = house.daily(&["wang"]);
    (roster["unit_id"], roster["name"]) = (json!(house.other_unit), json!("网络值班"));
    let roster = house.roster(roster).await;
    let chain = json!({"name": "网络", "unit_id": house.other_unit, "repeats": 0,
        "steps": [{"targets": [{"kind": "person", "person_id": he}], "wait_minutes": 5}]});
    let chain = house.made("/api/v1/duty/chains", chain).await;
    Elsewhere { he, post, roster, chain }
}

/// What names something of the other unit: where it is sent, what it says, and the field that does.
fn naming(house: &House, own: &str, elsewhere: &Elsewhere) -> Vec<(String, Value, &'static str)> {
    let Elsewhere { he, post, roster, chain } = elsewhere;
    let mut with_he = house.daily(&["zhang", "li"]);
    with_he["positions"][0]["reserves"] = json!([he]);
    let mut with_post = house.daily(&["zhang", "li"]);
    with_post["positions"][0]["post_id"] = json!(post);
    let preview = json!({"roster": with_he});
    let instead =
        |key: &str| json!({"from": "2026-09-22T00:00:00Z", "to": "2026-09-23T00:00:00Z", key: he});
    let calls = |target: Value| {
        json!({"name": "机房", "unit_id": house.unit, "repeats": 0,
            "steps": [{"targets": [target], "wait_minutes": 5}]})
    };
    let mut then = calls(json!({"kind": "person", "person_id": house.id("li")}));
    then["then_chain"] = json!(chain);
    let item = json!({"unit_id": house.unit, "owner_id": he, "period": "week",
        "day": "2026-09-23", "title": "更换电池"});
    let rounds = |by: Value| {
        json!({"unit_id": house.unit, "name": "机房巡检", "by": by,
            "schedule": {"zone": "Asia/Shanghai", "calendar": "china", "from": "2026-09-01",
                "every": "day", "windows": [{"from": "08:00", "to": "10:00"}]},
            "items": [{"key": "door", "name": "门禁正常", "kind": "yes_no"}]})
    };
    let overrides = format!("rosters/{own}/overrides");
    let named = [
        ("rosters", with_he, "positions[0]"),
        ("rosters", with_post, "positions[0].post_id"),
        ("preview", preview, "positions[0]"),
        (&overrides, instead("person_in"), "person_in"),
        (&overrides, instead("person_out"), "person_out"),
        ("chains", calls(json!({"kind": "person", "person_id": he})), "steps[0].targets[0]"),
        ("chains", calls(json!({"kind": "post", "post_id": post})), "steps[0].targets[0]"),
        ("chains", then, "then_chain"),
        ("work-items", item, "owner_id"),
        ("inspections", rounds(json!({"post_id": post})), "by.post_id"),
        ("inspections", rounds(json!({"roster_id": roster})), "by.roster_id"),
    ];
    named.map(|(path, body, field)| (format!("/api/v1/duty/{path}"), body, field)).into()
}

/// The id of what is elsewhere would tell its name.
#[tokio::test]
async fn what_is_out_of_sight_is_not_there_to_be_named() {
    let house = house().await;
    let elsewhere = elsewhere(&house).await;
    let own = house.roster(house.daily(&["zhang", "li"])).await;
    house.tie("administrator", "zhao");
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let nouns = ["duty", "inspection", "work-plan", "directory"];
    let all: Vec<String> =
        nouns.iter().flat_map(|noun| [format!("{noun}.read"), format!("{noun}.change")]).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let chief = house.client.holding(&all, &within);
    for (path, body, field) in naming(&house, &own, &elsewhere) {
        let refused = chief.post(&path, body).await;
        let found = refused.json["fields"][0]["field"].as_str();
        assert_eq!((refused.status.as_u16(), found), (400, Some(field)), "{path} {}", refused.json);
    }
    // Whom a roster names already may stay in it.
    let mut wide = house.daily(&["zhang", "li"]);
    wide["positions"][0]["reserves"] = json!([elsewhere.he]);
    let path = format!("/api/v1/duty/rosters/{own}");
    let put = house.client.send("PUT", &path, Some(wide.to_string()), Some(1)).await;
    assert_eq!(put.status, 200, "{}", put.json);
    wide["name"] = json!("机房值班二");
    let put = chief.send("PUT", &path, Some(wide.to_string()), Some(2)).await;
    assert_eq!(put.status, 200, "{}", put.json);
}

/// What one sees of leads to what one does not.
#[tokio::test]
async fn chains_and_rosters_out_of_sight_are_not_named_by_what_they_have_to_do_with() {
    let house = house().await;
    let elsewhere = elsewhere(&house).await;
    house.tie("administrator", "zhao");
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let chief = house.client.holding(&["duty.read", "duty.change"], &within);
    let chain = |name: &str, then: &str| {
        json!({"name": name, "unit_id": house.unit, "repeats": 0, "then_chain": then,
            "steps": [{"targets": [{"kind": "person", "person_id": house.id("li")}],
                "wait_minutes": 5}]})
    };
    // The second goes on with theirs, and theirs is to go on with the first.
    let mut first = chain("首", "");
    first.as_object_mut().unwrap().remove("then_chain");
    let last = house.made("/api/v1/duty/chains", first.clone()).await;
    let path = format!("/api/v1/duty/chains/{}", elsewhere.chain);
    let wanted = json!({"name": "网络", "unit_id": house.other_unit, "repeats": 0,
        "then_chain": last,
        "steps": [{"targets": [{"kind": "person", "person_id": elsewhere.he}],
            "wait_minutes": 5}]});
    let put = house.put(&path, 1, wanted).await;
    assert_eq!(put.status, 200, "{}", put.json);
    let own = house.made("/api/v1/duty/chains", chain("次", &elsewhere.chain)).await;
    let path = format!("/api/v1/duty/chains/{last}");
    let looped = chief.send("PUT", &path, Some(chain("首", &own).to_string()), Some(1)).await;
    assert_eq!(looped.json["fields"][0]["found"], "首 → 次 → … → 首", "{}", looped.json);
    let needed = chief.delete(&path, Some(1)).await;
    assert_eq!(needed.json["code"], "needed", "{}", needed.json);
    assert!(!needed.json.to_string().contains("网络"), "{}", needed.json);
    // Who is on elsewhere at the same time is so in a roster without a name.
    let roster = house.roster(house.daily(&["wang"])).await;
    let path = format!(
        "/api/v1/duty/rosters/{roster}/spans?from=2026-09-22T00:00:00Z&to=2026-09-23T00:00:00Z"
    );
    for (client, named) in [(&house.client, true), (&chief, false)] {
        let seen = client.get(&path).await.json;
        let problem = &seen["problems"][0];
        assert_eq!(problem["kind"], "twice", "{seen}");
        assert_eq!(problem["about"].as_str().unwrap().contains("网络值班"), named, "{seen}");
    }
    house.run("duty.watch").await;
    let facts = house.facts().await;
    let found = facts.iter().filter(|row| row.verb == "duty.problem_found");
    let about: Vec<_> = found.map(|row| row.detail["about"].clone()).collect();
    assert!(!about.is_empty() && about.iter().all(|about| about == "…"), "{about:?}");
}
