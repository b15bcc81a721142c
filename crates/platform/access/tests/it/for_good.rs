//! What stays takes a right that is held for good: a person's account, a number, a review, a role
//! that limits tokens. And what lies sealed is judged together.

use std::sync::Arc;

use access::UserChange;
use directory::{PlainSecrets, SourceSettings, Sources};
use http_kit::guard::OutboundGuard;
use kernel::{Caller, Fault};
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    grants::unit,
    lent::{House, TOO_LONG, patched, refused_for_a_time_and_lent, weak_role, widened},
    scene::{PASSWORD, Scene, everything, id_of, own_id, refusal},
    separation::three,
};

/// The person of whom that is the number.
async fn person(scene: &Scene, number: &str, unit: Option<&str>) -> String {
    let body = json!({ "number": number, "name": number, "unit_id": unit });
    id_of(&scene.directory_client().post("/api/v1/people", body).await)
}

async fn user_path(scene: &Scene, name: &str, role: &str) -> String {
    format!("/api/v1/users/{}", scene.add(name, role).await.id)
}

/// Whoever tied an administrator's account to a person of theirs signed in as it for ever after.
#[tokio::test]
async fn account_is_tied_to_a_person_by_a_right_held_for_good() {
    let (house, deng, wei) = House::new(&["*.read", "user.*", "grant.delegate"]).await;
    let boss = user_path(&house.scene, "boss", "administrator").await;
    let plain = user_path(&house.scene, "plain", "").await;
    let (one, other) =
        (person(&house.scene, "71", None).await, person(&house.scene, "72", None).await);
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        for user in [&boss, &plain] {
            let tied = patched(&house, by, user, json!({ "person_id": one })).await;
            assert_eq!(refusal(&tied), expected, "{:?}", tied.json);
        }
        let made = json!({ "name": "new", "password": PASSWORD, "person_id": one });
        let made = by.post("/api/v1/users", made).await;
        assert_eq!(refusal(&made), expected, "{:?}", made.json);
        let said = made.json["detail"].as_str().unwrap();
        assert!(said.contains("user.change") && made.json["fields"] == json!([]), "{said}");
        // Without a password the person alone comes in.
        let alone = person(&house.scene, expected.1, None).await;
        let alone = json!({ "name": expected.1, "person_id": alone });
        assert_eq!(by.post("/api/v1/users", alone).await.status, 201);
    };
    refused_for_a_time_and_lent(&house, (&deng, &wei), tries).await;
    // What the account has is theirs to give only who may grant it.
    let tied = patched(&house, &deng, &boss, json!({ "person_id": one })).await;
    assert_eq!(refusal(&tied), (403, "forbidden"), "{:?}", tied.json);
    let tied = patched(&house, &deng, &plain, json!({ "person_id": one })).await;
    assert_eq!(tied.status, 200, "{:?}", tied.json);
    let made = json!({ "name": "new", "password": PASSWORD, "person_id": other });
    assert_eq!(deng.post("/api/v1/users", made).await.status, 201);
    let mara = &house.mara;
    let third = person(&house.scene, "73", None).await;
    let tied = patched(&house, mara, &boss, json!({ "person_id": third })).await;
    assert_eq!(tied.status, 200, "{:?}", tied.json);
}

#[tokio::test]
async fn while_separated_nobody_ties_what_an_account_has_to_a_person() {
    let scene = Scene::staffed().await;
    let (mara, [_, sec, _]) = three(&scene).await;
    let (has, bare) =
        (user_path(&scene, "has", "operator").await, user_path(&scene, "bare", "").await);
    let grouped = scene.add("grouped", "").await.id.to_string();
    let group = id_of(&mara.post("/api/v1/groups", json!({ "name": "g" })).await);
    let add = json!({ "add": [{ "kind": "user", "id": grouped }] });
    mara.post(&format!("/api/v1/groups/{group}/members"), add).await;
    scene.grant(&mara, ("group", &group), "operator", everything()).await;
    let sealed = scene.add("sealed", "").await.id.to_string();
    let seal = json!({ "user_id": sealed, "role": "operator", "scope": everything(),
        "hours_max": 1, "reason": "fire" });
    id_of(&mara.post("/api/v1/emergencies", seal).await);
    scene.access.separate(&Caller::console(), "test").await.unwrap();
    let one = person(&scene, "71", None).await;
    let tie = async |path: &str| {
        let at = sec.get(path).await.json["version"].as_i64().unwrap();
        sec.patch(path, at, json!({ "person_id": one })).await
    };
    let users = [&grouped, &sealed].map(|id| format!("/api/v1/users/{id}"));
    for path in [&has, &users[0], &users[1]] {
        let refused = tie(path).await;
        assert_eq!(refusal(&refused), (403, "others-duty"), "{path}: {:?}", refused.json);
    }
    assert_eq!(tie(&bare).await.status, 200);
}

/// Another number lets another entry of a directory in as whoever had it.
#[tokio::test]
async fn number_of_who_has_an_account_changes_by_a_right_held_for_good() {
    let (house, deng, wei) = House::new(&["*.read", "directory.*", "grant.delegate"]).await;
    let told = person(&house.scene, "71", Some(&house.north)).await;
    let free = person(&house.scene, "72", Some(&house.north)).await;
    let account = house.scene.add("account", "").await;
    let change = UserChange { person_id: Some(Some(told.clone())), ..UserChange::default() };
    house.scene.access.change_user(&Caller::console(), account.id, 1, &change).await.unwrap();
    let [told, free] = [&told, &free].map(|id| format!("/api/v1/people/{id}"));
    let number = async |by: &Client, path: &str, number: &str| {
        patched(&house, by, path, json!({ "number": number })).await
    };
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        // An account that is made later would be theirs as well.
        for path in [&told, &free] {
            let refused = number(by, path, "75").await;
            assert_eq!(refusal(&refused), expected, "{:?}", refused.json);
            assert!(refused.json["detail"].as_str().unwrap().contains("directory.change"));
        }
        let named = patched(&house, by, &told, json!({ "name": expected.1 })).await;
        assert_eq!(named.status, 200, "{:?}", named.json);
    };
    refused_for_a_time_and_lent(&house, (&deng, &wei), tries).await;
    assert_eq!(number(&deng, &told, "75").await.status, 200);
    // Who holds it for good over the person's unit may as well.
    house.scene.add("part", "").await;
    let part = house.scene.signed_in("part").await;
    id_of(&house.grant(&house.mara, &part, ("giver", unit(&house.north)), None).await);
    for (path, other) in [(&told, "76"), (&free, "77")] {
        assert_eq!(number(&part, path, other).await.status, 200);
    }
}

/// Who changed the number of an administrator signed in as them by another entry.
#[tokio::test]
async fn number_of_who_has_something_changes_by_who_may_grant_it() {
    let (house, deng, _) = House::new(&["*.read", "directory.*"]).await;
    id_of(&house.grant(&house.mara, &deng, ("giver", everything()), None).await);
    let (with_account, with_post) = (
        person(&house.scene, "71", Some(&house.north)).await,
        person(&house.scene, "72", Some(&house.north)).await,
    );
    let account = house.scene.add("account", "viewer").await;
    let change =
        UserChange { person_id: Some(Some(with_account.clone())), ..UserChange::default() };
    house.scene.access.change_user(&Caller::console(), account.id, 1, &change).await.unwrap();
    granted_post(&house, &with_post).await;
    for (id, other) in [(&with_account, "81"), (&with_post, "82")] {
        let path = format!("/api/v1/people/{id}");
        let refused = patched(&house, &deng, &path, json!({ "number": other })).await;
        assert_eq!(refusal(&refused), (403, "forbidden"), "{:?}", refused.json);
        assert!(refused.json["detail"].as_str().unwrap().contains("grant.change"));
        let named = patched(&house, &deng, &path, json!({ "name": other })).await;
        assert_eq!(named.status, 200, "{:?}", named.json);
        let by_mara = patched(&house, &house.mara, &path, json!({ "number": other })).await;
        assert_eq!(by_mara.status, 200, "{:?}", by_mara.json);
    }
}

#[tokio::test]
async fn while_separated_nobody_changes_the_number_of_who_has_something() {
    let scene = Scene::staffed().await;
    scene.access.learn_permissions(&[], &[directory::DIRECTORY_READ, directory::DIRECTORY_CHANGE]);
    let (_, [sys, ..]) = three(&scene).await;
    let (has, bare) = (person(&scene, "71", None).await, person(&scene, "72", None).await);
    for (name, role, id) in [("has", "viewer", &has), ("bare", "", &bare)] {
        let account = scene.add(name, role).await;
        let change = UserChange { person_id: Some(Some(id.clone())), ..UserChange::default() };
        scene.access.change_user(&Caller::console(), account.id, 1, &change).await.unwrap();
    }
    scene.access.separate(&Caller::console(), "test").await.unwrap();
    let number = async |id: &str, number: &str| {
        let body = json!({ "number": number });
        sys.patch(&format!("/api/v1/people/{id}"), 1, body).await
    };
    let refused = number(&has, "81").await;
    assert_eq!(refusal(&refused), (403, "others-duty"), "{:?}", refused.json);
    let said = refused.json["detail"].as_str().unwrap();
    assert!(said.contains("number"), "{said}");
    let changed = number(&bare, "82").await;
    assert_eq!(changed.status, 200, "{:?}", changed.json);
}

/// A post of the north to which something is granted, and which that person is to hold from
/// tomorrow on.
async fn granted_post(house: &House, person: &str) {
    let directory = house.scene.directory_client();
    let body = json!({ "code": "N-1", "title": { "en": "Head", "zh": "主任" },
        "unit_id": house.north });
    let post = id_of(&directory.post("/api/v1/posts", body).await);
    let body = json!({ "post_id": post, "person_id": person, "from": house.after(24) });
    id_of(&directory.post("/api/v1/holdings", body).await);
    id_of(&house.scene.grant(&house.mara, ("post", &post), "viewer", unit(&house.north)).await);
}

/// Who set the first password of an account came in as a person whose posts carry roles.
#[tokio::test]
async fn account_of_who_holds_a_granted_post_gets_a_password_by_who_may_grant() {
    let (house, deng, _) = House::new(&["*.read", "user.*"]).await;
    id_of(&house.grant(&house.mara, &deng, ("giver", everything()), None).await);
    let held = person(&house.scene, "71", Some(&house.north)).await;
    granted_post(&house, &held).await;
    let with_password = json!({ "name": "held", "password": PASSWORD, "person_id": held });
    let refused = deng.post("/api/v1/users", with_password.clone()).await;
    assert_eq!(refusal(&refused), (403, "forbidden"), "{:?}", refused.json);
    assert!(refused.json["detail"].as_str().unwrap().contains("grant.change"));
    let made = house.mara.post("/api/v1/users", with_password).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
}

/// A source went on bringing people when the right of who had made it was over.
#[tokio::test]
async fn source_of_people_is_made_and_changed_by_a_right_held_for_good() {
    let (house, deng, wei) = House::new(&["*.read", "directory.*", "grant.delegate"]).await;
    let secrets = PlainSecrets { folder: house.scene.keys.path().join("secrets") };
    let directory = house.scene.directory.clone();
    let sources = Sources::new(directory, Arc::new(secrets), OutboundGuard::default());
    let settings = || SourceSettings {
        url: "ldap://ds.example".to_owned(),
        base: "dc=example".to_owned(),
        ..SourceSettings::default()
    };
    let caller =
        async |by: &Client| house.scene.access.author(&own_id(by).await).await.unwrap().unwrap();
    let console = Caller::system("test");
    let there = sources.create(&console, "AD", settings()).await.unwrap();
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        let by = caller(by).await;
        let made = sources.create(&by, expected.1, settings()).await.unwrap_err();
        let changed = sources.change(&by, there.id, 1, "mine", settings()).await.unwrap_err();
        for refused in [made, changed] {
            let fault = Fault::from(refused);
            assert_eq!(fault.code, expected.1, "{fault:?}");
        }
    };
    refused_for_a_time_and_lent(&house, (&deng, &wei), tries).await;
    let deng = caller(&deng).await;
    sources.create(&deng, "HR", settings()).await.unwrap();
    sources.change(&deng, there.id, 1, "mine", settings()).await.unwrap();
}

/// A token that a role of few permissions limits could more once the role was widened.
#[tokio::test]
async fn role_that_limits_tokens_is_widened_by_a_right_held_for_good() {
    let (house, deng, wei) = House::new(&["*.read", "role.*", "grant.delegate"]).await;
    for name in ["narrow", "gone"] {
        weak_role(&house, name).await;
        house.scene.program(&house.mara, name).await;
    }
    assert_eq!(house.mara.delete("/api/v1/roles/gone", Some(1)).await.status, 204);
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        let refused = widened(&house, by, "narrow").await;
        assert_eq!(refusal(&refused), expected, "{:?}", refused.json);
        let again = json!({ "name": "gone", "title": { "en": "g", "zh": "g" },
            "permissions": ["user.change"] });
        let refused = by.post("/api/v1/roles", again).await;
        assert_eq!(refusal(&refused), expected, "{:?}", refused.json);
    };
    refused_for_a_time_and_lent(&house, (&deng, &wei), tries).await;
    assert_eq!(widened(&house, &deng, "narrow").await.status, 200);
}

#[tokio::test]
async fn token_does_not_change_a_role_that_it_is_limited_to() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let role = json!({ "name": "roles", "title": { "en": "r", "zh": "r" },
        "permissions": ["role.*"] });
    id_or_name(&mara.post("/api/v1/roles", role).await);
    let (token, _) = scene.program(&mara, "roles").await;
    let wide = json!({ "title": { "en": "r", "zh": "r" }, "permissions": ["*"] }).to_string();
    let put = token.send("PUT", "/api/v1/roles/roles", Some(wide), Some(1)).await;
    assert_eq!(refusal(&put), (403, "own-limit"), "{:?}", put.json);
    let gone = token.delete("/api/v1/roles/roles", Some(1)).await;
    assert_eq!(refusal(&gone), (403, "own-limit"), "{:?}", gone.json);
    let other = json!({ "name": "other", "title": { "en": "r", "zh": "r" },
        "permissions": ["token.read"] });
    assert_eq!(token.post("/api/v1/roles", other).await.status, 201);
}

fn id_or_name(answer: &testkit::Answer) {
    assert!(answer.status.is_success(), "{:?}", answer.json);
}

/// Its reviewer went on deciding when the emergency in which they had opened it was over.
#[tokio::test]
async fn review_is_opened_and_emergency_confirmed_by_a_right_held_for_good() {
    let (house, deng, wei) = House::new(&["*.read", "review.*", "grant.delegate"]).await;
    house.scene.add("night", "").await;
    let night = house.scene.signed_in("night").await;
    let seal = json!({ "user_id": own_id(&night).await, "role": "viewer", "scope": everything(),
        "hours_max": 1, "reason": "fire" });
    let sealed = id_of(&house.mara.post("/api/v1/emergencies", seal).await);
    let begun = night
        .post(
            &format!("/api/v1/emergencies/{sealed}/activate"),
            json!({ "hours": 1, "reason": "x" }),
        )
        .await;
    let confirm = format!("/api/v1/activations/{}/confirm", id_of(&begun));
    let due = house.after(24 * 30);
    let open = async |by: &Client| {
        let body = json!({ "title": "mine", "reviewer_id": own_id(by).await, "due_at": due });
        by.post("/api/v1/reviews", body).await
    };
    let seen = async |by: &Client| by.post(&confirm, json!({ "reason": "fine" })).await;
    let tries = async |by: &Client, expected: (u16, &'static str)| {
        for refused in [open(by).await, seen(by).await] {
            assert_eq!(refusal(&refused), expected, "{:?}", refused.json);
            assert!(refused.json["detail"].as_str().unwrap().contains("review.change"));
        }
    };
    refused_for_a_time_and_lent(&house, (&deng, &wei), tries).await;
    assert_eq!(open(&deng).await.status, 201);
    assert_eq!(seen(&deng).await.status, 200);
}

/// Each alone broke no rule; taken one after the other they united two duties.
#[tokio::test]
async fn seals_of_two_duties_are_not_made_for_one_user() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let user = scene.add("night", "").await.id.to_string();
    let seal = async |role: &str| {
        let body = json!({ "user_id": user, "role": role, "scope": everything(), "hours_max": 1,
            "reason": "fire" });
        mara.post("/api/v1/emergencies", body).await
    };
    assert_eq!(seal("system-administrator").await.status, 201);
    let refused = seal("audit-administrator").await;
    assert_eq!(refusal(&refused), (409, "duties-exclude"), "{:?}", refused.json);
    assert_eq!(seal("system-administrator").await.status, 201, "the same duty");
    for one in mara.get("/api/v1/emergencies").await.json["items"].as_array().unwrap() {
        let path = format!("/api/v1/emergencies/{}", one["id"].as_str().unwrap());
        assert_eq!(mara.delete(&path, None).await.status, 204);
    }
    assert_eq!(seal("audit-administrator").await.status, 201, "the others were withdrawn");
}

#[tokio::test]
async fn unknown_role_user_and_reviewer_are_named_by_their_fields() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (own, nobody) = (own_id(&mara).await, "01890a5d-ac96-774b-bcce-b302099a8057");
    let seal = |user: &str, role: &str| {
        json!({ "user_id": user, "role": role, "scope": everything(), "hours_max": 1,
            "reason": "x" })
    };
    let review = json!({ "title": "x", "reviewer_id": nobody, "due_at": "2099-01-01T00:00:00Z" });
    let asked: [(&str, Value, &str); 3] = [
        ("/api/v1/emergencies", seal(&own, "nope"), "role"),
        ("/api/v1/emergencies", seal(nobody, "viewer"), "user_id"),
        ("/api/v1/reviews", review, "reviewer_id"),
    ];
    for (path, body, field) in asked {
        let refused = mara.post(path, body).await;
        assert_eq!(refusal(&refused), (400, "invalid"), "{field}: {:?}", refused.json);
        assert_eq!(refused.json["fields"][0]["field"], field);
    }
}

/// Who may grant for a time fills a post for that time.
#[tokio::test]
async fn post_that_carries_roles_is_filled_for_as_long_as_one_may_grant() {
    let (house, deng, _) = House::new(&["*.read", "grant.*", "directory.*"]).await;
    let directory = house.scene.directory_client();
    let body = json!({ "code": "N-1", "title": { "en": "Head", "zh": "主任" },
        "unit_id": house.north });
    let post = id_of(&directory.post("/api/v1/posts", body).await);
    id_of(&house.scene.grant(&house.mara, ("post", &post), "viewer", unit(&house.north)).await);
    id_of(&house.grant(&house.mara, &deng, ("giver", unit(&house.north)), Some(24)).await);
    let who = person(&house.scene, "71", Some(&house.north)).await;
    let fill = async |hours: Option<u64>| {
        let body = json!({ "post_id": post, "person_id": who, "kind": "acting",
            "to": hours.map(|hours| house.after(hours)) });
        deng.post("/api/v1/holdings", body).await
    };
    for hours in [None, Some(25)] {
        let refused = fill(hours).await;
        assert_eq!(refusal(&refused), TOO_LONG, "{hours:?}: {:?}", refused.json);
        assert_eq!(refused.json["fields"][0]["field"], "to");
        let until = refused.json["fields"][0]["expected"].as_str().unwrap();
        assert!(until.contains(house.after(24).split('.').next().unwrap()), "{until}");
    }
    assert_eq!(fill(Some(24)).await.status, 201);
}
