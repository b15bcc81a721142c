use kernel::{Actor, ActorKind, Caller, Fault, Within};
use resources::{PlanDecision, PlanId};
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::house::{House, fields, house};

async fn post(client: &Client, path: &str, version: i64, body: Value) -> Answer {
    client.send("POST", path, Some(body.to_string()), Some(version)).await
}

/// Three hosts, by their ids.
async fn hosts(house: &House) -> Vec<String> {
    vec![
        house.make("host", "a").await,
        house.make("host", "b").await,
        house.make("host", "c").await,
    ]
}

async fn contact(house: &House, id: &str) -> Value {
    let answer = house.client.get(&format!("/api/v1/resources/{id}")).await.json;
    answer["attributes"]["contact"].clone()
}

#[tokio::test]
async fn bulk_change_is_previewed_and_then_made_of_exactly_those() {
    let house = house().await;
    let ids = hosts(&house).await;
    let bulk = json!({"filter": "kind = host and name in (a, b)",
        "edit": {"attributes": {"contact": "Mara"}, "tags_added": ["核心"]}});
    let preview = house.client.post("/api/v1/resources/bulk/preview", bulk.clone()).await.json;
    assert_eq!(
        (&preview["resources"], &preview["changed"], &preview["refused"]),
        (&json!(2), &json!(2), &json!(0)),
        "{preview}"
    );
    let differences = &preview["steps"][0]["differences"];
    assert_eq!(
        *differences,
        json!([
        {"field": "tags", "before": [], "after": ["核心"]},
        {"field": "attributes.contact", "before": null, "after": "Mara"}])
    );
    assert_eq!(contact(&house, &ids[0]).await, Value::Null, "a preview changes nothing");
    assert_eq!(house.facts().await.len(), 3);
    let apply = json!({"bulk": bulk, "signature": preview["signature"]});
    let applied = house.client.post("/api/v1/resources/bulk", apply.clone()).await;
    assert_eq!((applied.status.as_u16(), &applied.json["changed"]), (200, &json!(2)));
    assert_eq!(contact(&house, &ids[1]).await, json!("Mara"));
    assert_eq!(contact(&house, &ids[2]).await, Value::Null);
    let facts = house.facts().await;
    let cause = facts.iter().find(|fact| fact.verb == "bulk.applied").unwrap().seq;
    let caused = facts.iter().filter(|fact| fact.cause == Some(cause)).count();
    assert_eq!(caused, 2, "each change tells of the bulk change that led to it");
    let again = house.client.post("/api/v1/resources/bulk", apply).await;
    assert_eq!((again.status.as_u16(), &again.json["code"]), (409, &json!("register-changed")));
}

#[tokio::test]
async fn bulk_change_reaches_what_a_list_of_the_same_words_holds() {
    let house = house().await;
    let ids = hosts(&house).await;
    let service = house.make("service", "b").await;
    let retired = house.make("host", "old").await;
    house.client.delete(&format!("/api/v1/resources/{retired}"), Some(1)).await;
    for (words, expected) in [
        (json!({"q": "B"}), vec![&ids[1], &service]),
        (json!({"q": "b", "kind": "host"}), vec![&ids[1]]),
        (json!({"kind": "service"}), vec![&service]),
        (json!({"retired": true}), vec![&retired]),
        (json!({"q": ""}), vec![&ids[0], &ids[1], &ids[2], &service]),
    ] {
        let mut bulk = json!({"filter": "", "edit": {"description": "x"}});
        bulk.as_object_mut().unwrap().extend(words.as_object().unwrap().clone());
        let preview = house.client.post("/api/v1/resources/bulk/preview", bulk).await.json;
        let steps = preview["steps"].as_array().unwrap();
        let mut found: Vec<&str> = steps.iter().filter_map(|it| it["resource"].as_str()).collect();
        found.sort_unstable();
        let mut expected: Vec<&str> = expected.into_iter().map(String::as_str).collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{words}: {preview}");
    }
    let both = json!({"ids": ids, "q": "b", "retire": true});
    assert_eq!(house.client.post("/api/v1/resources/bulk/preview", both).await.status, 400);
}

#[tokio::test]
async fn bulk_change_is_refused_when_the_register_changed_since_the_preview() {
    let house = house().await;
    let ids = hosts(&house).await;
    let bulk = json!({"filter": "kind = host", "edit": {"attributes": {"contact": "Mara"}}});
    let preview = house.client.post("/api/v1/resources/bulk/preview", bulk.clone()).await.json;
    house.make("host", "d").await;
    let apply = json!({"bulk": bulk, "signature": preview["signature"]});
    let refused = house.client.post("/api/v1/resources/bulk", apply).await;
    assert_eq!((refused.status.as_u16(), &refused.json["code"]), (409, &json!("register-changed")));
    assert_eq!(contact(&house, &ids[0]).await, Value::Null);
}

#[tokio::test]
async fn one_refusal_stops_a_bulk_change_unless_it_is_left_out() {
    let house = house().await;
    let ids = hosts(&house).await;
    let disk = house.make("disk", "sda").await;
    let bulk = json!({"ids": [ids[0], disk], "edit": {"attributes": {"contact": "Mara"}}});
    let preview = house.client.post("/api/v1/resources/bulk/preview", bulk.clone()).await.json;
    assert_eq!((&preview["resources"], &preview["refused"]), (&json!(2), &json!(1)), "{preview}");
    assert_eq!(preview["steps"][0]["about"], "sda");
    assert!(preview["steps"][0]["refused"]["text"]["zh"].as_str().unwrap().contains("contact"));
    let mut apply = json!({"bulk": bulk, "signature": preview["signature"]});
    let refused = house.client.post("/api/v1/resources/bulk", apply.clone()).await;
    assert_eq!((refused.status.as_u16(), &refused.json["code"]), (409, &json!("changes-refused")));
    assert_eq!(fields(&refused.json), ["changes.1"]);
    assert_eq!(contact(&house, &ids[0]).await, Value::Null, "all or nothing");
    apply["leave_out_refused"] = json!(true);
    let applied = house.client.post("/api/v1/resources/bulk", apply).await;
    assert_eq!(
        (applied.status.as_u16(), &applied.json["changed"]),
        (200, &json!(1)),
        "{}",
        applied.json
    );
    assert_eq!(contact(&house, &ids[0]).await, json!("Mara"));
}

#[tokio::test]
async fn bulk_change_reaches_no_further_than_the_callers_scope() {
    let house = house().await;
    let ids = hosts(&house).await;
    let within = Within { resources: [ids[0].clone()].into(), ..Within::default() };
    let scoped = house.client.holding(&["resource.read", "resource.change"], &within);
    let bulk = json!({"filter": "kind = host", "edit": {"attributes": {"contact": "Mara"}}});
    let preview = scoped.post("/api/v1/resources/bulk/preview", bulk).await.json;
    assert_eq!(preview["resources"], 1, "{preview}");
    let bulk = json!({"ids": ids, "edit": {"attributes": {"contact": "Mara"}}});
    assert_eq!(scoped.post("/api/v1/resources/bulk/preview", bulk).await.status, 404);
    for wrong in [
        json!({"edit": {"description": "x"}}),
        json!({"ids": []}),
        json!({"ids": [], "filter": "", "retire": true}),
        json!({"filter": "", "edit": {"name": "one"}}),
        json!({"filter": "nam = x", "retire": true}),
    ] {
        let answer = house.client.post("/api/v1/resources/bulk/preview", wrong.clone()).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn saved_queries_are_listed_used_shared_and_forgotten() {
    let house = house().await;
    hosts(&house).await;
    let draft = json!({"name": "mine", "filter": "name = b", "columns": ["name", "runs_on.name"],
        "sort": "-name"});
    let saved = house.client.post("/api/v1/queries", draft.clone()).await;
    assert_eq!(saved.status, 201, "{}", saved.json);
    let path = format!("/api/v1/queries/{}", saved.json["id"].as_str().unwrap());
    let used = format!("/api/v1/resources?query={}", saved.json["id"].as_str().unwrap());
    assert_eq!(house.client.get(&used).await.json["items"][0]["name"], "b");
    let viewer = house.client.as_viewer();
    assert_eq!(viewer.get(&path).await.status, 404);
    assert_eq!(viewer.get(&used).await.status, 404);
    let shared = json!({"name": "ours", "filter": "name = b", "shared_with": "everybody"});
    let put = |version| house.client.send("PUT", &path, Some(shared.to_string()), Some(version));
    assert_eq!(put(1).await.status, 200);
    assert_eq!(put(1).await.status, 412);
    assert_eq!(viewer.get("/api/v1/queries").await.json["items"][0]["mine"], json!(false));
    assert_eq!(viewer.delete(&path, None).await.json["code"], "query-of-another");
    let editors = json!({"name": "editors", "filter": "", "shared_with": "resource.change"});
    assert_eq!(house.client.post("/api/v1/queries", editors).await.status, 201);
    assert_eq!(viewer.get("/api/v1/queries").await.json["items"].as_array().unwrap().len(), 1);
    let taken = json!({"name": "ours", "filter": ""});
    assert_eq!(house.client.post("/api/v1/queries", taken).await.json["code"], "name-taken");
    let wrong = json!({"name": "", "filter": "nam = x", "columns": ["colour"]});
    let wrong = house.client.post("/api/v1/queries", wrong).await;
    assert_eq!(fields(&wrong.json), ["name", "columns.0", "filter"]);
    assert_eq!(house.client.delete(&path, None).await.status, 204);
    assert_eq!(house.client.get(&path).await.status, 404);
    let verbs = house.verbs().await;
    assert_eq!(verbs[3..], ["query.saved", "query.saved", "query.saved", "query.removed"]);
}

/// A plan of everything a plan can do, by its path.
async fn plan(house: &House, ids: &[String]) -> String {
    let relation = house.relate("depends-on", &ids[1], &ids[2]).await.json;
    let plan = json!({"title": "New web tier", "changes": [
        {"do": "create", "handle": "new:web", "resource": {"kind": "service", "name": "web"}},
        {"do": "relate", "relation": "runs-on", "from": "new:web", "to": ids[0]},
        {"do": "change", "resource": ids[0], "version": 1,
            "edit": {"attributes": {"contact": "Mara"}}},
        {"do": "unrelate", "relation": relation["id"]},
        {"do": "retire", "resource": ids[2]}]});
    let made = house.client.post("/api/v1/plans", plan).await;
    assert_eq!(made.status, 201, "{}", made.json);
    format!("/api/v1/plans/{}", made.json["id"].as_str().unwrap())
}

/// Somebody else who may do everything.
fn mara() -> Caller {
    let actor = Actor { kind: ActorKind::Person, id: "mara".to_owned(), name: "Mara".to_owned() };
    Caller { actor, user_id: Some("mara".to_owned()), ..Caller::system("test") }
}

fn id_of(path: &str) -> PlanId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn plan_is_previewed_submitted_approved_by_another_and_carried_out_at_once() {
    let house = house().await;
    let ids = hosts(&house).await;
    let path = plan(&house, &ids).await;
    let preview = house.client.post(&format!("{path}/preview"), json!({})).await.json;
    assert_eq!(preview["conflicts"], 0, "{preview}");
    let outcomes: Vec<&str> = preview["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["create", "relation", "change", "relation", "change"]);
    assert_eq!(house.client.get("/api/v1/resources/count").await.json["count"], 3);

    let submitted = post(&house.client, &format!("{path}/submit"), 1, json!({})).await;
    assert_eq!(submitted.json["state"], "submitted", "{}", submitted.json);
    assert_eq!(submitted.json["payload_hash"].as_str().unwrap().len(), 64);
    let own = post(&house.client, &format!("{path}/approve"), 2, json!({})).await;
    assert_eq!((own.status.as_u16(), &own.json["code"]), (409, &json!("own-plan")));
    let edit = json!({"title": "Other", "changes": []}).to_string();
    let edited = house.client.send("PUT", &path, Some(edit), Some(2)).await;
    assert_eq!(edited.json["code"], "wrong-plan-state");
    let early = post(&house.client, &format!("{path}/apply"), 2, json!({})).await;
    assert_eq!(early.json["code"], "wrong-plan-state");
    let decision = PlanDecision::Approve;
    house.resources.decide_plan(&mara(), id_of(&path), 2, decision, "go").await.unwrap();
    let applied = post(&house.client, &format!("{path}/apply"), 3, json!({})).await;
    assert_eq!(applied.json["state"], "applied", "{}", applied.json);
    assert_eq!(applied.json["decider"]["name"], "Mara");
    assert_eq!(contact(&house, &ids[0]).await, json!("Mara"));
    let count = house.client.get("/api/v1/resources/count?filter=has+runs_on").await.json;
    assert_eq!(count["count"], 1);
    let facts = house.facts().await;
    let cause = facts.iter().find(|fact| fact.verb == "plan.applied").unwrap().seq;
    assert_eq!(facts.iter().filter(|fact| fact.cause == Some(cause)).count(), 5);
    let again = post(&house.client, &format!("{path}/apply"), 4, json!({})).await;
    assert_eq!(again.json["code"], "wrong-plan-state");
    let plans = house.client.get("/api/v1/plans?state=applied").await.json;
    assert_eq!(plans["items"].as_array().unwrap().len(), 1);
}

/// Whoever wrote another's draft anew consented to what they had written themselves.
#[tokio::test]
async fn plan_is_of_who_wrote_it_last() {
    let house = house().await;
    let ids = hosts(&house).await;
    let path = plan(&house, &ids).await;
    let draft = resources::PlanDraft {
        title: "Other".to_owned(),
        description: String::new(),
        changes: vec![resources::PlannedChange::Retire {
            resource: ids[0].parse().unwrap(),
            version: None,
        }],
    };
    let mara = mara();
    house.resources.change_plan(&mara, id_of(&path), 1, draft).await.unwrap();
    let written = house.client.get(&path).await.json;
    assert_eq!(written["author"]["name"], "Mara", "{written}");
    assert_eq!(post(&house.client, &format!("{path}/submit"), 2, json!({})).await.status, 200);
    let decision = PlanDecision::Approve;
    let own = house.resources.decide_plan(&mara, id_of(&path), 3, decision, "go").await;
    assert_eq!(Fault::from(own.unwrap_err()).code, "own-plan");
}

/// S12: what is carried out is what was consented to, to the letter.
#[tokio::test]
async fn plan_whose_changes_were_altered_behind_its_back_is_not_carried_out() {
    let house = house().await;
    let ids = hosts(&house).await;
    let path = plan(&house, &ids).await;
    post(&house.client, &format!("{path}/submit"), 1, json!({})).await;
    let alter = |from: &'static str, to: &'static str| {
        let db = house.records.db.clone();
        let id = id_of(&path).to_string();
        async move {
            let mut tx = db.begin().await.unwrap();
            sqlx::query(
                "UPDATE resources_plan SET changes = REPLACE(changes, $1, $2) WHERE id = $3",
            )
            .bind(from)
            .bind(to)
            .bind(id)
            .execute(tx.connection())
            .await
            .unwrap();
            tx.commit().await.unwrap();
        }
    };
    alter("Mara", "Eve").await;
    let caller = mara();
    let decision = PlanDecision::Approve;
    let refused = house.resources.decide_plan(&caller, id_of(&path), 2, decision, "").await;
    assert_eq!(Fault::from(refused.unwrap_err()).code, "payload-changed");
    alter("Eve", "Mara").await;
    house.resources.decide_plan(&caller, id_of(&path), 2, decision, "").await.unwrap();
    alter("Mara", "Eve").await;
    let applied = post(&house.client, &format!("{path}/apply"), 3, json!({})).await;
    assert_eq!((applied.status.as_u16(), &applied.json["code"]), (409, &json!("payload-changed")));
    assert_eq!(contact(&house, &ids[0]).await, Value::Null);
}

#[tokio::test]
async fn plan_that_no_longer_fits_says_where_and_changes_nothing() {
    let house = house().await;
    let ids = hosts(&house).await;
    let path = plan(&house, &ids).await;
    let changed = json!({"description": "somebody was faster"});
    house.client.patch(&format!("/api/v1/resources/{}", ids[0]), 1, changed).await;
    let preview = house.client.post(&format!("{path}/preview"), json!({})).await.json;
    assert_eq!(preview["conflicts"], 1, "{preview}");
    assert_eq!(preview["steps"][2]["refused"]["code"], "stale-version");
    let refused = post(&house.client, &format!("{path}/submit"), 1, json!({})).await;
    assert_eq!((refused.status.as_u16(), fields(&refused.json)), (409, vec!["changes.2"]));
    assert_eq!(house.client.get("/api/v1/resources/count").await.json["count"], 3);
    let given_up = post(&house.client, &format!("{path}/withdraw"), 1, json!({})).await;
    assert_eq!(given_up.json["state"], "withdrawn");
}

#[tokio::test]
async fn plan_is_seen_and_decided_only_by_those_whose_scope_holds_what_it_changes() {
    let house = house().await;
    let ids = hosts(&house).await;
    let retire = json!({"do": "retire", "resource": ids[0]});
    let body = json!({"title": "One", "changes": [retire]});
    let made = house.client.post("/api/v1/plans", body.clone()).await.json;
    let path = format!("/api/v1/plans/{}", made["id"].as_str().unwrap());
    post(&house.client, &format!("{path}/submit"), 1, json!({})).await;
    let holding = |id: &str, permissions: &[&str]| {
        let within = Within { resources: [id.to_owned()].into(), ..Within::default() };
        house.client.holding(permissions, &within)
    };
    let all = ["resource.read", "resource.change", "resource.approve"];
    let outside = holding(&ids[1], &all);
    assert_eq!(outside.get(&path).await.status, 404);
    assert_eq!(outside.get("/api/v1/plans").await.json["items"], json!([]));
    assert_eq!(outside.post("/api/v1/plans", body).await.status, 404);
    assert_eq!(post(&outside, &format!("{path}/approve"), 2, json!({})).await.status, 404);
    let inside = holding(&ids[0], &all);
    assert_eq!(inside.get(&path).await.status, 200);
    assert_eq!(post(&inside, &format!("{path}/approve"), 2, json!({})).await.status, 200);
}

/// The plan of what had moved away once told its author what it was called there.
#[tokio::test]
async fn plan_names_nothing_that_its_author_no_longer_sees() {
    let house = house().await;
    let ids = hosts(&house).await;
    let holding = |id: &str| {
        let within = Within { resources: [id.to_owned()].into(), ..Within::default() };
        house.client.holding(&["resource.read", "resource.change"], &within)
    };
    let both = Within { resources: ids.iter().cloned().collect(), ..Within::default() };
    let author = house.client.holding(&["resource.read", "resource.change"], &both);
    let body = json!({"title": "Mine", "changes": [
        {"do": "change", "resource": ids[0], "edit": {"description": "x"}},
        {"do": "relate", "relation": "depends-on", "from": ids[0], "to": ids[1]},
        {"do": "retire", "resource": ids[0]}]});
    let made = author.post("/api/v1/plans", body).await.json;
    let path = format!("/api/v1/plans/{}", made["id"].as_str().unwrap());
    let renamed = house.client.get(&format!("/api/v1/resources/{}", ids[0])).await.json;
    let version = renamed["version"].as_i64().unwrap();
    let path_of = format!("/api/v1/resources/{}", ids[0]);
    house.client.patch(&path_of, version, json!({"name": "secret"})).await;
    let author = holding(&ids[1]);
    let preview = post(&author, &format!("{path}/preview"), 1, json!({})).await;
    assert_eq!(preview.status, 200);
    let submitted = post(&author, &format!("{path}/submit"), 1, json!({})).await;
    assert_eq!(submitted.status, 409);
    for answer in [preview, submitted] {
        let text = answer.json.to_string();
        assert!(text.contains(&ids[0]) && !text.contains("secret"), "{text}");
    }
}

#[tokio::test]
async fn refused_consent_names_each_change_and_field_that_lies_outside() {
    const NORTH: &str = "01890a5d-0000-7000-8000-000000000001";
    const SOUTH: &str = "01890a5d-0000-7000-8000-000000000002";
    let house = house().await;
    let at = async |name: &str, unit: &str| {
        house.clock.advance(std::time::Duration::from_millis(1));
        let body = json!({"kind": "host", "name": name, "unit_id": unit});
        house.client.post("/api/v1/resources", body).await.json["id"].as_str().unwrap().to_owned()
    };
    let (ours, theirs) = (at("ours", NORTH).await, at("theirs", SOUTH).await);
    let new = |unit: Option<&str>| {
        json!({"do": "create", "handle": "", "resource": {"kind": "host", "name": "new",
            "unit_id": unit}})
    };
    let body = json!({"title": "Mixed", "changes": [
        {"do": "change", "resource": ours, "edit": {"description": "fine"}},
        {"do": "change", "resource": ours, "edit": {"unit_id": SOUTH}},
        {"do": "change", "resource": theirs, "edit": {"description": "x"}},
        new(Some(NORTH)), new(Some(SOUTH)), new(None),
        {"do": "relate", "relation": "depends-on", "from": ours, "to": theirs},
        {"do": "retire", "resource": theirs}]});
    let made = house.client.post("/api/v1/plans", body).await;
    assert_eq!(made.status, 201, "{}", made.json);
    let path = format!("/api/v1/plans/{}", made.json["id"].as_str().unwrap());
    let submitted = post(&house.client, &format!("{path}/submit"), 1, json!({})).await;
    assert_eq!(submitted.status, 200, "{}", submitted.json);
    let within = Within { units: [NORTH.to_owned()].into(), ..Within::default() };
    let mut held = kernel::Held::default();
    held.add("resource.read", kernel::Scope::Everywhere);
    held.add("resource.approve", kernel::Scope::Within(std::sync::Arc::new(within)));
    let caller = Caller { grant: kernel::Grant::Held(std::sync::Arc::new(held)), ..mara() };
    let decision = PlanDecision::Approve;
    let refused = house.resources.decide_plan(&caller, id_of(&path), 2, decision, "").await;
    let refused = Fault::from(refused.unwrap_err());
    let fields: Vec<(&str, &str)> =
        refused.fields.iter().map(|fault| (&*fault.field, &*fault.found)).collect();
    assert_eq!(refused.code, "out-of-scope");
    assert_eq!(
        fields,
        [
            ("changes.1.edit.unit_id", SOUTH),
            ("changes.2.resource", "theirs"),
            ("changes.4.resource.unit_id", SOUTH),
            ("changes.5.resource.unit_id", ""),
            ("changes.6.to", "theirs"),
            ("changes.7.resource", "theirs"),
        ]
    );
}

#[tokio::test]
async fn wrong_plans_are_named_by_field() {
    let house = house().await;
    let id = house.make("host", "a").await;
    for (body, field) in [
        (json!({"title": ""}), "title"),
        (json!({"title": "x", "changes": [{"do": "explode"}]}), "changes[0].do"),
        (
            json!({"title": "x", "changes": [
                {"do": "relate", "relation": "runs-on", "from": "new:x", "to": id}]}),
            "changes.0.from",
        ),
        (
            json!({"title": "x", "changes": [
            {"do": "create", "handle": "x", "resource": {"kind": "host", "name": "x"}}]}),
            "changes.0.handle",
        ),
    ] {
        let answer = house.client.post("/api/v1/plans", body.clone()).await;
        assert_eq!((answer.status.as_u16(), fields(&answer.json)), (400, vec![field]), "{body}");
    }
}
