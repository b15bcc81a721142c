use serde_json::{Value, json};

use crate::house::{House, fields, house};

fn attribute(name: &str, more: &Value) -> Value {
    let mut whole = json!({"name": name, "title": {"en": name, "zh": "属性"}, "type": "string"});
    whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    whole
}

fn rack(attributes: &Value) -> Value {
    json!({
        "name": "rack", "title": {"en": "Rack", "zh": "机柜"}, "icon": "server",
        "attributes": attributes,
    })
}

async fn put(house: &House, name: &str, version: i64, body: Value) -> testkit::Answer {
    let path = format!("/api/v1/kinds/{name}");
    house.client.send("PUT", &path, Some(body.to_string()), Some(version)).await
}

#[tokio::test]
async fn kind_is_made_and_its_attributes_hold_for_its_resources() {
    let house = house().await;
    let definitions = json!([
        attribute("height_units", &json!({"type": "integer", "min": 1, "max": 60, "unit": "U"})),
        attribute(
            "grade",
            &json!({"type": "enumeration", "required": true, "values": [
            {"value": "a", "title": {"en": "A", "zh": "甲"}},
            {"value": "b", "title": {"en": "B", "zh": "乙"}}]})
        ),
        attribute("plate", &json!({"unique": true, "pattern": "[A-Z]+-\\d+"})),
        attribute("powered_by", &json!({"type": "reference", "refers_to": "host", "list": true})),
        attribute("colour", &json!({"default": "black"})),
    ]);
    let made = house.client.post("/api/v1/kinds", rack(&definitions)).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let again = house.client.post("/api/v1/kinds", rack(&json!([]))).await;
    assert_eq!((again.status.as_u16(), &again.json["code"]), (409, &json!("name-taken")));
    let host = house.make("host", "web1").await;
    let disk = house.make("disk", "sda").await;
    let make = async |attributes: Value| {
        let body = json!({"kind": "rack", "name": "R1", "attributes": attributes});
        house.client.post("/api/v1/resources", body).await
    };
    let good = make(json!({"grade": "a", "plate": "R-1", "powered_by": [host]})).await;
    assert_eq!(good.status, 201, "{}", good.json);
    assert_eq!(good.json["attributes"]["colour"], "black");
    for (attributes, field) in [
        (json!({}), "attributes.grade"),
        (json!({"grade": "c"}), "attributes.grade"),
        (json!({"grade": "a", "height_units": 61}), "attributes.height_units"),
        (json!({"grade": "a", "plate": "x"}), "attributes.plate"),
        (json!({"grade": "a", "plate": "R-1"}), "attributes.plate"),
        (json!({"grade": "a", "powered_by": [disk]}), "attributes.powered_by"),
        (json!({"grade": "a", "powered_by": host}), "attributes.powered_by"),
    ] {
        let refused = make(attributes.clone()).await;
        assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec![field]));
    }
    let path = format!("/api/v1/resources/{}", good.json["id"].as_str().unwrap());
    let refused = house.client.patch(&path, 1, json!({"attributes": {"grade": null}})).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["attributes.grade"]));
    assert_eq!(house.facts().await.iter().filter(|fact| fact.verb == "kind.created").count(), 1);
}

#[tokio::test]
async fn change_that_breaks_resources_is_previewed_refused_and_migrated() {
    let house = house().await;
    let old = json!([attribute("level", &json!({})), attribute("note", &json!({}))]);
    house.client.post("/api/v1/kinds", rack(&old)).await;
    for (name, level) in [("R1", "高"), ("R2", "低")] {
        house.clock.advance(std::time::Duration::from_millis(1));
        let body = json!({"kind": "rack", "name": name, "attributes": {"level": level}});
        assert_eq!(house.client.post("/api/v1/resources", body).await.status, 201);
    }
    let mut new = rack(&json!([
        attribute(
            "grade",
            &json!({"type": "enumeration", "values": [
            {"value": "high", "title": {"en": "high", "zh": "高"}},
            {"value": "low", "title": {"en": "low", "zh": "低"}}]})
        ),
        attribute("note", &json!({"required": true})),
    ]));
    let path = "/api/v1/kinds/rack/preview";
    let preview = house.client.send("POST", path, Some(new.to_string()), Some(1)).await;
    assert_eq!(preview.status, 200, "{}", preview.json);
    assert_eq!((&preview.json["resources"], &preview.json["broken"]), (&json!(2), &json!(2)));
    let misfits = &preview.json["shown"][0]["fields"];
    assert_eq!(misfits[0]["field"], "attributes.level");
    assert_eq!(misfits[1]["field"], "attributes.note");
    let refused = put(&house, "rack", 1, new.clone()).await;
    assert_eq!((refused.status.as_u16(), &refused.json["code"]), (409, &json!("kind-breaks")));
    new["migration"] = json!([
        {"do": "rename", "from": "level", "to": "grade"},
        {"do": "map", "attribute": "grade", "values": {"高": "high", "低": "low"}},
        {"do": "fill", "attribute": "note", "value": "none yet"},
    ]);
    assert_eq!(put(&house, "rack", 7, new.clone()).await.status, 412);
    let done = put(&house, "rack", 1, new).await;
    assert_eq!((done.status.as_u16(), &done.json["version"]), (200, &json!(2)), "{}", done.json);
    let list = house.client.get("/api/v1/resources?kind=rack").await.json;
    let of = |at: usize| list["items"][at]["attributes"].clone();
    assert_eq!(of(0), json!({"grade": "high", "note": "none yet"}));
    assert_eq!(of(1), json!({"grade": "low", "note": "none yet"}));
    let fact = house.facts().await.into_iter().find(|fact| fact.verb == "kind.changed").unwrap();
    assert_eq!(fact.detail["migrated"], 2);
    assert!(fact.before.is_some() && fact.after.is_some());
}

#[tokio::test]
async fn shipped_kinds_can_be_extended_and_not_broken() {
    let house = house().await;
    let disk = house.client.get("/api/v1/kinds/disk").await.json;
    let own: Vec<Value> = disk["attributes"].as_array().unwrap().clone();
    let body = |attributes: Vec<Value>| {
        json!({"title": disk["title"], "icon": disk["icon"], "attributes": attributes,
            "identification": [["serial"]]})
    };
    let mut more = own.clone();
    more.push(attribute("slot", &json!({"type": "integer"})));
    let version = disk["version"].as_i64().unwrap();
    let extended = put(&house, "disk", version, body(more)).await;
    assert_eq!(extended.status, 200, "{}", extended.json);
    let refused = put(&house, "disk", version + 1, body(own[1..].to_vec())).await;
    assert_eq!(fields(&refused.json), ["attributes.device.name"]);
    let mut orphan = body(own);
    orphan["parent"] = json!("host");
    let refused = put(&house, "disk", version + 1, orphan).await;
    assert_eq!(fields(&refused.json), ["parent"]);
    assert_eq!(house.client.get("/api/v1/kinds/nothing").await.status, 404);
}

#[tokio::test]
async fn kinds_need_their_own_permission_everywhere() {
    let house = house().await;
    let within = kernel::Within { units: ["u".to_owned()].into(), ..kernel::Within::default() };
    let scoped = house.client.holding(&["resource.read", "kind.change"], &within);
    assert_eq!(scoped.post("/api/v1/kinds", rack(&json!([]))).await.status, 403);
    assert_eq!(house.client.as_viewer().post("/api/v1/kinds", rack(&json!([]))).await.status, 403);
}

#[tokio::test]
async fn relation_kind_says_ends_cardinality_and_what_a_removal_does() {
    let house = house().await;
    let words = |name: &str, more: Value| {
        let mut body = json!({"name": name, "forward": {"en": "feeds", "zh": "供电给"},
            "backward": {"en": "is fed by", "zh": "由其供电"}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let make = async |name: &str, more: Value| {
        house.client.post("/api/v1/relation-kinds", words(name, more)).await
    };
    let one = json!({"source_kinds": ["service"], "target_kinds": ["host"], "targets": "1",
        "sources": "0..1"});
    assert_eq!(make("sits-on", one).await.status, 201);
    let [a, b] = [house.make("host", "a").await, house.make("host", "b").await];
    let [s, t] = [house.make("website", "s").await, house.make("service", "t").await];
    let disk = house.make("disk", "d").await;
    let made = house.relate("sits-on", &s, &a).await;
    assert_eq!(made.status, 201, "a website is a service: {}", made.json);
    for (from, to, code) in
        [(&disk, &b, "wrong-end"), (&t, &a, "second-source"), (&s, &b, "second-target")]
    {
        assert_eq!(house.relate("sits-on", from, to).await.json["code"], code);
    }
    let path = format!("/api/v1/relations/{}", made.json["id"].as_str().unwrap());
    assert_eq!(house.client.delete(&path, None).await.json["code"], "last-relation");
    let body = json!({"kind": "sits-on", "from": s, "to": b, "replaces": true});
    assert_eq!(house.client.post("/api/v1/relations", body).await.status, 201);
    assert_eq!(
        house.client.get(&format!("/api/v1/resources/{a}/relations")).await.json["items"],
        json!([])
    );

    assert_eq!(make("needs", json!({"on_retirement": "refuse"})).await.status, 201);
    assert_eq!(make("goes-with", json!({"on_retirement": "retire"})).await.status, 201);
    assert_eq!(make("linked", json!({"on_retirement": "end"})).await.status, 201);
    house.relate("goes-with", &disk, &a).await;
    house.relate("linked", &t, &a).await;
    let needs = house.relate("needs", &b, &disk).await.json;
    let path_of_a = format!("/api/v1/resources/{a}");
    let refused = house.client.delete(&path_of_a, Some(1)).await;
    assert_eq!((refused.status.as_u16(), &refused.json["code"]), (409, &json!("still-needed")));
    let path = format!("/api/v1/relations/{}", needs["id"].as_str().unwrap());
    assert_eq!(house.client.delete(&path, None).await.status, 204);
    assert_eq!(house.client.delete(&path_of_a, Some(1)).await.status, 200);
    let gone = house.client.get(&format!("/api/v1/resources/{disk}")).await.json;
    assert_eq!(gone["retired"], true, "the disk goes with its host");
    let kept = house.client.get(&format!("/api/v1/resources/{t}/relations")).await.json;
    assert_eq!(kept["items"], json!([]), "the link has ended");
}

#[tokio::test]
async fn relation_kind_that_contradicts_what_is_there_is_refused() {
    let house = house().await;
    let [a, b] = [house.make("host", "a").await, house.make("host", "b").await];
    let words = json!({"forward": {"en": "knows", "zh": "知道"},
        "backward": {"en": "is known by", "zh": "被知道"}});
    let with = |more: Value| {
        let mut body = words.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let made = house.client.post("/api/v1/relation-kinds", with(json!({"name": "knows"}))).await;
    assert_eq!(made.status, 201, "{}", made.json);
    house.relate("knows", &a, &b).await;
    house.relate("knows", &b, &a).await;
    let put = async |more: Value| {
        let path = "/api/v1/relation-kinds/knows";
        let body = with(more).to_string();
        house.client.send("PUT", path, Some(body), Some(1)).await
    };
    assert_eq!(fields(&put(json!({"acyclic": true})).await.json), ["acyclic"]);
    assert_eq!(put(json!({"source_kinds": ["disk"]})).await.json["code"], "relation-kind-breaks");
    assert_eq!(fields(&put(json!({"source_kinds": ["hots"]})).await.json), ["source_kinds"]);
    assert_eq!(fields(&put(json!({"targets": "2"})).await.json), ["targets"]);
    assert_eq!(put(json!({"targets": "0..1", "weight": 50})).await.status, 200);
}

#[tokio::test]
async fn life_goes_by_the_states_of_the_kind() {
    let house = house().await;
    let body = json!({"kind": "host", "name": "new", "life_cycle": "planned"});
    let made = house.client.post("/api/v1/resources", body).await.json;
    let path = format!("/api/v1/resources/{}", made["id"].as_str().unwrap());
    let step = async |version: i64, to: &str| {
        house.client.patch(&path, version, json!({"life_cycle": to})).await
    };
    assert_eq!(step(1, "in-use").await.json["life_cycle"], "in-use");
    let refused = step(2, "planned").await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (400, vec!["life_cycle"]));
    let retired = step(2, "retired").await.json;
    assert_eq!((&retired["retired"], &retired["life_cycle"]), (&json!(true), &json!("retired")));
    assert_eq!(step(3, "disposed").await.status, 200);
    assert_eq!(fields(&step(4, "in-use").await.json), ["life_cycle"]);
    let stock = house.client.get("/api/v1/resources?retired=true&life_cycle=disposed").await.json;
    assert_eq!(stock["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn tag_is_one_word_whatever_its_case_and_renamed_everywhere() {
    let house = house().await;
    let make = async |name: &str, tags: Value| {
        house.clock.advance(std::time::Duration::from_millis(1));
        let body = json!({"kind": "host", "name": name, "tags": tags});
        house.client.post("/api/v1/resources", body).await
    };
    let first = make("a", json!([" Core ", "core", "db"])).await;
    assert_eq!(first.json["tags"], json!(["Core", "db"]), "{}", first.json);
    assert_eq!(make("b", json!(["CORE"])).await.json["tags"], json!(["Core"]));
    for wrong in [json!([""]), json!(["x".repeat(61)]), json!(vec!["x"; 51])] {
        assert_eq!(fields(&make("c", wrong).await.json), ["tags"]);
    }
    let put = async |word: &str, colour: &str| {
        let body = json!({"colour": colour}).to_string();
        house.client.send("PUT", &format!("/api/v1/tags/{word}"), Some(body), None).await
    };
    assert_eq!(put("core", "#2563EB").await.json["colour"], "#2563eb");
    assert_eq!(fields(&put("core", "blue").await.json), ["colour"]);
    let renamed = house.client.post("/api/v1/tags/core/rename", json!({"to": "核心"})).await;
    assert_eq!((renamed.status.as_u16(), &renamed.json["word"]), (200, &json!("核心")));
    let merged = house.client.post("/api/v1/tags/db/rename", json!({"to": "核心"})).await;
    assert_eq!(merged.status, 200, "{}", merged.json);
    let tags = house.client.get("/api/v1/tags").await.json;
    assert_eq!(tags["items"], json!([{"word": "核心", "colour": "#2563eb", "uses": 2}]));
    let path = format!("/api/v1/resources/{}", first.json["id"].as_str().unwrap());
    let found = house.client.get(&path).await.json;
    assert_eq!(found["tags"], json!(["核心"]));
    let list = house.client.get("/api/v1/resources?tag=%E6%A0%B8%E5%BF%83").await.json;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(house.client.delete("/api/v1/tags/%E6%A0%B8%E5%BF%83", None).await.status, 204);
    assert_eq!(house.client.delete("/api/v1/tags/nothing", None).await.status, 404);
    assert_eq!(house.client.get(&path).await.json["tags"], json!([]));
    let past = format!("{path}?as_of=2023-11-14T22:13:20.001Z");
    assert_eq!(house.client.get(&past).await.json["life_cycle"], "in-use");
}

/// Ports of 99999999 and -5 were taken, and an availability of 150 %.
#[tokio::test]
async fn shipped_attributes_have_their_bounds() {
    let house = house().await;
    for (kind, attribute, refused, taken) in [
        (
            "service",
            "port",
            vec![json!(0), json!(-5), json!(65_536)],
            vec![json!(1), json!(65_535)],
        ),
        ("website", "port", vec![json!(99_999_999)], vec![json!(443)]),
        ("business-system", "availability_target", vec![json!(150), json!(-1)], vec![json!(99.9)]),
        ("disk", "size_bytes", vec![json!(-1)], vec![json!(0)]),
    ] {
        for (values, status) in [(refused, 400), (taken, 201)] {
            for value in values {
                let body = json!({"kind": kind, "name": "x", "attributes": {attribute: value}});
                let answer = house.client.post("/api/v1/resources", body.clone()).await;
                assert_eq!(answer.status, status, "{body}: {}", answer.json);
            }
        }
    }
}

/// What was there before its bounds did not have to be mended by who changes something else.
#[tokio::test]
async fn value_of_before_its_bounds_is_written_back() {
    let house = house().await;
    let id = house.make("service", "old").await;
    let mut tx = house.records.db.begin().await.unwrap();
    let earlier = "UPDATE resources_resource SET attributes = '{\"port\":-5}'";
    sqlx::query(earlier).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/api/v1/resources/{id}");
    let again = json!({"description": "x", "attributes": {"port": -5}});
    assert_eq!(house.client.patch(&path, 1, again).await.status, 200);
    let other = json!({"attributes": {"port": -6}});
    assert_eq!(house.client.patch(&path, 2, other).await.status, 400);
}
