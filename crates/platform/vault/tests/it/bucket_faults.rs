//! Attached files in a bucket that refuses, is not who it says, or goes away in the middle.

use axum::body::Body;
use kernel::Caller;
use testkit::{ObjectStore, Shown};
use vault::{S3Settings, StorageKind, VaultError};

use crate::{
    bucket::{attach, many, on_disk, read_back, reopened, settings, to_rack},
    gateway::Gateway,
    scene::{Scene, client, refusal},
};

const POST: &str = "/api/v1/attachments?kind=rack&id=r1&name=b.txt";
const LIST: &str = "/api/v1/attachments?kind=rack&id=r1";

#[tokio::test]
async fn wrong_key_is_told_as_what_it_is_and_nothing_is_stored_by_half() {
    let Some(mut store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let (id, secret) = store.guard();
    let right = S3Settings { access_key: id, ..settings(&scene, store.endpoint()) };
    let key_file = scene.dir.path().join("bucket.key");
    let unknown = S3Settings { access_key: "AKIANOBODY".to_owned(), ..right.clone() };
    let key = "canary-wrong-secret";
    std::fs::write(&key_file, key).unwrap();
    for (s3, said_by_store) in [(&right, "SignatureDoesNotMatch"), (&unknown, "InvalidAccessKeyId")]
    {
        let vault = reopened(&scene, 2, StorageKind::S3, s3.clone());
        let tried = vault::try_bucket(s3, "x").await.unwrap_err().to_string();
        assert!(tried.contains(said_by_store) && tried.contains("write an object"), "{tried}");
        let client = client(&vault, &scene.clock);
        for text in ["text".to_owned(), "x".repeat(9 * 1024 * 1024)] {
            let answer = client.send("POST", POST, Some(text), None).await;
            assert_eq!(refusal(&answer), (503, "storage-refused"));
            let said = answer.json.to_string();
            assert!(said.contains("it refuses the access key"), "{said}");
            assert!(!said.contains(key) && !said.contains(&secret), "{said}");
        }
        assert_eq!(client.get(LIST).await.json["items"].as_array().unwrap().len(), 0);
        assert_eq!((store.names().len(), on_disk(&scene)), (0, 0));
    }
    // Nor does a move lose anything.
    let kept = attach(&scene.vault, "kept on the disk").await;
    let vault = reopened(&scene, 3, StorageKind::S3, right);
    let refused = vault.move_files().await;
    assert!(matches!(refused, Err(VaultError::StorageRefused { .. })), "{refused:?}");
    assert_eq!((store.names().len(), on_disk(&scene)), (0, 1));
    assert_eq!(read_back(&vault, &kept).await, b"kept on the disk");
    // The right one holds from the next request on.
    std::fs::write(&key_file, secret).unwrap();
    assert_eq!(vault.move_files().await.unwrap().done, 1);
    assert_eq!((store.names().len(), on_disk(&scene)), (1, 0));
    assert_eq!(read_back(&vault, &kept).await, b"kept on the disk");
}

#[tokio::test]
async fn bucket_is_reached_by_tls_when_its_private_authority_is_named() {
    let Some(store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let (gateway, authority) = Gateway::tls(&store, Shown::Sound).await;
    let (elsewhere, other) = Gateway::tls(&store, Shown::Elsewhere).await;
    let write = |name: &str, pem: &str| {
        let path = scene.dir.path().join(name);
        std::fs::write(&path, pem).unwrap();
        Some(path)
    };
    let plain = settings(&scene, gateway.endpoint());
    let trusting = S3Settings { authority: write("ca.pem", &authority), ..plain.clone() };
    let misled = S3Settings {
        authority: write("other.pem", &other),
        ..settings(&scene, elsewhere.endpoint())
    };
    for (s3, wrong) in [
        (&plain, "was issued by nobody whom this server trusts"),
        (&misled, "is for ds.example, not for that name"),
    ] {
        let vault = reopened(&scene, 2, StorageKind::S3, s3.clone());
        let refused = vault.attach(&Caller::console(), to_rack("a"), Body::from("text")).await;
        let said = refused.unwrap_err().to_string();
        assert!(said.contains("127.0.0.1") && said.contains(wrong), "{said}");
        assert_eq!((store.names().len(), on_disk(&scene)), (0, 0));
    }
    let vault = reopened(&scene, 3, StorageKind::S3, trusting.clone());
    let large = many(17 * 1024 * 1024);
    let made = attach(&vault, large.clone()).await;
    assert!(read_back(&vault, &made).await == large);
    assert_eq!((store.names().len(), on_disk(&scene)), (1, 0));
    assert!(vault::try_bucket(&trusting, "x").await.is_ok());
    let missing = S3Settings { authority: Some(scene.dir.path().join("none.pem")), ..plain };
    let said = vault::try_bucket(&missing, "x").await.unwrap_err().to_string();
    assert!(said.contains("none.pem"), "{said}");
}

#[tokio::test]
async fn store_that_goes_away_in_the_middle_of_a_move_loses_nothing() {
    let Some(store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let gateway = Gateway::plain(&store).await;
    let s3 = settings(&scene, gateway.endpoint());
    let mut files = Vec::new();
    for number in 0..6_u32 {
        // One is so large that it goes in parts.
        let bytes = many(if number == 3 { 20 * 1024 * 1024 } else { 1024 * 1024 + number * 4 });
        files.push((attach(&scene.vault, bytes.clone()).await, bytes));
    }
    let vault = reopened(&scene, 2, StorageKind::S3, s3.clone());
    let client = client(&vault, &scene.clock);
    let mut moved = 0;
    // The way is cut in the middle of a file each time, also between the parts of the large one.
    for bytes in [1_500_000, 1_500_000, 12_000_000, 3_000_000, 19_000_000] {
        gateway.cut_after(bytes);
        if let Ok(done) = vault.move_files().await {
            assert_eq!(done.left, 0, "only a move that came to its end is one");
        }
        gateway.mend();
        let names = store.names();
        assert!(names.len() >= moved, "what has moved stays");
        // One whose answer was cut off may be in both places; the next run sees that.
        assert!(names.len() + on_disk(&scene) >= files.len(), "each is somewhere");
        moved = names.len();
        for (file, bytes) in &files {
            assert!(read_back(&vault, file).await == *bytes, "{}", file.content.digest);
        }
    }
    while vault.move_files().await.unwrap().done > 0 {}
    assert_eq!((store.names().len(), on_disk(&scene)), (files.len(), 0));
    for (file, bytes) in &files {
        assert!(read_back(&vault, file).await == *bytes);
    }
    // The move is told as a fact for each run that moved something, and adds up.
    let facts = scene.facts("attachment.moved").await;
    let told: u64 = facts.iter().map(|fact| fact.detail["files"].as_u64().unwrap()).sum();
    assert_eq!(told, files.len() as u64);
    assert_eq!(client.get(LIST).await.json["items"].as_array().unwrap().len(), files.len());
}
