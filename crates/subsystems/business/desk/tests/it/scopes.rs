use kernel::Within;
use serde_json::{Value, json};

use testkit::Client;

use crate::house::{House, house};

impl House {
    /// Who may do everything with the tickets of the first unit, and knows the organisation as far
    /// as these units.
    fn chief_who_knows(&self, units: &[&str]) -> Client {
        let own = json!({"units": [self.unit]});
        let held = json!({"directory.read": {"units": units}, "ticket.read": own,
            "ticket.create": own, "ticket.work": own, "ticket.assign": own});
        self.client.as_viewer().with_header("x-test-held", &held.to_string())
    }
}

fn numbers(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn each_sees_and_does_what_belongs_to_their_units() {
    let house = house().await;
    let own = house.ticket("request").await;
    let mut other = house.body("incident");
    other["unit_id"] = json!(house.other_unit);
    let other = house.made("/api/v1/tickets", other).await;
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let all = ["ticket.read", "ticket.create", "ticket.work", "ticket.assign"];
    let chief = house.client.holding(&all, &within);
    assert_eq!(numbers(&chief.get("/api/v1/tickets").await.json), ["REQ-1"]);
    assert_eq!(chief.get("/api/v1/ticket-counts").await.json["open"], 1);
    let figures = chief.get("/api/v1/ticket-figures").await.json;
    assert_eq!(figures["items"].as_array().unwrap().len(), 1);
    for path in ["", "/entries", "/clocks"] {
        let path = format!("/api/v1/tickets/{other}{path}");
        assert_eq!(chief.get(&path).await.status, 404, "{path}");
    }
    let note = json!({"text": "x"});
    let refused = house.post_as(&chief, &format!("{other}/comments"), note.clone()).await;
    assert_eq!(refused.status, 404);
    let mut body = house.body("request");
    body["unit_id"] = json!(house.other_unit);
    let beyond = chief.post("/api/v1/tickets", body).await;
    assert_eq!((beyond.status.as_u16(), &beyond.json["code"]), (403, &json!("out-of-scope")));
    let reader = house.client.holding(&["ticket.read"], &within);
    assert_eq!(house.post_as(&reader, &format!("{own}/comments"), note.clone()).await.status, 403);
    // A link shows nothing of what one does not see.
    house.post(&format!("{own}/links"), json!({"kind": "relates_to", "other_id": other})).await;
    let seen = chief.get(&format!("/api/v1/tickets/{own}")).await;
    assert_eq!(seen.json["links"], json!([]));
    let link = json!({"kind": "parent", "other_id": other});
    assert_eq!(house.post_as(&chief, &format!("{own}/links"), link).await.status, 404);
    // Who helps sees and works; who has helped still sees.
    house.post(&format!("{other}/assists"), json!({"unit_id": house.unit})).await;
    assert_eq!(chief.get(&format!("/api/v1/tickets/{other}")).await.status, 200);
    assert_eq!(numbers(&chief.get("/api/v1/tickets").await.json), ["INC-1", "REQ-1"]);
    let answer = json!({"text": "done"});
    let answered = house.post_as(&chief, &format!("{other}/assists/2/answer"), answer).await;
    assert_eq!(answered.status, 200, "{}", answered.json);
    assert_eq!(house.post_as(&chief, &format!("{other}/comments"), note).await.status, 403);
    let stranger = house.client.as_stranger();
    assert_eq!(stranger.get("/api/v1/tickets").await.status, 401);
}

/// All texts, names and units of canned replies once went to whoever read a ticket anywhere.
#[tokio::test]
async fn canned_replies_of_units_that_are_not_seen_are_not_listed() {
    let house = house().await;
    let path = "/api/v1/canned-replies";
    for (name, unit) in
        [("all", None), ("own", Some(&house.unit)), ("net", Some(&house.other_unit))]
    {
        let text = json!({"en": name, "zh": name});
        house.made(path, json!({"name": text, "text": text, "unit_id": unit})).await;
    }
    let names = |page: Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|one| one["reply"]["name"]["en"].as_str().unwrap().to_owned()).collect()
    };
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let chief = house.client.holding(&["ticket.read", "ticket.work"], &within);
    assert_eq!(names(chief.get(path).await.json), ["all", "own"]);
    assert_eq!(names(house.got(path).await), ["all", "own", "net"]);
}

#[tokio::test]
async fn who_works_takes_what_is_nobodys_and_gives_nothing_to_others() {
    let house = house().await;
    let id = house.ticket("request").await;
    let within = Within { units: [house.unit.clone()].into(), ..Within::default() };
    let li = house.client.holding(&["ticket.read", "ticket.work"], &within);
    let path = format!("{id}/assignment");
    let to_zhang = json!({"person_id": house.people["zhang"]});
    assert_eq!(house.post_as(&li, &path, to_zhang.clone()).await.status, 403);
    let to_li = json!({"person_id": house.people["li"]});
    assert_eq!(house.post_as(&li, &path, to_li.clone()).await.status, 200);
    assert_eq!(house.post_as(&li, &path, json!({})).await.status, 200);
    house.post(&path, to_zhang).await;
    assert_eq!(house.post_as(&li, &path, to_li).await.status, 403, "it is somebody's");
    let hand_over = json!({"transition": "hand_over", "unit_id": house.other_unit});
    let refused = house.post_as(&li, &format!("{id}/transitions"), hand_over.clone()).await;
    assert_eq!(refused.status, 403);
    // Who gives a ticket to another unit is shown what they did.
    let chief = house.chief_who_knows(&[&house.unit, &house.other_unit]);
    let given = house.post_as(&chief, &format!("{id}/transitions"), hand_over).await;
    assert_eq!(given.status, 200, "{}", given.json);
    assert_eq!(given.json["unit"]["id"], json!(house.other_unit));
}

#[tokio::test]
async fn who_lacks_a_permission_is_told_the_one_that_the_transition_asks_for() {
    let house = house().await;
    let id = house.ticket("request").await;
    let own = json!({"units": [house.unit]});
    // They may work and assign, but in the other unit only; here they read.
    let other = json!({"units": [house.other_unit]});
    let held = json!({"ticket.read": own, "ticket.work": other, "ticket.assign": other});
    let client = house.client.as_viewer().with_header("x-test-held", &held.to_string());
    let work = json!({"transition": "accept"});
    let refused = house.post_as(&client, &format!("{id}/transitions"), work).await;
    assert_eq!(refused.status, 403);
    let names = |text: &Value, permission: &str| text.to_string().contains(permission);
    assert!(names(&refused.json, "`ticket.work`"), "{}", refused.json);
    let hand_over = json!({"transition": "hand_over", "unit_id": house.other_unit});
    let refused = house.post_as(&client, &format!("{id}/transitions"), hand_over).await;
    assert!(names(&refused.json, "`ticket.assign`"), "{}", refused.json);
}

/// A person, a post and a region of nobody in the first unit.
async fn elsewhere(house: &House) -> [String; 3] {
    let wang = json!({"number": "wang", "name": "王芳", "from": "2020-01-01",
        "unit_id": house.other_unit});
    let post = json!({"unit_id": house.other_unit, "code": "net-1", "from": "2020-01-01",
        "title": {"en": "Network", "zh": "网络岗"}});
    let region = json!({"code": "330000", "name": {"en": "Zhejiang", "zh": "浙江省"},
        "from": "2020-01-01"});
    [
        house.made("/api/v1/people", wang).await,
        house.made("/api/v1/posts", post).await,
        house.made("/api/v1/regions", region).await,
    ]
}

/// The id of what is elsewhere would tell its name.
#[tokio::test]
async fn what_is_out_of_sight_is_not_there_to_be_named() {
    let house = house().await;
    let id = house.ticket("request").await;
    let [wang, post, region] = elsewhere(&house).await;
    let chief = house.chief_who_knows(&[&house.unit]);
    let named: [(&str, &str, Value); 4] = [
        ("requester.person_id", "/content/requester", json!({"person_id": wang})),
        ("region_id", "/content/region_id", json!(region)),
        ("person_id", "/person_id", json!(wang)),
        ("post_id", "/post_id", json!(post)),
    ];
    for (field, place, value) in named {
        let mut body = house.body("request");
        let (parent, key) = place.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[key] = value;
        let refused = chief.post("/api/v1/tickets", body).await;
        assert_eq!((refused.status.as_u16(), field_of(&refused.json)), (400, field));
    }
    let hand_over = json!({"transition": "hand_over", "unit_id": house.other_unit});
    let steps = [
        ("assignment", json!({"person_id": wang}), "person_id"),
        ("assignment", json!({"post_id": post}), "post_id"),
        ("assists", json!({"unit_id": house.other_unit}), "unit_id"),
        ("transitions", hand_over, "unit_id"),
        ("transitions", json!({"transition": "accept", "person_id": wang}), "person_id"),
        ("major", json!({"lead_id": wang, "every_minutes": 30}), "lead_id"),
    ];
    for (path, body, field) in steps {
        let refused = house.post_as(&chief, &format!("{id}/{path}"), body).await;
        assert_eq!((refused.status.as_u16(), field_of(&refused.json)), (400, field), "{path}");
    }
    // Oneself may be named by whoever knows nothing else.
    let alone = house.chief_who_knows(&[]);
    let own = json!({"person_id": house.people["li"]});
    assert_eq!(house.post_as(&alone, &format!("{id}/assignment"), own).await.status, 200);
}

#[tokio::test]
async fn what_a_ticket_names_already_stays_and_who_sees_more_names_more() {
    let house = house().await;
    let id = house.ticket("request").await;
    let [wang, ..] = elsewhere(&house).await;
    let chief = house.chief_who_knows(&[&house.unit]);
    let to_wang = json!({"person_id": wang});
    house.post(&format!("{id}/assignment"), to_wang.clone()).await;
    let again = house.post_as(&chief, &format!("{id}/assignment"), to_wang.clone()).await;
    assert_eq!(again.status, 200, "{}", again.json);
    let path = format!("/api/v1/tickets/{id}");
    let mut content = house.body("request")["content"].clone();
    content["requester"] = to_wang;
    for (client, subject) in [(&house.client, "打印机"), (&chief, "打印机卡纸")] {
        content["subject"] = json!(subject);
        let version = house.page(&id).await["version"].as_i64();
        let changed = client.send("PUT", &path, Some(content.to_string()), version).await;
        assert_eq!(changed.status, 200, "{}", changed.json);
    }
    let wide = house.chief_who_knows(&[&house.unit, &house.other_unit]);
    let to_other = json!({"unit_id": house.other_unit});
    let asked = house.post_as(&wide, &format!("{id}/assists"), to_other).await;
    assert_eq!(asked.status, 200, "{}", asked.json);
}

fn field_of(problem: &Value) -> &str {
    problem["fields"][0]["field"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn link_to_what_is_out_of_sight_is_not_there_to_be_removed() {
    let house = house().await;
    let own = house.ticket("request").await;
    let mut other = house.body("incident");
    other["unit_id"] = json!(house.other_unit);
    let other = house.made("/api/v1/tickets", other).await;
    house.post(&format!("{own}/links"), json!({"kind": "relates_to", "other_id": other})).await;
    let chief = house.chief_who_knows(&[&house.unit]);
    let unlink = async |client: &Client, other: &str| {
        let version = house.page(&own).await["version"].as_i64();
        let path = format!("/api/v1/tickets/{own}/links/relates_to/{other}");
        client.delete(&path, version).await.status
    };
    for id in [other.as_str(), "01890a5d-ac96-774b-bcce-b302099a8099"] {
        assert_eq!(unlink(&chief, id).await, 404, "{id}");
    }
    assert_eq!(unlink(&house.client, &other).await, 200);
}

/// Whoever sees a ticket by its unit need not see what it is about.
#[tokio::test]
async fn resource_out_of_sight_has_no_name_on_a_ticket() {
    let house = house().await;
    let host = json!({"kind": "host", "name": "secret-host"});
    let host = house.made("/api/v1/resources", host).await;
    let mut body = house.body("request");
    body["content"]["resource_ids"] = json!([host]);
    let id = house.made("/api/v1/tickets", body).await;
    assert_eq!(house.page(&id).await["resources"][0]["name"]["en"], "secret-host");
    let chief = house.chief_who_knows(&[&house.unit]);
    let path = format!("/api/v1/tickets/{id}");
    let seen = chief.get(&path).await.json;
    assert_eq!(seen["resources"][0]["id"], json!(host));
    assert!(!seen.to_string().contains("secret-host"), "{seen}");
    // It stays when they change what the ticket says.
    let mut content = house.body("request")["content"].clone();
    content["resource_ids"] = json!([host]);
    content["subject"] = json!("打印机");
    let changed = chief.send("PUT", &path, Some(content.to_string()), Some(1)).await;
    assert_eq!(changed.status, 200, "{}", changed.json);
    assert_eq!(house.page(&id).await["resources"][0]["id"], json!(host));
}
