//! What somebody else has begun in the name of who comes to a duty is over at that moment.

use access::{NewToken, Password, UserChange};
use kernel::Caller;
use serde_json::{Value, json};
use testkit::Client;

use crate::{
    authenticator::{Authenticator, ORIGIN},
    passkeys,
    posts::{appoint, post_and_person},
    providers::Stage,
    scene::{PASSWORD, Scene, everything, id_of, own_id, refusal},
    vouched::{last_refusal, link, separated},
};

const AUDIT: &str = "audit-administrator";
const SESSION: &str = "/api/v1/session";
const GIVEN: &str = "Heron-marsh-41 鹭";

/// Lets a user make tokens.
async fn let_make_tokens(scene: &Scene, by: &Client, id: &str) {
    let role = json!({ "name": "maker", "title": { "en": "Maker", "zh": "创建者" },
        "permissions": ["token.change"] });
    let made = by.post("/api/v1/roles", role).await;
    assert!(matches!(made.status.as_u16(), 201 | 409), "{:?}", made.json);
    assert_eq!(scene.grant(by, ("user", id), "maker", everything()).await.status, 201);
}

/// A program with a token that the user behind `browser` has made.
async fn program(scene: &Scene, browser: &Client) -> Client {
    let made = browser.post("/api/v1/tokens", json!({ "name": "x", "expires_in_days": 9 })).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
    bearer(scene, made.json["token"].as_str().unwrap())
}

/// A program with a token that was made at the console.
pub(crate) async fn program_of_console(scene: &Scene, id: &str) -> Client {
    let wanted = NewToken {
        user_id: id.parse().unwrap(),
        name: "x".to_owned(),
        limits: None,
        expires_in_days: 9,
    };
    let made = scene.access.create_token(&Caller::console(), &wanted).await.unwrap();
    bearer(scene, &made.1)
}

fn bearer(scene: &Scene, token: &str) -> Client {
    scene.stranger().with_header("authorization", &format!("Bearer {token}"))
}

async fn separate(by: &Client) {
    let answer = by.post("/api/v1/access/separation", json!({ "reason": "law" })).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json);
}

async fn set_password_at_console(scene: &Scene, id: &str, password: &str) {
    let (console, id) = (Caller::console(), id.parse().unwrap());
    let version = scene.access.user(&console, id).await.unwrap().version;
    let change = UserChange { password: Some(Password::new(password)), ..UserChange::default() };
    scene.access.change_user(&console, id, version, &change).await.unwrap();
}

/// Once an administrator could set a password, sign in as its user, make a token and a passkey, and
/// go on by them when the user had long had a duty.
#[tokio::test]
async fn what_was_prepared_before_the_separation_is_over_with_it() {
    let scene = Scene::staffed().await;
    scene.access.apply_address(Some(format!("{ORIGIN}/")));
    let mara = scene.signed_in("mara").await;
    for (name, duty) in [("sys", "system"), ("sec", "security"), ("aud", "audit")] {
        let id = scene.add(name, &format!("{duty}-administrator")).await.id.to_string();
        let_make_tokens(&scene, &mara, &id).await;
    }
    let aud = own_id(&scene.signed_in("aud").await).await;
    let path = format!("/api/v1/users/{aud}");
    let version = mara.get(&path).await.json["version"].as_i64().unwrap();
    assert_eq!(mara.patch(&path, version, json!({ "password": GIVEN })).await.status, 200);
    let puppet = scene.signed_in_with("aud", GIVEN).await;
    let change = json!({ "current": GIVEN, "new": PASSWORD });
    assert_eq!(puppet.post("/api/v1/profile/password", change).await.status, 204);
    let token = program(&scene, &puppet).await;
    let mut key = Authenticator::p256(b"of mara");
    assert_eq!(passkeys::add(&puppet, &mut key, "Desk").await.status, 201);
    // Aud gets the account back, and thinks that this is all.
    set_password_at_console(&scene, &aud, GIVEN).await;
    assert_eq!(token.get(SESSION).await.status, 200);
    let sec = scene.signed_in("sec").await;
    let own = program(&scene, &sec).await;
    separate(&mara).await;
    assert_eq!(refusal(&token.get(SESSION).await), (401, "token-revoked"));
    assert_eq!(refusal(&passkeys::sign_in(&scene, &mut key).await), (401, "passkey-refused"));
    let real = scene.signed_in_with("aud", GIVEN).await;
    assert_eq!(real.get("/api/v1/users").await.status, 200, "their duty is theirs");
    assert_eq!(sec.get(SESSION).await.status, 200, "who came by themselves stays");
    assert_eq!(own.get(SESSION).await.status, 200, "and what they have made");
    // Their password set anew at the console: nothing of what was there lives on.
    set_password_at_console(&scene, &own_id(&sec).await, GIVEN).await;
    assert_eq!(refusal(&own.get(SESSION).await), (401, "token-revoked"));
    assert_eq!(sec.get(SESSION).await.status, 401);
}

#[tokio::test]
async fn who_comes_to_a_duty_comes_alone() {
    let stage = Stage::with(json!({ "links_by_name": true })).await;
    let scene = &stage.scene;
    for (name, duty) in [("sys", "system"), ("sec", "security"), ("aud", "audit")] {
        scene.add(name, &format!("{duty}-administrator")).await;
    }
    // Mara's provider says that somebody is wei; later the link is removed.
    stage.claim("preferred_username", json!("wei"));
    let puppet = scene.browser(&stage.sign_in().await);
    let wei = own_id(&puppet).await;
    let_make_tokens(scene, &stage.mara, &wei).await;
    let token = program(scene, &puppet).await;
    let link =
        format!("/api/v1/users/{wei}/identities?authority={}&subject=s-1", stage.provider.issuer);
    assert_eq!(stage.mara.delete(&link, None).await.status, 204);
    let own = scene.signed_in("wei").await;
    let own_token = program(scene, &own).await;
    let of_console = program_of_console(scene, &wei).await;
    separate(&stage.mara).await;
    for client in [&puppet, &token, &own, &own_token, &of_console] {
        assert_eq!(client.get(SESSION).await.status, 200, "no duty yet");
    }
    let sec = scene.signed_in("sec").await;
    assert_eq!(scene.grant(&sec, ("user", &wei), AUDIT, everything()).await.status, 201);
    for client in [&puppet, &token, &of_console] {
        assert_eq!(client.get(SESSION).await.status, 401, "somebody else may have begun it");
    }
    for client in [&own, &own_token] {
        assert_eq!(client.get("/api/v1/users").await.status, 200, "they began it themselves");
    }
    let ended = scene.facts("session.ended").await.pop().unwrap();
    assert_eq!((&ended.detail["reason"], &ended.actor.name), (&json!("duty_given"), &"sec".into()));
}

#[tokio::test]
async fn group_brings_a_duty_to_nobody_elses_token_and_post_to_nobody() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    for (name, duty) in [("sys", "system"), ("sec", "security"), ("aud", "audit")] {
        scene.add(name, &format!("{duty}-administrator")).await;
    }
    let yan = scene.add("yan", "").await.id.to_string();
    let wei = scene.signed_in("wei").await;
    let (post, person) = post_and_person(&scene, &mara, &wei).await;
    appoint(&scene, &post, &person, None).await;
    scene.clock.advance(std::time::Duration::from_secs(60));
    separate(&mara).await;
    let sec = scene.signed_in("sec").await;
    let (of_yan, of_wei) = (
        program_of_console(&scene, &yan).await,
        program_of_console(&scene, &own_id(&wei).await).await,
    );
    let group = id_of(&sec.post("/api/v1/groups", json!({ "name": "Audit" })).await);
    assert_eq!(scene.grant(&sec, ("group", &group), AUDIT, everything()).await.status, 201);
    assert_eq!(of_yan.get(SESSION).await.status, 200);
    let members = json!({ "add": [{ "kind": "user", "id": yan }] });
    let joined = sec.post(&format!("/api/v1/groups/{group}/members"), members).await;
    assert_eq!(joined.status, 204, "{:?}", joined.json);
    assert_eq!(refusal(&of_yan.get(SESSION).await), (401, "token-revoked"));
    assert_eq!(of_wei.get(SESSION).await.status, 200);
    assert_eq!(scene.grant(&sec, ("post", &post), AUDIT, everything()).await.status, 201);
    assert_eq!(of_wei.get(SESSION).await.status, 200, "a post brings no duty");
    assert_eq!(wei.get("/api/v1/users").await.status, 403);
}

/// Once a provider could be led elsewhere under those who had linked themselves to it.
#[tokio::test]
async fn link_to_a_provider_that_was_led_elsewhere_is_made_anew() {
    let (stage, sec) = separated().await;
    assert_eq!(link(&stage, "aud").await.status, 204);
    assert_eq!(stage.sign_in().await.json["user"]["name"], "aud");
    // Gone and come back under the same address: perhaps it is another one.
    let path = format!("/api/v1/providers/{}", stage.id);
    let seen = sec.get(&path).await.json;
    let body = json!({ "label": seen["label"], "settings": seen["settings"],
        "client_secret": crate::oidc_provider::CLIENT_SECRET });
    assert_eq!(sec.delete(&path, None).await.status, 204);
    let id = id_of(&sec.post("/api/v1/providers", body).await);
    let stage = Stage { id, ..stage };
    assert_eq!(refusal(&stage.sign_in().await), (403, "not-welcome"));
    assert_eq!(last_refusal(&stage).await, json!({ "unwelcome": "administrator" }));
    let own = stage.scene.signed_in("aud").await;
    assert_eq!(own.get("/api/v1/users").await.status, 200, "the duty stays with the password");
    assert_eq!(link(&stage, "aud").await.status, 204);
    let back: Value = stage.sign_in().await.json;
    assert_eq!(back["user"]["name"], "aud", "linked anew: {back}");
}
