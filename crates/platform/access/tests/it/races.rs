use std::sync::Arc;

use access::{Access, AccessSettings};
use serde_json::json;
use testkit::SeededIds;

use crate::{
    providers::{Stage, ready},
    scene::{ALL, Scene, own_id},
};

/// Subjects that come for the first time.
const SUBJECTS: u32 = 6;

/// The same house as another server on the same records has it; on SQLite there is none.
async fn another_server(scene: &Scene) -> Access {
    let Some(records) = scene.records.of_another_server(&ALL).await else {
        return scene.access.clone();
    };
    let clock = Arc::new(scene.clock.clone());
    let ids = Arc::new(SeededIds::new(77));
    let access = Access::new(records, clock, ids, AccessSettings::default());
    access.learn_directory(scene.directory.clone());
    access.learn_vault(scene.vault());
    ready(&access);
    access
}

/// Two that come at once for the first time are one user: the second one finds the first one's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn first_sign_ins_of_one_subject_at_once_make_one_user() {
    let stage = Stage::with(json!({ "creates_users": true })).await;
    let other = another_server(&stage.scene).await;
    for number in 0..SUBJECTS {
        stage.claim("sub", json!(format!("s-{number}")));
        stage.claim("preferred_username", json!(format!("lin{number}")));
        let here = |last: u32| stage.scene.stranger_at(&format!("192.0.2.{}", 10 * number + last));
        let there = |last: u32| {
            stage.scene.stranger_of(&other, &format!("198.51.100.{}", 10 * number + last))
        };
        let (one, two, three, four) = (here(1), there(2), here(3), there(4));
        let (one, two, three, four) = tokio::join!(
            stage.sign_in_as(&one),
            stage.sign_in_as(&two),
            stage.sign_in_as(&three),
            stage.sign_in_as(&four),
        );
        let mut users = Vec::new();
        for answer in [one, two, three, four] {
            assert_eq!(answer.status, 200, "{:?}", answer.json);
            users.push(own_id(&stage.scene.browser(&answer)).await);
        }
        users.dedup();
        assert_eq!(users.len(), 1, "{users:?}");
    }
    assert_eq!(stage.scene.facts("user.linked").await.len(), SUBJECTS as usize);
}
