use std::{fs, sync::Arc, time::Duration};

use access::{Access, AccessSettings};
use serde_json::{Value, json};
use testkit::{Answer, Client, SeededIds};

use crate::scene::{PASSWORD, Scene, own_id, refusal};

const TOTP: &str = "/api/v1/profile/totp";
const STEP: Duration = Duration::from_secs(30);

/// The app of a user: knows the secret and the time.
struct App(totp_rs::Totp);

impl App {
    fn new(secret: &str) -> Self {
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        Self(totp_rs::Builder::new().with_secret(secret).build().unwrap())
    }

    fn code(&self, scene: &Scene) -> String {
        self.code_at(scene, 0)
    }

    /// What it shows so many steps from now.
    fn code_at(&self, scene: &Scene, steps: i64) -> String {
        let now_s = kernel::Clock::now(&scene.clock).micros() / 1_000_000;
        self.0.generate(u64::try_from(now_s + steps * 30).unwrap()).to_string()
    }
}

/// The browser enrols; its app, and the recovery codes.
async fn enrol(scene: &Scene, browser: &Client) -> (App, Vec<String>) {
    let begun = browser.post(TOTP, json!({ "password": PASSWORD })).await;
    assert_eq!(begun.status, 200, "{:?}", begun.json);
    let app = App::new(begun.json["secret"].as_str().unwrap());
    let body = json!({ "code": app.code(scene) });
    let confirmed = browser.post(&format!("{TOTP}/confirm"), body).await;
    assert_eq!(confirmed.status, 200, "{:?}", confirmed.json);
    (app, codes_of(&confirmed))
}

fn codes_of(answer: &Answer) -> Vec<String> {
    let codes = answer.json["codes"].as_array().unwrap();
    codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

/// The reference that the first step gives.
async fn first_step(scene: &Scene, name: &str) -> Value {
    let answer = scene.try_sign_in(name, PASSWORD).await;
    assert_eq!(answer.status, 202, "{:?}", answer.json);
    assert!(answer.headers.get("set-cookie").is_none(), "no session yet");
    answer.json["reference"].clone()
}

async fn second_step(scene: &Scene, reference: &Value, field: &str, code: &str) -> Answer {
    let body = json!({ "reference": reference, field: code });
    scene.stranger().post("/api/v1/session/second-factor", body).await
}

#[tokio::test]
async fn enrolled_user_signs_in_in_two_steps() {
    let scene = Scene::staffed().await;
    let (desk, phone) = (scene.signed_in("wei").await, scene.signed_in("wei").await);
    let begun = desk.post(TOTP, json!({ "password": PASSWORD })).await;
    assert!(begun.json["uri"].as_str().unwrap().starts_with("otpauth://totp/Mainstay:wei?"));
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.status, 200, "not confirmed yet");
    let (app, codes) = enrol(&scene, &desk).await;
    assert_eq!(codes.len(), 10);
    let standing = desk.get(TOTP).await;
    assert!(standing.json["enrolled_at"].is_string());
    assert_eq!(standing.json["recovery_codes_left"], 10);
    assert_eq!(phone.get("/api/v1/session").await.status, 401, "it needed no second factor");
    scene.clock.advance(STEP);
    let reference = first_step(&scene, "wei").await;
    let done = second_step(&scene, &reference, "code", &app.code(&scene)).await;
    assert_eq!(done.status, 200, "{:?}", done.json);
    assert_eq!(scene.browser(&done).get("/api/v1/session").await.status, 200);
    let again = second_step(&scene, &reference, "code", &app.code_at(&scene, 1)).await;
    assert_eq!(refusal(&again), (401, "sign-in-over"), "one reference, one session");
    assert_eq!(scene.facts("user.totp_enrolled").await.len(), 1);
    assert_eq!(scene.try_sign_in("mara", PASSWORD).await.status, 200, "others as before");
}

#[tokio::test]
async fn code_is_taken_once_and_within_one_step() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    let (app, _) = enrol(&scene, &wei).await;
    let reference = first_step(&scene, "wei").await;
    let replayed = second_step(&scene, &reference, "code", &app.code(&scene)).await;
    assert_eq!(refusal(&replayed), (401, "wrong-code"), "it confirmed the enrolment");
    let far = second_step(&scene, &reference, "code", &app.code_at(&scene, 2)).await;
    assert_eq!(refusal(&far), (401, "wrong-code"));
    let next = second_step(&scene, &reference, "code", &app.code_at(&scene, 1)).await;
    assert_eq!(next.status, 200, "the phone is half a minute ahead");
    scene.clock.advance(STEP);
    let reference = first_step(&scene, "wei").await;
    let replayed = second_step(&scene, &reference, "code", &app.code(&scene)).await;
    assert_eq!(refusal(&replayed), (401, "wrong-code"));
    scene.clock.advance(STEP * 2);
    let late = second_step(&scene, &reference, "code", &app.code_at(&scene, -1)).await;
    assert_eq!(late.status, 200, "the phone is half a minute behind");
}

#[tokio::test]
async fn wrong_codes_lock_and_the_right_password_does_not_wipe_them_out() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    let (app, codes) = enrol(&scene, &wei).await;
    scene.clock.advance(STEP);
    for _ in 0..5 {
        let reference = first_step(&scene, "wei").await;
        let wrong = second_step(&scene, &reference, "code", "000000").await;
        assert_eq!(refusal(&wrong), (401, "wrong-code"));
    }
    let reference = first_step(&scene, "wei").await;
    let right = second_step(&scene, &reference, "code", &app.code(&scene)).await;
    assert_eq!(refusal(&right), (429, "locked-out"));
    assert_eq!(right.headers["retry-after"], "30");
    let right = second_step(&scene, &reference, "recovery_code", &codes[0]).await;
    assert_eq!(refusal(&right), (429, "locked-out"));
    scene.clock.advance(STEP);
    let right = second_step(&scene, &reference, "code", &app.code(&scene)).await;
    assert_eq!(right.status, 200);
    let failed = scene.facts("user.sign_in_failed").await;
    let failures: Vec<_> = failed.iter().map(|row| row.detail["failures"].clone()).collect();
    assert_eq!(failures, [1, 5]);
}

#[tokio::test]
async fn recovery_code_works_once_and_not_after_renewal() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    let (_, codes) = enrol(&scene, &wei).await;
    let reference = first_step(&scene, "wei").await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    assert_eq!(second_step(&scene, &reference, "recovery_code", &typed).await.status, 200);
    let reference = first_step(&scene, "wei").await;
    let again = second_step(&scene, &reference, "recovery_code", &codes[0]).await;
    assert_eq!(refusal(&again), (401, "wrong-code"));
    assert_eq!(wei.get(TOTP).await.json["recovery_codes_left"], 9);
    let path = format!("{TOTP}/recovery-codes");
    let wrong = wei.post(&path, json!({ "password": "not this one" })).await;
    assert_eq!(wrong.json["fields"][0]["field"], "password");
    let renewed = wei.post(&path, json!({ "password": PASSWORD })).await;
    assert_eq!(codes_of(&renewed).len(), 10);
    let old = second_step(&scene, &reference, "recovery_code", &codes[1]).await;
    assert_eq!(refusal(&old), (401, "wrong-code"));
    let new = second_step(&scene, &reference, "recovery_code", &codes_of(&renewed)[3]).await;
    assert_eq!(new.status, 200);
    let used = scene.facts("user.recovery_code_used").await;
    assert_eq!(used[0].detail["left"], 9);
    assert_eq!(scene.facts("user.recovery_codes_renewed").await.len(), 1);
    let kept = scene.into_bytes_on_disk().await;
    assert!(codes.iter().all(|code| !kept.contains(code.as_str())), "hashes only");
}

#[tokio::test]
async fn removing_needs_the_password_and_a_browser() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let (program, _) = scene.program(&mara, "administrator").await;
    let (_, _) = enrol(&scene, &mara).await;
    let remove = format!("{TOTP}/remove");
    for path in [TOTP, &remove, &format!("{TOTP}/recovery-codes")] {
        let refused = program.post(path, json!({ "password": PASSWORD })).await;
        assert_eq!(refusal(&refused), (403, "not-a-person"), "{path}");
    }
    assert_eq!(program.get("/api/v1/session").await.status, 200, "tokens need no second factor");
    let twice = mara.post(TOTP, json!({ "password": PASSWORD })).await;
    assert_eq!(refusal(&twice), (409, "totp-enrolled"));
    let wrong = mara.post(&remove, json!({ "password": "not this one" })).await;
    assert_eq!(wrong.json["fields"][0]["field"], "password");
    assert_eq!(scene.try_sign_in("mara", PASSWORD).await.status, 202);
    assert_eq!(mara.post(&remove, json!({ "password": PASSWORD })).await.status, 204);
    assert_eq!(scene.try_sign_in("mara", PASSWORD).await.status, 200);
    let nothing = mara.post(&remove, json!({ "password": PASSWORD })).await;
    assert_eq!(refusal(&nothing), (409, "totp-not-enrolled"));
    assert_eq!(scene.facts("user.totp_removed").await[0].detail["reset"], false);
}

#[tokio::test]
async fn administrator_resets_for_others_and_a_viewer_for_nobody() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    enrol(&scene, &wei).await;
    let path = |id: &str| format!("/api/v1/users/{id}/reset-second-factor");
    let (mara_id, wei_id) = (own_id(&mara).await, own_id(&wei).await);
    assert_eq!(wei.post(&path(&mara_id), json!({})).await.status, 403);
    let reference = first_step(&scene, "wei").await;
    assert_eq!(mara.post(&path(&wei_id), json!({})).await.status, 204);
    assert_eq!(wei.get("/api/v1/session").await.status, 401);
    let over = second_step(&scene, &reference, "code", "123456").await;
    assert_eq!(refusal(&over), (401, "sign-in-over"));
    assert_eq!(scene.try_sign_in("wei", PASSWORD).await.status, 200);
    let fact = &scene.facts("user.totp_removed").await[0];
    assert_eq!((&fact.actor.name, &fact.detail["reset"]), (&"Mara".to_owned(), &json!(true)));
    let again = mara.post(&path(&wei_id), json!({})).await;
    assert_eq!(refusal(&again), (409, "totp-not-enrolled"));
    let own = mara.post(&path(&mara_id), json!({})).await;
    assert_eq!(refusal(&own), (403, "own-second-factor"));
}

#[tokio::test]
async fn reference_is_over_in_time_and_when_the_user_changes() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (app, _) = enrol(&scene, &wei).await;
    let reference = first_step(&scene, "wei").await;
    scene.clock.advance(Duration::from_secs(300));
    let late = second_step(&scene, &reference, "code", &app.code(&scene)).await;
    assert_eq!(refusal(&late), (401, "sign-in-over"));
    let reference = first_step(&scene, "wei").await;
    let path = format!("/api/v1/users/{}", own_id(&wei).await);
    assert_eq!(mara.patch(&path, 1, json!({ "disabled": true })).await.status, 200);
    let kept_out = second_step(&scene, &reference, "code", &app.code(&scene)).await;
    assert_eq!(refusal(&kept_out), (401, "sign-in-over"));
    for reference in ["", "x", &"A".repeat(43)] {
        let unknown = second_step(&scene, &json!(reference), "code", "123456").await;
        assert_eq!(refusal(&unknown), (401, "sign-in-over"));
    }
    let neither = json!({ "reference": reference });
    let neither = scene.stranger().post("/api/v1/session/second-factor", neither).await;
    assert_eq!(neither.json["fields"][0]["field"], "code");
}

#[tokio::test]
async fn locked_vault_lets_nobody_in_by_code() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    let (app, codes) = enrol(&scene, &wei).await;
    scene.clock.advance(STEP);
    let ring = fs::read(scene.key_file()).unwrap();
    fs::remove_file(scene.key_file()).unwrap();
    let restarted = |seed| {
        let (db, clock) = (scene.records.db.clone(), Arc::new(scene.clock.clone()));
        Access::new(db, clock, Arc::new(SeededIds::new(seed)), AccessSettings::default())
    };
    let (without, locked) = (restarted(90), restarted(91));
    locked.learn_vault(scene.vault());
    let scene = Scene { access: without, ..scene };
    let reference = first_step(&scene, "wei").await;
    let refused = second_step(&scene, &reference, "code", &app.code(&scene)).await;
    assert_eq!(refusal(&refused), (503, "vault-locked"));
    let scene = Scene { access: locked, ..scene };
    for _ in 0..6 {
        let refused = second_step(&scene, &reference, "code", &app.code(&scene)).await;
        assert_eq!(refusal(&refused), (503, "vault-locked"), "and it does not count");
    }
    let by_recovery = second_step(&scene, &reference, "recovery_code", &codes[0]).await;
    assert_eq!(by_recovery.status, 200);
    fs::write(scene.key_file(), ring).unwrap();
    let reference = first_step(&scene, "wei").await;
    let code = app.code(&scene);
    assert_eq!(second_step(&scene, &reference, "code", &code).await.status, 200);
}

#[tokio::test]
async fn first_code_must_be_right_and_in_time() {
    let scene = Scene::staffed().await;
    let wei = scene.signed_in("wei").await;
    let confirm = format!("{TOTP}/confirm");
    let none = wei.post(&confirm, json!({ "code": "123456" })).await;
    assert_eq!(refusal(&none), (409, "totp-not-begun"));
    let begun = wei.post(TOTP, json!({ "password": PASSWORD })).await;
    let secret = begun.json["secret"].as_str().unwrap().to_owned();
    let app = App::new(&secret);
    let wrong = wei.post(&confirm, json!({ "code": app.code_at(&scene, 5) })).await;
    assert_eq!(wrong.json["fields"][0]["field"], "code");
    scene.clock.advance(Duration::from_secs(900));
    let late = wei.post(&confirm, json!({ "code": app.code(&scene) })).await;
    assert_eq!(refusal(&late), (409, "totp-not-begun"));
    assert!(!scene.into_bytes_on_disk().await.contains(&secret), "it is sealed");
}
