use serde_json::json;

use crate::{
    posts::{appoint, post_and_person},
    scene::{Scene, everything, own_id, refusal},
    separation::three,
};

#[tokio::test]
async fn while_they_are_separated_whoever_fills_posts_gives_no_duty() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (post, person) = post_and_person(&scene, &mara, &wei).await;
    scene.grant(&mara, ("post", &post), "security-administrator", everything()).await;
    let (mara, [_, sec, _]) = three(&scene).await;
    let reason = json!({ "reason": "GB/T 22239" });
    assert_eq!(mara.post("/api/v1/access/separation", reason).await.status, 200);
    appoint(&scene, &post, &person, None).await;
    assert_eq!(wei.get("/api/v1/grants").await.status, 403);
    let rights = sec.get(&format!("/api/v1/users/{}/access", own_id(&wei).await)).await.json;
    let lines = rights["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["grant"]["role"] == "security-administrator");
    assert_eq!(line.unwrap()["standing"], "separated");
}

#[tokio::test]
async fn duties_that_a_post_would_bring_are_not_the_last() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (post, person) = post_and_person(&scene, &mara, &wei).await;
    scene.grant(&mara, ("post", &post), "audit-administrator", everything()).await;
    appoint(&scene, &post, &person, None).await;
    for (name, duty) in [("sys", "system"), ("sec", "security")] {
        scene.add(name, &format!("{duty}-administrator")).await;
    }
    let reason = json!({ "reason": "GB/T 22239" });
    let early = mara.post("/api/v1/access/separation", reason).await;
    assert_eq!(refusal(&early), (409, "duties-vacant"));
}

#[tokio::test]
async fn standing_conflict_lets_no_further_way_to_the_other_duty_in() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let (post, person) = post_and_person(&scene, &mara, &wei).await;
    let wei_id = own_id(&wei).await;
    scene.grant(&mara, ("post", &post), "audit-administrator", everything()).await;
    scene.grant(&mara, ("user", &wei_id), "system-administrator", everything()).await;
    appoint(&scene, &post, &person, None).await;
    let second = scene.grant(&mara, ("user", &wei_id), "audit-administrator", everything()).await;
    assert_eq!(refusal(&second), (409, "duties-exclude"));
    let rights = mara.get(&format!("/api/v1/users/{wei_id}/access")).await.json;
    let mut lines = rights["lines"].as_array().unwrap().iter();
    let system = lines.find(|line| line["grant"]["role"] == "system-administrator").unwrap();
    assert_eq!(system["standing"], "effective");
}

/// Beyond as many grants as are read at once, two duties came together and nobody saw it.
#[tokio::test]
async fn of_more_grants_than_are_read_nothing_is_decided() {
    let scene = Scene::staffed().await;
    let (mara, wei) = (scene.signed_in("mara").await, scene.signed_in("wei").await);
    let wei_id = own_id(&wei).await;
    let given = scene.grant(&mara, ("user", &wei_id), "audit-administrator", everything()).await;
    assert_eq!(given.status, 201, "{:?}", given.json);
    let sql = "
        INSERT INTO access_grant (id, holder_kind, holder_id, role, scope_kind, scope_ids,
            valid_from, reason, origin, granted_by, granted_at)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
        SELECT '00000000-0000-7000-8000-' || CAST(100000000000 + i AS TEXT), 'user', 'nobody',
            'audit-administrator', 'everything', '[]', 0, 'x', 'granted', 'x', 0
        FROM n";
    let mut tx = scene.records.db.begin().await.unwrap();
    sqlx::query(sql).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let second = scene.grant(&mara, ("user", &wei_id), "system-administrator", everything()).await;
    assert_eq!(refusal(&second), (500, "internal"), "{:?}", second.json);
    let given = scene.grant(&mara, ("user", &wei_id), "viewer", everything()).await;
    assert_ne!(given.status, 201, "nor is anything else that asks for them");
}
