//! Whoever may grant for a time grants for that time, and with what was lent to them nothing.

use std::time::Duration;

use kernel::Clock;
use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    delegation::settle,
    grants::{province, unit},
    posts::appoint,
    scene::{Scene, everything, id_of, own_id, refusal},
};

const HOUR: u64 = 3600;
pub(crate) const LENT: (u16, &str) = (403, "lent-right");
pub(crate) const TOO_LONG: (u16, &str) = (403, "outlasts-own-right");

pub(crate) struct House {
    pub(crate) scene: Scene,
    pub(crate) mara: Client,
    pub(crate) north: String,
    hill: String,
}

impl House {
    /// There is a role that may grant; Deng and Wei are people of the north.
    pub(crate) async fn new(permissions: &[&str]) -> (Self, Client, Client) {
        let scene = Scene::staffed().await;
        let inner = [directory::DIRECTORY_READ, directory::DIRECTORY_CHANGE];
        scene.access.learn_permissions(&[], &inner);
        let mara = scene.signed_in("mara").await;
        let [_, north, hill, _] = province(&scene).await;
        let role = json!({ "name": "giver", "title": { "en": "giver", "zh": "giver" },
            "permissions": permissions, "delegable": true });
        assert_eq!(mara.post("/api/v1/roles", role).await.status, 201);
        scene.add("deng", "").await;
        let (deng, wei) = (scene.signed_in("deng").await, scene.signed_in("wei").await);
        for one in [&deng, &wei] {
            settle(&scene, &mara, &own_id(one).await, &north).await;
        }
        (Self { scene, mara, north, hill }, deng, wei)
    }

    pub(crate) fn after(&self, hours: u64) -> String {
        self.scene.clock.now().plus(Duration::from_secs(HOUR * hours)).to_string()
    }

    /// Grants `role` to `to` until so many hours from now.
    pub(crate) async fn grant(
        &self,
        by: &Client,
        to: &Client,
        (role, scope): (&str, Value),
        hours: Option<u64>,
    ) -> Answer {
        let to = own_id(to).await;
        let body = json!({ "holder": { "kind": "user", "id": to }, "role": role, "scope": scope,
            "valid_to": hours.map(|hours| self.after(hours)), "reason": "for the test" });
        by.post("/api/v1/grants", body).await
    }

    async fn lend(&self, by: &Client, grant: &str, to: &Client) -> Answer {
        let body = json!({ "user_id": own_id(to).await, "reason": "leave",
            "valid_to": self.after(24) });
        by.post(&format!("/api/v1/grants/{grant}/delegate"), body).await
    }
}

const GIVER: [&str; 3] = ["*.read", "grant.*", "directory.*"];

/// A day as an administrator was enough to be one for good.
#[tokio::test]
async fn who_may_grant_for_a_time_grants_no_longer() {
    let (house, deng, wei) = House::new(&GIVER).await;
    let north = || unit(&house.north);
    id_of(&house.grant(&house.mara, &deng, ("giver", north()), Some(24)).await);
    for to in [&deng, &wei] {
        for hours in [None, Some(25)] {
            let refused = house.grant(&deng, to, ("giver", north()), hours).await;
            assert_eq!(refusal(&refused), TOO_LONG, "{hours:?}: {:?}", refused.json);
            assert_eq!(refused.json["fields"][0]["field"], "valid_to");
            let until = refused.json["fields"][0]["expected"].as_str().unwrap();
            assert!(until.contains(house.after(24).split('.').next().unwrap()), "{until}");
        }
    }
    let refused = house.grant(&deng, &wei, ("viewer", unit(&house.hill)), None).await;
    assert_eq!(refusal(&refused), TOO_LONG, "nor a part of it");
    for hours in [1, 24] {
        let given = house.grant(&deng, &wei, ("viewer", north()), Some(hours)).await;
        assert_eq!(given.status, 201, "{:?}", given.json);
    }
    // The latest end of what covers it counts.
    id_of(&house.grant(&house.mara, &deng, ("giver", north()), Some(48)).await);
    let given = house.grant(&deng, &wei, ("giver", north()), Some(48)).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    id_of(&house.grant(&house.mara, &deng, ("giver", unit(&house.hill)), None).await);
    let given = house.grant(&deng, &wei, ("viewer", unit(&house.hill)), None).await;
    assert_eq!(given.status, 201, "what they hold for good: {:?}", given.json);
    let refused = house.grant(&deng, &wei, ("viewer", north()), None).await;
    assert_eq!(refusal(&refused), TOO_LONG, "that is not all of it");
}

#[tokio::test]
async fn who_may_grant_by_a_post_grants_as_long_as_they_hold_it() {
    let (house, deng, wei) = House::new(&GIVER).await;
    let directory = house.scene.directory_client();
    let body = json!({ "code": "N-1", "title": { "en": "Head", "zh": "主任" },
        "unit_id": house.north });
    let post = id_of(&directory.post("/api/v1/posts", body).await);
    let given = house.scene.grant(&house.mara, ("post", &post), "giver", unit(&house.north)).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    let own = house.mara.get(&format!("/api/v1/users/{}", own_id(&deng).await)).await.json;
    let person = own["person_id"].as_str().or(own["person"]["id"].as_str()).unwrap().to_owned();
    appoint(&house.scene, &post, &person, Some(Duration::from_secs(24 * HOUR))).await;
    house.scene.clock.advance(Duration::from_secs(1));
    let viewer = || ("viewer", unit(&house.north));
    let refused = house.grant(&deng, &wei, viewer(), Some(30)).await;
    assert_eq!(refusal(&refused), TOO_LONG, "{:?}", refused.json);
    assert_eq!(house.grant(&deng, &wei, viewer(), Some(20)).await.status, 201);
}

/// One step, no longer, and ending with its source: each of it could be got round.
#[tokio::test]
async fn nothing_is_granted_out_of_what_was_passed_on() {
    let (house, deng, wei) = House::new(&GIVER).await;
    let north = || unit(&house.north);
    let source = id_of(&house.grant(&house.mara, &deng, ("giver", north()), None).await);
    let lent = id_of(&house.lend(&deng, &source, &wei).await);
    for (to, hours) in [(&wei, None), (&deng, None), (&wei, Some(1)), (&deng, Some(1))] {
        for role in ["giver", "viewer"] {
            let refused = house.grant(&wei, to, (role, north()), hours).await;
            assert_eq!(refusal(&refused), LENT, "{:?}", refused.json);
        }
    }
    let refused = house.lend(&wei, &lent, &deng).await;
    assert_eq!(refusal(&refused), LENT, "{:?}", refused.json);
    let said = refused.json["detail"].as_str().unwrap();
    assert!(said.contains("giver") && said.contains("passed on"), "{said}");
    // What is theirs besides is theirs to grant.
    id_of(&house.grant(&house.mara, &wei, ("giver", unit(&house.hill)), None).await);
    let given = house.grant(&wei, &deng, ("viewer", unit(&house.hill)), None).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    assert_eq!(refusal(&house.grant(&wei, &deng, ("viewer", north()), None).await), LENT);
    // Its giver grants on.
    assert_eq!(house.grant(&deng, &wei, ("viewer", north()), None).await.status, 201);
}

#[tokio::test]
async fn nothing_is_granted_out_of_an_emergency() {
    let (house, deng, wei) = House::new(&GIVER).await;
    let seal = json!({ "user_id": own_id(&wei).await, "role": "giver",
        "scope": unit(&house.north), "hours_max": 1, "reason": "fire" });
    let sealed = id_of(&house.mara.post("/api/v1/emergencies", seal).await);
    let path = format!("/api/v1/emergencies/{sealed}/activate");
    let begun = wei.post(&path, json!({ "hours": 1, "reason": "fire" })).await;
    assert_eq!(begun.status, 201, "{:?}", begun.json);
    for to in [&wei, &deng] {
        let refused = house.grant(&wei, to, ("giver", unit(&house.north)), None).await;
        assert_eq!(refusal(&refused), LENT, "{:?}", refused.json);
    }
    let grant = begun.json["grant_id"].as_str().unwrap();
    assert_eq!(refusal(&house.lend(&wei, grant, &deng).await), LENT);
}

/// Whoever fills a post gives what it carries.
#[tokio::test]
async fn post_that_carries_more_than_may_be_granted_is_not_filled() {
    let (house, deng, wei) = House::new(&GIVER).await;
    let directory = house.scene.directory_client();
    let post = async |code: &str| {
        let body = json!({ "code": code, "title": { "en": code, "zh": code },
            "unit_id": house.north });
        id_of(&directory.post("/api/v1/posts", body).await)
    };
    let (for_good, for_now) = (post("N-1").await, post("N-2").await);
    let north = || unit(&house.north);
    id_of(&house.scene.grant(&house.mara, ("post", &for_good), "viewer", north()).await);
    let body = json!({ "holder": { "kind": "post", "id": for_now }, "role": "viewer",
        "scope": north(), "valid_to": house.after(12), "reason": "x" });
    id_of(&house.mara.post("/api/v1/grants", body).await);
    let own = house.mara.get(&format!("/api/v1/users/{}", own_id(&deng).await)).await.json;
    let person = own["person_id"].as_str().or(own["person"]["id"].as_str()).unwrap().to_owned();
    let fill = async |by: &Client, post: &str| {
        let body = json!({ "post_id": post, "person_id": person });
        by.post("/api/v1/holdings", body).await
    };
    let dated = id_of(&house.grant(&house.mara, &deng, ("giver", north()), Some(24)).await);
    let refused = fill(&deng, &for_good).await;
    assert_eq!(refusal(&refused), TOO_LONG, "{:?}", refused.json);
    assert_eq!(refused.json["fields"][0]["field"], "to");
    let filled = fill(&deng, &for_now).await;
    assert_eq!(filled.status, 201, "{:?}", filled.json);
    let ended = format!("/api/v1/grants/{dated}/end");
    assert_eq!(house.mara.post(&ended, json!({ "reason": "over" })).await.status, 200);
    let source = id_of(&house.grant(&house.mara, &deng, ("giver", north()), None).await);
    id_of(&house.lend(&deng, &source, &wei).await);
    let refused = fill(&wei, &for_good).await;
    assert_eq!(refusal(&refused), (403, "out-of-scope"), "{:?}", refused.json);
    assert_eq!(fill(&deng, &for_good).await.status, 201);
}

/// By a detour nobody gets for good what they hold for a time.
#[tokio::test]
async fn who_holds_everything_for_a_time_extends_it_by_no_detour() {
    let permissions = ["*.read", "grant.*", "group.*", "role.*", "user.*", "emergency.*"];
    let (house, deng, _) = House::new(&permissions).await;
    let group = id_of(&house.mara.post("/api/v1/groups", json!({ "name": "all" })).await);
    id_of(&house.scene.grant(&house.mara, ("group", &group), "giver", everything()).await);
    id_of(&house.grant(&house.mara, &deng, ("giver", everything()), Some(24)).await);
    let own = own_id(&deng).await;
    let join = json!({ "add": [{ "kind": "user", "id": own }] });
    let refused = deng.post(&format!("/api/v1/groups/{group}/members"), join).await;
    assert_eq!(refusal(&refused), TOO_LONG, "{:?}", refused.json);
    let seal = json!({ "user_id": own, "role": "giver", "scope": everything(), "hours_max": 1,
        "reason": "x" });
    let refused = deng.post("/api/v1/emergencies", seal).await;
    assert_eq!(refusal(&refused), TOO_LONG, "{:?}", refused.json);
    let user = json!({ "name": "other", "password": crate::scene::PASSWORD, "role": "giver",
        "reason": "x" });
    let refused = deng.post("/api/v1/users", user).await;
    assert_eq!(refusal(&refused), TOO_LONG, "{:?}", refused.json);
    let none = json!({ "name": "other", "password": crate::scene::PASSWORD });
    let made = deng.post("/api/v1/users", none).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
}

const OTHERS: [&str; 6] =
    ["*.read", "grant.delegate", "group.*", "role.*", "user.*", "emergency.*"];

/// Has the same refused to somebody who holds a right for a time, and to somebody it was lent to.
pub(crate) async fn refused_for_a_time_and_lent(
    house: &House,
    (deng, wei): (&Client, &Client),
    tries: impl AsyncFn(&Client, (u16, &'static str)),
) {
    let dated = id_of(&house.grant(&house.mara, deng, ("giver", everything()), Some(24)).await);
    tries(deng, TOO_LONG).await;
    let ended = format!("/api/v1/grants/{dated}/end");
    assert_eq!(house.mara.post(&ended, json!({ "reason": "over" })).await.status, 200);
    let source = id_of(&house.grant(&house.mara, deng, ("giver", everything()), None).await);
    id_of(&house.lend(deng, &source, wei).await);
    tries(wei, LENT).await;
}

/// A role of few permissions, called so.
pub(crate) async fn weak_role(house: &House, name: &str) {
    let role = json!({ "name": name, "title": { "en": name, "zh": name },
        "permissions": ["token.read"] });
    assert_eq!(house.mara.post("/api/v1/roles", role).await.status, 201);
}

/// More is written into a role.
pub(crate) async fn widened(house: &House, by: &Client, name: &str) -> Answer {
    let path = format!("/api/v1/roles/{name}");
    let at = house.mara.get(&path).await.json["version"].as_i64();
    let role = json!({ "title": { "en": name, "zh": name },
        "permissions": ["token.read", "user.read"] });
    by.send("PUT", &path, Some(role.to_string()), at).await
}

pub(crate) async fn patched(house: &House, by: &Client, path: &str, body: Value) -> Answer {
    let at = house.mara.get(path).await.json["version"].as_i64();
    by.send("PATCH", path, Some(body.to_string()), at).await
}

/// What others get by a right held for a time, or lent, would outlast it: through groups, roles,
/// passwords and seals as by grants.
#[tokio::test]
async fn right_held_for_a_time_or_lent_gives_nobody_anything_for_good() {
    let (house, deng, wei) = House::new(&OTHERS).await;
    house.scene.add("third", "").await;
    let third = own_id(&house.scene.signed_in("third").await).await;
    let group = id_of(&house.mara.post("/api/v1/groups", json!({ "name": "all" })).await);
    id_of(&house.scene.grant(&house.mara, ("group", &group), "viewer", everything()).await);
    weak_role(&house, "weak").await;
    id_of(&house.scene.grant(&house.mara, ("user", &third), "weak", everything()).await);
    let members = format!("/api/v1/groups/{group}/members");
    let join = json!({ "add": [{ "kind": "user", "id": third }] });
    let tries = async |by: &Client, expected| {
        let joined = by.post(&members, join.clone()).await;
        assert_eq!(refusal(&joined), expected, "{:?}", joined.json);
        let written = widened(&house, by, "weak").await;
        assert_eq!(refusal(&written), expected, "{:?}", written.json);
        let password = json!({ "password": "an otter of the north" });
        let set = patched(&house, by, &format!("/api/v1/users/{third}"), password).await;
        assert_eq!(refusal(&set), expected, "{:?}", set.json);
        let seal = json!({ "user_id": third, "role": "viewer", "scope": everything(),
            "hours_max": 1, "reason": "x" });
        let sealed = by.post("/api/v1/emergencies", seal).await;
        assert_eq!(refusal(&sealed), (403, "forbidden"), "{:?}", sealed.json);
        // What gives nobody anything is theirs to do.
        let none = json!({ "name": format!("nobody-{}", expected.1) });
        assert_eq!(by.post("/api/v1/users", none).await.status, 201);
    };
    refused_for_a_time_and_lent(&house, (&deng, &wei), tries).await;
    // Whose right is their own for good gives.
    let joined = deng.post(&members, join).await;
    assert!(joined.status.is_success(), "{:?}", joined.json);
}

/// The same where somebody has it later: a role that lies sealed, a person whose post carries a
/// role, a user who is let in again.
#[tokio::test]
async fn right_held_for_a_time_or_lent_gives_nobody_anything_for_later() {
    let (house, deng, wei) = House::new(&OTHERS).await;
    weak_role(&house, "sealed").await;
    let seal = json!({ "user_id": own_id(&wei).await, "role": "sealed", "scope": everything(),
        "hours_max": 1, "reason": "fire" });
    id_of(&house.mara.post("/api/v1/emergencies", seal).await);
    let directory = house.scene.directory_client();
    let body = json!({ "code": "H-1", "title": { "en": "Head", "zh": "主任" },
        "unit_id": house.north });
    let post = id_of(&directory.post("/api/v1/posts", body).await);
    let body = json!({ "number": "77", "name": "Head", "unit_id": house.north });
    let person = id_of(&directory.post("/api/v1/people", body).await);
    let body = json!({ "post_id": post, "person_id": person });
    id_of(&directory.post("/api/v1/holdings", body).await);
    id_of(&house.scene.grant(&house.mara, ("post", &post), "viewer", everything()).await);
    house.scene.add("off", "viewer").await;
    let off = own_id(&house.scene.signed_in("off").await).await;
    let off = format!("/api/v1/users/{off}");
    let out = patched(&house, &house.mara, &off, json!({ "disabled": true })).await;
    assert_eq!(out.status, 200, "{:?}", out.json);
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        let written = widened(&house, by, "sealed").await;
        // Whose own it is needs to grant: they gain by it themselves.
        let own = if expected == LENT { (403, "forbidden") } else { expected };
        assert_eq!(refusal(&written), own, "{:?}", written.json);
        let made = by.post("/api/v1/users", json!({ "name": "head", "person_id": person })).await;
        assert_eq!(refusal(&made), expected, "{:?}", made.json);
        let enabled = patched(&house, by, &off, json!({ "disabled": false })).await;
        assert_eq!(refusal(&enabled), expected, "{:?}", enabled.json);
    };
    refused_for_a_time_and_lent(&house, (&deng, &wei), tries).await;
    let enabled = patched(&house, &deng, &off, json!({ "disabled": false })).await;
    assert_eq!(enabled.status, 200, "{:?}", enabled.json);
}

/// The same where it is nobody's yet: a person who is to hold a post with roles, a user who is
/// disabled meanwhile, a role that only a group without members has.
#[tokio::test]
async fn right_held_for_a_time_or_lent_gives_nothing_that_comes_to_somebody_later() {
    let (house, deng, wei) = House::new(&OTHERS).await;
    weak_role(&house, "empty").await;
    let full = id_of(&house.mara.post("/api/v1/groups", json!({ "name": "full" })).await);
    let empty = id_of(&house.mara.post("/api/v1/groups", json!({ "name": "empty" })).await);
    for (group, role) in [(&full, "viewer"), (&empty, "empty")] {
        id_of(&house.scene.grant(&house.mara, ("group", group), role, everything()).await);
    }
    let directory = house.scene.directory_client();
    let body = json!({ "code": "H-1", "title": { "en": "Head", "zh": "主任" },
        "unit_id": house.north });
    let post = id_of(&directory.post("/api/v1/posts", body).await);
    let body = json!({ "number": "77", "name": "Head", "unit_id": house.north });
    let person = id_of(&directory.post("/api/v1/people", body).await);
    let body = json!({ "post_id": post, "person_id": person, "from": house.after(48) });
    id_of(&directory.post("/api/v1/holdings", body).await);
    id_of(&house.scene.grant(&house.mara, ("post", &post), "viewer", everything()).await);
    let bare = id_of(&house.mara.post("/api/v1/groups", json!({ "name": "bare" })).await);
    for name in ["off", "sealed"] {
        house.scene.add(name, "").await;
    }
    let off = own_id(&house.scene.signed_in("off").await).await;
    let sealed = own_id(&house.scene.signed_in("sealed").await).await;
    let seal = json!({ "user_id": sealed, "role": "viewer", "scope": everything(),
        "hours_max": 1, "reason": "fire" });
    id_of(&house.mara.post("/api/v1/emergencies", seal).await);
    let sealed = format!("/api/v1/users/{sealed}");
    for user in [&format!("/api/v1/users/{off}"), &sealed] {
        let out = patched(&house, &house.mara, user, json!({ "disabled": true })).await;
        assert_eq!(out.status, 200, "{:?}", out.json);
    }
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        let made = by.post("/api/v1/users", json!({ "name": "head", "person_id": person })).await;
        assert_eq!(refusal(&made), expected, "{:?}", made.json);
        let join = json!({ "add": [{ "kind": "user", "id": off }] });
        let joined = by.post(&format!("/api/v1/groups/{full}/members"), join).await;
        assert_eq!(refusal(&joined), expected, "{:?}", joined.json);
        let written = widened(&house, by, "empty").await;
        assert_eq!(refusal(&written), expected, "{:?}", written.json);
        let nest = json!({ "add": [{ "kind": "group", "id": bare }] });
        let nested = by.post(&format!("/api/v1/groups/{full}/members"), nest).await;
        assert_eq!(refusal(&nested), expected, "{:?}", nested.json);
        let enabled = patched(&house, by, &sealed, json!({ "disabled": false })).await;
        assert_eq!(refusal(&enabled), expected, "{:?}", enabled.json);
    };
    refused_for_a_time_and_lent(&house, (&deng, &wei), tries).await;
    let made = deng.post("/api/v1/users", json!({ "name": "head", "person_id": person })).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
}

/// Who made a provider during an emergency signed in by it as anybody for ever after.
#[tokio::test]
async fn right_held_for_a_time_or_lent_lets_nobody_be_vouched_for() {
    let (house, deng, wei) = House::new(&["*.read", "provider.*", "grant.delegate"]).await;
    let provider = |label: &str, by_name: bool| {
        let issuer = format!("https://{label}.example.org");
        json!({ "label": label, "settings": { "issuer": issuer, "client_id": "mainstay",
            "links_by_name": by_name } })
    };
    let known = id_of(&house.mara.post("/api/v1/providers", provider("known", false)).await);
    let known = format!("/api/v1/providers/{known}");
    let put = async |by: &Client, body: Value| {
        let at = house.mara.get(&known).await.json["version"].as_i64();
        by.send("PUT", &known, Some(body.to_string()), at).await
    };
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        let made = by.post("/api/v1/providers", provider("own", true)).await;
        assert_eq!(refusal(&made), expected, "{:?}", made.json);
        let mut off = provider("known", false);
        off["settings"]["enabled"] = json!(false);
        assert_eq!(put(&house.mara, off).await.status, 200);
        for (name, value) in [
            ("links_by_name", json!(true)),
            ("creates_users", json!(true)),
            ("issuer", json!("https://elsewhere.example.org")),
            ("name_claim", json!("nickname")),
            ("mail_domains", json!(["elsewhere.example.org"])),
            ("enabled", json!(true)),
        ] {
            let mut body = provider("known", false);
            body["settings"]["enabled"] = json!(false);
            body["settings"][name] = value;
            let changed = put(by, body).await;
            assert_eq!(refusal(&changed), expected, "{name}: {:?}", changed.json);
        }
        assert_eq!(put(&house.mara, provider("known", false)).await.status, 200);
        // What is wrong with one that is known is theirs to mend.
        let mut renamed = provider("known", false);
        renamed["label"] = json!(expected.1);
        let renamed = put(by, renamed).await;
        assert_eq!(renamed.status, 200, "{:?}", renamed.json);
    };
    refused_for_a_time_and_lent(&house, (&deng, &wei), tries).await;
    let made = deng.post("/api/v1/providers", provider("own", true)).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
}

/// The roles of a post were named to whom the list of its grants does not show them.
#[tokio::test]
async fn refusal_to_fill_a_post_names_no_grants_that_are_not_seen() {
    let (house, deng, _) = House::new(&["directory.*", "grant.read"]).await;
    let directory = house.scene.directory_client();
    let body = json!({ "code": "N-1", "title": { "en": "Head", "zh": "主任" },
        "unit_id": house.north });
    let post = id_of(&directory.post("/api/v1/posts", body).await);
    let own = house.mara.get(&format!("/api/v1/users/{}", own_id(&deng).await)).await.json;
    let person = own["person_id"].as_str().or(own["person"]["id"].as_str()).unwrap().to_owned();
    id_of(&house.grant(&house.mara, &deng, ("giver", unit(&house.north)), None).await);
    let fill = async || {
        let body = json!({ "post_id": post, "person_id": person });
        let refused = deng.post("/api/v1/holdings", body).await;
        assert_eq!(refusal(&refused), (403, "out-of-scope"), "{:?}", refused.json);
        refused.json["detail"].as_str().unwrap().to_owned()
    };
    id_of(&house.scene.grant(&house.mara, ("post", &post), "operator", everything()).await);
    let said = fill().await;
    assert!(!said.contains("operator") && said.contains("N-1"), "{said}");
    id_of(&house.scene.grant(&house.mara, ("post", &post), "viewer", unit(&house.hill)).await);
    let said = fill().await;
    assert!(!said.contains("operator") && said.contains("viewer"), "{said}");
}
