use std::time::Duration;

use serde_json::{Value, json};

use crate::scene::{PASSWORD, Scene, refusal};

#[tokio::test]
async fn a_hundred_wrong_passwords_are_five_tries_and_a_lock() {
    let scene = Scene::staffed().await;
    let mut statuses = Vec::new();
    for _ in 0..100 {
        statuses.push(scene.try_sign_in("mara", "wrong password").await.status.as_u16());
    }
    assert!(statuses[..5].iter().all(|status| *status == 401), "{statuses:?}");
    assert!(statuses[5..].iter().all(|status| *status == 429), "{statuses:?}");
    let right = scene.try_sign_in("mara", PASSWORD).await;
    assert_eq!(refusal(&right), (429, "locked-out"));
    assert_eq!(right.headers["retry-after"], "30");
    scene.clock.advance(Duration::from_secs(30));
    assert_eq!(scene.try_sign_in("mara", PASSWORD).await.status, 200);
    // The first failure and the lock: a flood does not fill the journal.
    let failed = scene.facts("user.sign_in_failed").await;
    let failures: Vec<i64> =
        failed.iter().map(|row| row.detail["failures"].as_i64().unwrap()).collect();
    assert_eq!(failures, [1, 5]);
    assert_eq!(failed[1].detail["account_locked_s"], 30);
    assert_eq!(failed[1].source, "192.0.2.1");
}

#[tokio::test]
async fn failures_are_shown_to_who_manages_users_and_to_nobody_else() {
    let scene = Scene::staffed().await;
    scene.add("sven", "security-administrator").await;
    for _ in 0..5 {
        scene.try_sign_in("wei", "wrong password").await;
    }
    scene.try_sign_in("no such name", "wrong password").await;
    let sven = scene.signed_in("sven").await;
    let shown = sven.get("/api/v1/sign-in-failures").await;
    assert_eq!(shown.status, 200, "{:?}", shown.json);
    let items = shown.json["items"].as_array().unwrap();
    let told: Vec<_> = items
        .iter()
        .map(|one| (one["user_name"].as_str().unwrap(), one["failures"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("no …", 1), ("wei", 5), ("wei", 1)]);
    assert_eq!(items[0]["user_id"], Value::Null);
    assert_eq!(items[1]["account_locked_until"], "2027-01-15T08:00:30Z");
    assert_eq!(items[1]["source"], "192.0.2.1");
    assert_eq!(items[2]["account_locked_until"], Value::Null);
    let next = sven.get("/api/v1/sign-in-failures?limit=1&after=no-number").await;
    assert_eq!(refusal(&next), (400, "invalid"));
    scene.add("olga", "operator").await;
    let olga = scene.signed_in("olga").await;
    assert_eq!(refusal(&olga.get("/api/v1/sign-in-failures").await), (403, "forbidden"));
}

#[tokio::test]
async fn many_tries_at_once_count_as_many() {
    let scene = Scene::staffed().await;
    let tries = (0..20).map(|_| scene.try_sign_in("mara", "wrong password"));
    let answers = futures(tries).await;
    let compared = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(compared, 5);
}

#[tokio::test]
async fn lock_grows_with_every_further_failure_and_success_forgets_it() {
    let scene = Scene::staffed().await;
    for _ in 0..5 {
        scene.try_sign_in("mara", "wrong password").await;
    }
    scene.clock.advance(Duration::from_secs(30));
    assert_eq!(scene.try_sign_in("mara", "wrong password").await.status, 401);
    assert_eq!(scene.try_sign_in("mara", PASSWORD).await.headers["retry-after"], "60");
    scene.clock.advance(Duration::from_secs(60));
    assert_eq!(scene.try_sign_in("mara", PASSWORD).await.status, 200);
    assert_eq!(scene.try_sign_in("mara", "wrong password").await.status, 401);
    assert_eq!(scene.try_sign_in("mara", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn lock_survives_a_restart() {
    let scene = Scene::staffed().await;
    for _ in 0..5 {
        scene.try_sign_in("mara", "wrong password").await;
    }
    let restarted = access::Access::new(
        scene.records.db.clone(),
        std::sync::Arc::new(scene.clock.clone()),
        std::sync::Arc::new(testkit::SeededIds::new(99)),
        access::AccessSettings::default(),
    );
    let after = Scene { access: restarted, ..scene };
    assert_eq!(refusal(&after.try_sign_in("mara", PASSWORD).await), (429, "locked-out"));
}

#[tokio::test]
async fn source_is_locked_after_twenty_whatever_the_names() {
    let scene = Scene::staffed().await;
    let attacker = scene.stranger_at("2001:db8::1");
    for number in 0..20 {
        let body = json!({ "name": format!("guess{number}"), "password": "wrong password" });
        assert_eq!(attacker.post("/api/v1/session", body).await.status, 401);
    }
    let right = json!({ "name": "mara", "password": PASSWORD });
    let neighbour = scene.stranger_at("2001:db8::beef");
    let answer = neighbour.post("/api/v1/session", right.clone()).await;
    assert_eq!(refusal(&answer), (429, "locked-out"), "the same subscriber");
    let elsewhere = scene.stranger_at("2001:db8:0:1::1");
    assert_eq!(elsewhere.post("/api/v1/session", right).await.status, 200);
}

#[tokio::test]
async fn unknown_disabled_and_wrong_look_the_same() {
    let scene = Scene::staffed().await;
    let mara = scene.signed_in("mara").await;
    let gone = scene.add("gone", "viewer").await;
    let path = format!("/api/v1/users/{}", gone.id);
    assert_eq!(mara.patch(&path, 1, json!({ "disabled": true })).await.status, 200);
    let mut seen = Vec::new();
    for (name, password) in [
        ("wei", "wrong password"),
        ("nobody", "wrong password"),
        ("gone", PASSWORD),
        ("\u{0}\n<script>", ""),
        (&"x".repeat(10_000), "wrong password"),
    ] {
        for _ in 0..6 {
            let mut answer = scene.try_sign_in(name, password).await;
            answer.json["request_id"] = json!(null);
            seen.push((answer.status.as_u16(), answer.json.to_string()));
        }
        // Only the source's lock would tell them apart here.
        scene.clock.advance(Duration::from_secs(1800));
    }
    for other in seen.chunks(6).skip(1) {
        assert_eq!(other, &seen[..6]);
    }
    assert_eq!(seen[0].0, 401);
    assert_eq!(seen[5].0, 429);
}

#[tokio::test]
async fn name_field_with_a_password_in_it_is_stored_nowhere() {
    let scene = Scene::staffed().await;
    scene.try_sign_in("my-Secret-password", "x").await;
    let text = scene.into_bytes_on_disk().await.to_lowercase();
    assert!(!text.contains("secret-password"));
}

async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(move |context| {
        for (future, output) in &mut all {
            if output.is_none()
                && let std::task::Poll::Ready(ready) = future.as_mut().poll(context)
            {
                *output = Some(ready);
            }
        }
        if all.iter().any(|(_, output)| output.is_none()) {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(all.iter_mut().filter_map(|(_, output)| output.take()).collect())
    })
    .await
}
