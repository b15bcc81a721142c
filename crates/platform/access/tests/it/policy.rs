use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    authenticator::{Authenticator, ORIGIN},
    scene::{PASSWORD, Scene, everything, own_id, refusal},
};

const POLICY: &str = "/api/v1/access/second-factor-policy";
const DAY: Duration = Duration::from_secs(86_400);

async fn require(by: &Client, version: i64, body: Value) -> Answer {
    by.send("PUT", POLICY, Some(body.to_string()), Some(version)).await
}

async fn lacking(by: &Client) -> Vec<String> {
    let page = by.get(&format!("{POLICY}/lacking")).await;
    assert_eq!(page.status, 200, "{:?}", page.json);
    let items = page.json["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["user_name"].as_str().unwrap().to_owned()).collect()
}

async fn enrol(scene: &Scene, browser: &Client) -> Answer {
    let totp = "/api/v1/profile/totp";
    let begun = browser.post(totp, json!({ "password": PASSWORD })).await;
    assert_eq!(begun.status, 200, "{:?}", begun.json);
    let secret = totp_rs::Secret::try_from_base32(begun.json["secret"].as_str().unwrap()).unwrap();
    let app = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now_s = kernel::Clock::now(&scene.clock).micros() / 1_000_000;
    let code = app.generate(u64::try_from(now_s).unwrap()).to_string();
    browser.post(&format!("{totp}/confirm"), json!({ "code": code })).await
}

/// A program of the user behind `browser`, with a token that the console made.
async fn program(scene: &Scene, browser: &Client) -> Client {
    let new = access::NewToken {
        user_id: own_id(browser).await.parse().unwrap(),
        name: "backup".to_owned(),
        limits: None,
        expires_in_days: 30,
    };
    let made = scene.access.create_token(&kernel::Caller::console(), &new).await.unwrap();
    scene.stranger().with_header("authorization", &format!("Bearer {}", made.1))
}

#[tokio::test]
async fn who_lacks_a_required_factor_can_do_nothing_but_set_one_up() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    assert_eq!(enrol(&scene, &mara).await.status, 200);
    let program = program(&scene, &wei).await;
    let before = mara.get(POLICY).await;
    assert_eq!(
        (before.json["required_of"].as_str(), before.json["since"].as_str()),
        (Some("nobody"), None)
    );
    assert!(lacking(&mara).await.is_empty());
    let changed = require(&mara, 1, json!({ "required_of": "everybody" })).await;
    assert_eq!(changed.status, 200, "{:?}", changed.json);
    // At once, in a session that goes on, and after signing in anew.
    let again = scene.try_sign_in("wei", PASSWORD).await;
    assert_eq!((again.status.as_u16(), &again.json["owed"]), (200, &json!("second_factor")));
    assert_eq!(again.json["permissions"], json!(["sign-in.change", "sign-in.read"]));
    for browser in [&wei, &scene.browser(&again)] {
        for (method, path) in [
            ("GET", "/api/v1/profile/access"),
            ("PATCH", "/api/v1/profile"),
            ("GET", "/api/v1/sessions"),
            ("POST", "/api/v1/tokens"),
            ("GET", "/api/v1/users"),
            ("GET", "/api/v1/reviews"),
        ] {
            let answer = browser.send(method, path, Some("{}".to_owned()), Some(1)).await;
            assert_eq!(refusal(&answer), (403, "second-factor-owed"), "{method} {path}");
        }
        assert_eq!(browser.get("/api/v1/session").await.json["owed"], "second_factor");
    }
    assert_eq!(program.get("/api/v1/session").await.status, 200);
    assert_eq!(program.get("/api/v1/profile/access").await.status, 200, "tokens stay as they are");
    assert_eq!(program.get("/api/v1/session").await.json["owed"], json!(null));
    assert_eq!(lacking(&mara).await, ["wei"]);
    assert_eq!(enrol(&scene, &wei).await.status, 200);
    assert_eq!(wei.get("/api/v1/profile/access").await.status, 200, "from the next request on");
    assert_eq!(wei.get("/api/v1/session").await.json["owed"], json!(null));
    assert!(lacking(&mara).await.is_empty());
    let fact = scene.facts("access.second_factor_policy_changed").await.remove(0);
    assert_eq!(fact.detail["required_of"], "everybody");
}

#[tokio::test]
async fn last_factor_of_who_must_have_one_stays() {
    let scene = Scene::staffed().await;
    scene.access.apply_address(Some(ORIGIN.to_owned()));
    let mara = scene.signed_in("mara").await;
    assert_eq!(enrol(&scene, &mara).await.status, 200);
    require(&mara, 1, json!({ "required_of": "administrators" })).await;
    let password = json!({ "password": PASSWORD });
    let remove_app = "/api/v1/profile/totp/remove";
    let refused = mara.post(remove_app, password.clone()).await;
    assert_eq!(refusal(&refused), (409, "second-factor-required"));
    let standing = mara.get("/api/v1/profile/totp").await.json;
    assert_eq!((&standing["required"], standing["enrolled_at"].is_string()), (&json!(true), true));
    // With another one in place it may go, and then the other one stays.
    let offer = mara.post("/api/v1/profile/passkeys/challenge", password.clone()).await.json;
    let mut key = Authenticator::p256(b"mara");
    let added = mara.post("/api/v1/profile/passkeys", key.make(&offer, "Key")).await;
    assert_eq!(added.status, 201, "{:?}", added.json);
    assert_eq!(mara.post(remove_app, password.clone()).await.status, 204);
    let standing = mara.get("/api/v1/profile/totp").await.json;
    assert_eq!(standing["recovery_codes_left"], 10, "they go with the last factor only");
    let id = added.json["passkey"]["id"].as_str().unwrap();
    let remove_key = format!("/api/v1/profile/passkeys/{id}/remove");
    let refused = mara.post(&remove_key, password.clone()).await;
    assert_eq!(refusal(&refused), (409, "second-factor-required"));
    require(&mara, 2, json!({ "required_of": "nobody" })).await;
    assert_eq!(mara.post(&remove_key, password).await.status, 204);
}

#[tokio::test]
async fn grace_runs_from_when_it_was_required_or_the_user_was_added() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let viewers = json!({ "required_of": "roles", "roles": ["viewer"], "grace_days": 3 });
    assert_eq!(require(&mara, 1, viewers).await.status, 200);
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.json["owed"], json!(null));
    assert_eq!(lacking(&mara).await, ["wei"], "before it is due, too");
    scene.clock.advance(DAY * 2);
    scene.add("new.one", "viewer").await;
    scene.clock.advance(DAY);
    let wei = scene.try_sign_in("wei", PASSWORD).await;
    assert_eq!(wei.json["owed"], "second_factor");
    let answer = scene.browser(&wei).get("/api/v1/profile/access").await;
    assert_eq!(refusal(&answer), (403, "second-factor-owed"));
    assert_eq!(scene.try_sign_in("new.one", PASSWORD).await.json["owed"], json!(null));
    scene.add("other", "operator").await;
    assert_eq!(scene.try_sign_in("other", PASSWORD).await.json["owed"], json!(null));
    let mara = scene.signed_in("mara").await;
    assert_eq!(lacking(&mara).await, ["new.one", "wei"]);
}

#[tokio::test]
async fn policy_of_administrators_means_every_way_to_a_duty() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    enrol(&scene, &mara).await;
    scene.add("sys", "system-administrator").await;
    let role = json!({ "name": "helper", "title": { "en": "Helper", "zh": "助手" },
        "permissions": ["user.change"] });
    assert_eq!(mara.post("/api/v1/roles", role).await.status, 201);
    scene.add("deng", "").await;
    let deng = own_id(&scene.signed_in("deng").await).await;
    let group = mara.post("/api/v1/groups", json!({ "name": "Helpers" })).await;
    let group = group.json["id"].as_str().unwrap().to_owned();
    scene.grant(&mara, ("group", &group), "helper", everything()).await;
    require(&mara, 1, json!({ "required_of": "administrators" })).await;
    assert_eq!(lacking(&mara).await, ["sys"]);
    assert_eq!(scene.try_sign_in("deng", PASSWORD).await.json["owed"], json!(null));
    let join = json!({ "add": [{ "kind": "user", "id": deng }] });
    assert_eq!(mara.post(&format!("/api/v1/groups/{group}/members"), join).await.status, 204);
    assert_eq!(lacking(&mara).await, ["deng", "sys"]);
    assert_eq!(scene.try_sign_in("deng", PASSWORD).await.json["owed"], "second_factor");
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.json["owed"], json!(null));
    let page = mara.get(&format!("{POLICY}/lacking?limit=1")).await.json;
    assert_eq!(page["items"][0]["user_name"], "deng");
    let next = page["next"].as_str().unwrap();
    let page = mara.get(&format!("{POLICY}/lacking?limit=1&after={next}")).await.json;
    assert_eq!((&page["items"][0]["user_name"], &page["next"]), (&json!("sys"), &json!(null)));
}

#[tokio::test]
async fn policy_is_for_those_who_bind_administrators_and_is_checked() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    assert_eq!(refusal(&wei.get(POLICY).await), (403, "forbidden"));
    let everybody = json!({ "required_of": "everybody" });
    assert_eq!(refusal(&require(&wei, 1, everybody.clone()).await), (403, "forbidden"));
    for (body, field) in [
        (json!({ "required_of": "some" }), "required_of"),
        (json!({ "required_of": "roles" }), "roles"),
        (json!({ "required_of": "everybody", "roles": ["viewer"] }), "roles"),
        (json!({ "required_of": "everybody", "grace_days": 366 }), "grace_days"),
    ] {
        let answer = require(&mara, 1, body).await;
        assert_eq!(answer.json["fields"][0]["field"], field, "{:?}", answer.json);
    }
    let unknown = require(&mara, 1, json!({ "required_of": "roles", "roles": ["root"] })).await;
    assert_eq!(refusal(&unknown), (404, "not-found"));
    assert_eq!(require(&mara, 1, everybody.clone()).await.status, 200);
    assert_eq!(refusal(&require(&mara, 1, everybody).await), (403, "second-factor-owed"));
}

/// Once who added a user knew their password, and could go on being them.
#[tokio::test]
async fn password_that_somebody_else_has_set_is_changed_before_anything_else() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let body = json!({ "name": "newly", "role": "viewer", "password": "Heron-lake-41" });
    assert_eq!(mara.post("/api/v1/users", body).await.status, 201);
    let answer = scene.try_sign_in("newly", "Heron-lake-41").await;
    assert_eq!((answer.status.as_u16(), &answer.json["owed"]), (200, &json!("password")));
    let newly = scene.browser(&answer);
    assert_eq!(refusal(&newly.get("/api/v1/profile/access").await), (403, "password-owed"));
    let same = json!({ "current": "Heron-lake-41", "new": "Heron-lake-41" });
    let answer = newly.post("/api/v1/profile/password", same).await;
    assert_eq!(answer.json["fields"][0]["field"], "new", "{:?}", answer.json);
    let own = json!({ "current": "Heron-lake-41", "new": "My-own-heron-42" });
    assert_eq!(newly.post("/api/v1/profile/password", own).await.status, 204);
    assert_eq!(newly.get("/api/v1/profile/access").await.status, 200);
    // The same for a password that an administrator resets, but not for one of the console's.
    let wei = own_id(&scene.signed_in("wei").await).await;
    let path = format!("/api/v1/users/{wei}");
    let reset = mara.patch(&path, 1, json!({ "password": "Heron-lake-41" })).await;
    assert_eq!(reset.status, 200);
    assert_eq!(scene.try_sign_in("wei", "Heron-lake-41").await.json["owed"], "password");
    assert_eq!(scene.try_sign_in("Mara", PASSWORD).await.json["owed"], json!(null));
}

#[tokio::test]
async fn separated_administrators_know_nobodys_password() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    for (name, duty) in [("sys", "system"), ("sec", "security"), ("aud", "audit")] {
        scene.add(name, &format!("{duty}-administrator")).await;
    }
    let sec = scene.signed_in("sec").await;
    let separate = json!({ "reason": "law" });
    assert_eq!(mara.post("/api/v1/access/separation", separate).await.status, 200);
    let with = json!({ "name": "puppet", "role": "viewer", "password": "Heron-lake-41" });
    assert_eq!(refusal(&sec.post("/api/v1/users", with).await), (403, "others-duty"));
    let without = json!({ "name": "puppet", "role": "viewer" });
    let made = sec.post("/api/v1/users", without).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
    let path = format!("/api/v1/users/{}", made.json["id"].as_str().unwrap());
    let later = sec.patch(&path, 1, json!({ "password": "Heron-lake-41" })).await;
    assert_eq!(refusal(&later), (403, "others-duty"), "though they have no duty");
    for password in ["", "Heron-lake-41", PASSWORD] {
        assert_eq!(scene.try_sign_in("puppet", password).await.status, 401, "none lets them in");
    }
    let console = kernel::Caller::console();
    let user = scene.access.user_called(&console, "puppet").await.unwrap();
    let change = access::UserChange {
        password: Some(access::Password::new(PASSWORD)),
        ..access::UserChange::default()
    };
    scene.access.change_user(&console, user.id, user.version, &change).await.unwrap();
    assert_eq!(scene.try_sign_in("puppet", PASSWORD).await.json["owed"], json!(null));
}
