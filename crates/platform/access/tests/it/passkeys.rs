use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Answer, Client};

use crate::{
    authenticator::{Authenticator, ORIGIN, PRESENT, encoded},
    scene::{PASSWORD, Scene, own_id, refusal},
};

const OWN: &str = "/api/v1/profile/passkeys";
const SIGN_IN: &str = "/api/v1/session/passkey";

/// A staffed server that knows its address.
async fn scene() -> Scene {
    let scene = Scene::staffed().await;
    scene.access.apply_address(Some(format!("{ORIGIN}/")));
    scene
}

async fn offer(browser: &Client) -> Value {
    let body = json!({ "password": PASSWORD });
    let offer = browser.post(&format!("{OWN}/challenge"), body).await;
    assert_eq!(offer.status, 200, "{:?}", offer.json);
    offer.json
}

pub(crate) async fn add(browser: &Client, authenticator: &mut Authenticator, name: &str) -> Answer {
    let offer = offer(browser).await;
    browser.post(OWN, authenticator.make(&offer, name)).await
}

/// Wei's browser and passkey.
async fn enrolled(scene: &Scene) -> (Client, Authenticator) {
    let wei = scene.signed_in("wei").await;
    let mut key = Authenticator::p256(b"wei-key");
    let added = add(&wei, &mut key, "Desk key").await;
    assert_eq!(added.status, 201, "{:?}", added.json);
    (wei, key)
}

async fn challenge(scene: &Scene, reference: Option<&Value>) -> String {
    let body = json!({ "reference": reference });
    let given = scene.stranger().post(&format!("{SIGN_IN}/challenge"), body).await;
    assert_eq!(given.status, 200, "{:?}", given.json);
    given.json["challenge"].as_str().unwrap().to_owned()
}

pub(crate) async fn sign_in(scene: &Scene, key: &mut Authenticator) -> Answer {
    let challenge = challenge(scene, None).await;
    scene.stranger().post(SIGN_IN, key.sign(&challenge)).await
}

async fn first_step(scene: &Scene) -> Value {
    let answer = scene.try_sign_in("wei", PASSWORD).await;
    assert_eq!(answer.status, 202, "{:?}", answer.json);
    assert_eq!(answer.json["by_passkey"], true);
    answer.json["reference"].clone()
}

async fn second_step(scene: &Scene, reference: &Value, passkey: Value) -> Answer {
    let body = json!({ "reference": reference, "passkey": passkey });
    scene.stranger().post("/api/v1/session/second-factor", body).await
}

#[tokio::test]
async fn passkey_lets_one_in_alone_without_a_name() {
    let scene = scene().await;
    let phone = scene.signed_in("wei").await;
    let wei = scene.signed_in("wei").await;
    let mut key = Authenticator::p256(b"one");
    let added = add(&wei, &mut key, " Desk key ").await;
    assert_eq!(added.status, 201, "{:?}", added.json);
    assert_eq!(added.json["passkey"]["name"], "Desk key");
    assert_eq!(added.json["recovery_codes"].as_array().unwrap().len(), 10);
    assert_eq!(phone.get("/api/v1/session").await.status, 401, "it needed no second factor");
    let mut other = Authenticator::ed25519(b"two");
    let added = add(&wei, &mut other, "Laptop").await;
    assert_eq!(added.json["recovery_codes"], json!([]), "only with the first");
    for key in [&mut key, &mut other] {
        let answer = sign_in(&scene, key).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
        assert_eq!(answer.json["user"]["name"], "wei");
        assert_eq!(scene.browser(&answer).get("/api/v1/session").await.status, 200);
    }
    let list = wei.get(OWN).await.json;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert!(list["items"][0]["last_used_at"].is_string());
    assert_eq!(scene.facts("user.passkey_added").await.len(), 2);
    let kept = scene.into_bytes_on_disk().await;
    assert!(!kept.contains("telepathy"), "unknown ways to it are not kept");
}

#[tokio::test]
async fn passkey_is_the_second_step_after_a_password() {
    let scene = scene().await;
    let (_, mut key) = enrolled(&scene).await;
    // Beside a password, having the key is enough: it need not know its user.
    key.flags = PRESENT;
    let reference = first_step(&scene).await;
    let given = challenge(&scene, Some(&reference)).await;
    let done = second_step(&scene, &reference, key.sign(&given)).await;
    assert_eq!(done.status, 200, "{:?}", done.json);
    assert_eq!(scene.browser(&done).get("/api/v1/session").await.status, 200);
    // Challenges of one sort do not do for the other, nor for another sign-in.
    let (reference, other) = (first_step(&scene).await, first_step(&scene).await);
    let alone = challenge(&scene, None).await;
    let refused = second_step(&scene, &reference, key.sign(&alone)).await;
    assert_eq!(refusal(&refused), (401, "passkey-over"));
    let given = challenge(&scene, Some(&other)).await;
    let refused = second_step(&scene, &reference, key.sign(&given)).await;
    assert_eq!(refusal(&refused), (401, "passkey-over"));
    let given = challenge(&scene, Some(&reference)).await;
    let refused = scene.stranger().post(SIGN_IN, key.sign(&given)).await;
    assert_eq!(refusal(&refused), (401, "passkey-over"));
    // Somebody else's key is no second factor of Wei's.
    let mara = scene.signed_in("mara").await;
    let mut hers = Authenticator::p256(b"mara-key");
    assert_eq!(add(&mara, &mut hers, "Hers").await.status, 201);
    let given = challenge(&scene, Some(&reference)).await;
    let refused = second_step(&scene, &reference, hers.sign(&given)).await;
    assert_eq!(refusal(&refused), (401, "passkey-refused"));
}

#[tokio::test]
async fn recovery_codes_stand_in_for_a_lost_passkey() {
    let scene = scene().await;
    let wei = scene.signed_in("wei").await;
    let mut key = Authenticator::p256(b"lost");
    let added = add(&wei, &mut key, "Lost").await;
    let code = added.json["recovery_codes"][0].clone();
    let reference = first_step(&scene).await;
    let body = json!({ "reference": reference, "recovery_code": code });
    let done = scene.stranger().post("/api/v1/session/second-factor", body).await;
    assert_eq!(done.status, 200, "{:?}", done.json);
}

/// Each thing that may be wrong with an answer, one at a time.
#[tokio::test]
async fn answer_that_is_wrong_in_one_thing_is_refused() {
    let scene = scene().await;
    let (_, mut key) = enrolled(&scene).await;
    type Bend = (&'static str, fn(&mut Authenticator), fn(&mut Value));
    let bends: [Bend; 8] = [
        ("server.url", |key| key.origin = "https://ops.example.org.evil".to_owned(), |_| {}),
        ("server.url", |key| key.origin = "http://ops.example.org".to_owned(), |_| {}),
        ("another site", |key| key.site = "evil.example".to_owned(), |_| {}),
        ("another site's page", |key| key.framed = true, |_| {}),
        ("touched", |key| key.flags = 4, |_| {}),
        ("PIN", |key| key.flags = PRESENT, |_| {}),
        ("somebody else's", |key| key.user_handle = b"somebody".to_vec(), |_| {}),
        ("signature", |_| {}, |body| body["signature"] = json!(encoded(b"not one"))),
    ];
    for (said, bend, bend_body) in bends {
        let (origin, site) = (key.origin.clone(), key.site.clone());
        let (flags, handle) = (key.flags, key.user_handle.clone());
        bend(&mut key);
        let challenge = challenge(&scene, None).await;
        let mut body = key.sign(&challenge);
        bend_body(&mut body);
        let answer = scene.stranger().post(SIGN_IN, body).await;
        assert_eq!(refusal(&answer), (401, "passkey-refused"), "{said}: {:?}", answer.json);
        let detail = answer.json["detail"].as_str().unwrap();
        assert!(detail.contains(said), "{said}: {detail}");
        (key.origin, key.site, key.flags, key.user_handle) = (origin, site, flags, handle);
        key.framed = false;
        scene.clock.advance(Duration::from_secs(1800));
    }
    let challenge = challenge(&scene, None).await;
    let mut body = key.sign(&challenge);
    body["user_handle"] = json!(null);
    let answer = scene.stranger().post(SIGN_IN, body).await;
    assert_eq!(refusal(&answer), (401, "passkey-refused"), "alone it must say whose it is");
    scene.clock.advance(Duration::from_secs(1800));
    assert_eq!(sign_in(&scene, &mut key).await.status, 200, "and nothing wrong is fine");
    assert_eq!(scene.facts("user.passkey_refused").await.len(), 9);
}

#[tokio::test]
async fn challenge_is_good_once_and_for_five_minutes() {
    let scene = scene().await;
    let (_, mut key) = enrolled(&scene).await;
    let given = challenge(&scene, None).await;
    let body = key.sign(&given);
    assert_eq!(scene.stranger().post(SIGN_IN, body.clone()).await.status, 200);
    let replayed = scene.stranger().post(SIGN_IN, body).await;
    assert_eq!(refusal(&replayed), (401, "passkey-over"));
    let own = encoded(&[7; 32]);
    let made_up = scene.stranger().post(SIGN_IN, key.sign(&own)).await;
    assert_eq!(refusal(&made_up), (401, "passkey-over"), "not one that the server gave");
    let given = challenge(&scene, None).await;
    scene.clock.advance(Duration::from_secs(301));
    let late = scene.stranger().post(SIGN_IN, key.sign(&given)).await;
    assert_eq!(refusal(&late), (401, "passkey-over"));
    // One that failed is used up too.
    let given = challenge(&scene, None).await;
    key.flags = PRESENT;
    assert_eq!(scene.stranger().post(SIGN_IN, key.sign(&given)).await.status, 401);
    key.flags |= 4;
    let again = scene.stranger().post(SIGN_IN, key.sign(&given)).await;
    assert_eq!(refusal(&again), (401, "passkey-over"));
}

#[tokio::test]
async fn counter_that_goes_back_is_refused_and_a_fact() {
    let scene = scene().await;
    let (_, mut key) = enrolled(&scene).await;
    key.count = 41;
    assert_eq!(sign_in(&scene, &mut key).await.status, 200);
    for count in [42, 7, 0] {
        key.count = count;
        let given = challenge(&scene, None).await;
        let answer = scene.stranger().post(SIGN_IN, key.answer(&given)).await;
        assert_eq!(refusal(&answer), (401, "passkey-refused"), "{count}");
    }
    let refused = scene.facts("user.passkey_refused").await;
    assert_eq!(refused.len(), 3);
    assert!(refused.iter().all(|fact| fact.detail["reason"] == "counter"));
    key.count = 42;
    assert_eq!(sign_in(&scene, &mut key).await.status, 200);
    // Where there is no counter it stays 0.
    let mara = scene.signed_in("mara").await;
    let mut plain = Authenticator::ed25519(b"plain");
    assert_eq!(add(&mara, &mut plain, "Plain").await.status, 201);
    for _ in 0..2 {
        let given = challenge(&scene, None).await;
        let answer = scene.stranger().post(SIGN_IN, plain.answer(&given)).await;
        assert_eq!(answer.status, 200, "{:?}", answer.json);
    }
}

#[tokio::test]
async fn passkey_is_added_with_the_password_in_the_session_that_asked_for_it() {
    let scene = scene().await;
    let wei = scene.signed_in("wei").await;
    let wrong = wei.post(&format!("{OWN}/challenge"), json!({ "password": "x" })).await;
    assert_eq!(wrong.json["fields"][0]["field"], "password");
    let mut key = Authenticator::p256(b"key");
    let elsewhere = scene.signed_in("wei").await;
    let given = offer(&wei).await;
    let answer = elsewhere.post(OWN, key.make(&given, "Key")).await;
    assert_eq!(refusal(&answer), (401, "passkey-over"));
    let given = offer(&wei).await;
    let nameless = wei.post(OWN, key.make(&given, " ")).await;
    assert_eq!(nameless.json["fields"][0]["field"], "name");
    let signed = challenge(&scene, None).await;
    let answer = wei.post(OWN, key.make_for(&signed, "Key")).await;
    assert_eq!(refusal(&answer), (401, "passkey-over"), "a challenge for signing in");
    for bend in [
        (|key| key.origin = "https://evil.example".to_owned()) as fn(&mut Authenticator),
        |key| key.site = "evil.example".to_owned(),
        |key| key.flags = 0,
    ] {
        let mut bent = Authenticator::p256(b"bent");
        bend(&mut bent);
        let answer = add(&wei, &mut bent, "Bent").await;
        assert_eq!(refusal(&answer), (401, "passkey-refused"), "{:?}", answer.json);
    }
    for attestation in ["", "oA", &encoded(&[0xff; 64])] {
        let given = offer(&wei).await;
        let mut body = key.make(&given, "Key");
        body["attestation"] = json!(attestation);
        assert_eq!(refusal(&wei.post(OWN, body).await), (401, "passkey-refused"));
    }
    let given = offer(&wei).await;
    let mut body = key.make(&given, "Key");
    body["attestation"] = json!("=not base64url=");
    assert_eq!(wei.post(OWN, body).await.json["fields"][0]["field"], "attestation");
    assert_eq!(wei.get(OWN).await.json["items"], json!([]));
    assert_eq!(add(&wei, &mut key, "Key").await.status, 201);
    let mara = scene.signed_in("mara").await;
    let twice = add(&mara, &mut key, "Key").await;
    assert_eq!(refusal(&twice), (409, "passkey-taken"));
}

#[tokio::test]
async fn removed_passkey_lets_nobody_in_and_another_user_cannot_remove_it() {
    let scene = scene().await;
    let (wei, mut key) = enrolled(&scene).await;
    let id = wei.get(OWN).await.json["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("{OWN}/{id}/remove");
    let password = json!({ "password": PASSWORD });
    let mara = scene.signed_in("mara").await;
    assert_eq!(refusal(&mara.post(&path, password.clone()).await), (404, "not-found"));
    assert_eq!(wei.post(&path, json!({ "password": "x" })).await.status, 400);
    assert_eq!(wei.post(&path, password).await.status, 204);
    assert_eq!(refusal(&sign_in(&scene, &mut key).await), (401, "passkey-refused"));
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.status, 200, "no second factor is left");
    let standing = wei.get("/api/v1/profile/totp").await.json;
    assert_eq!(standing["recovery_codes_left"], 0);
    assert_eq!(scene.facts("user.passkey_removed").await[0].detail["reset"], false);
}

#[tokio::test]
async fn reset_removes_passkeys_and_disabling_keeps_them_out() {
    let scene = scene().await;
    let (wei, mut key) = enrolled(&scene).await;
    let mara = scene.signed_in("mara").await;
    let user = format!("/api/v1/users/{}", own_id(&wei).await);
    assert_eq!(mara.patch(&user, 1, json!({ "disabled": true })).await.status, 200);
    assert_eq!(refusal(&sign_in(&scene, &mut key).await), (401, "passkey-refused"));
    assert_eq!(mara.patch(&user, 2, json!({ "disabled": false })).await.status, 200);
    assert_eq!(sign_in(&scene, &mut key).await.status, 200);
    let reset = mara.post(&format!("{user}/reset-second-factor"), json!({})).await;
    assert_eq!(reset.status, 204, "{:?}", reset.json);
    assert_eq!(refusal(&sign_in(&scene, &mut key).await), (401, "passkey-refused"));
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.status, 200);
    assert_eq!(scene.facts("user.passkey_removed").await[0].detail["reset"], true);
}

#[tokio::test]
async fn without_a_secure_address_there_are_none_and_it_is_said_why() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    for (url, why) in [
        ("", "server.url"),
        ("http://ops.example.org", "https://"),
        ("https://192.0.2.7", "host name"),
    ] {
        scene.access.apply_address(Some(url.to_owned()));
        let body = json!({ "password": PASSWORD });
        let answer = wei.post(&format!("{OWN}/challenge"), body).await;
        assert_eq!(refusal(&answer), (409, "no-passkeys"));
        assert!(answer.json["detail"].as_str().unwrap().contains(why), "{:?}", answer.json);
        let answer = scene.stranger().post(&format!("{SIGN_IN}/challenge"), json!({})).await;
        assert_eq!(refusal(&answer), (409, "no-passkeys"));
        assert_eq!(scene.stranger().get(SIGN_IN).await.json["offered"], false);
    }
    scene.access.apply_address(Some("http://localhost:7780".to_owned()));
    assert_eq!(scene.stranger().get(SIGN_IN).await.json["offered"], true);
}

#[tokio::test]
async fn guessing_at_a_passkey_locks_it() {
    let scene = scene().await;
    let (_, mut key) = enrolled(&scene).await;
    key.flags = PRESENT;
    for _ in 0..5 {
        assert_eq!(sign_in(&scene, &mut key).await.status, 401);
    }
    assert_eq!(refusal(&sign_in(&scene, &mut key).await), (429, "locked-out"));
}
