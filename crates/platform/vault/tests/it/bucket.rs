//! Attached files in a bucket, with a real S3-compatible store beside the test.

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use futures_util::TryStreamExt;
use kernel::Caller;
use testkit::{ObjectStore, SeededIds};
use vault::{
    AddressStyle, Attachment, AttachmentSettings, KeySource, NewSecret, S3Secret, S3Settings,
    SecretKind, SecretText, StorageKind, StorageSettings, Upload, Vault, VaultError, VaultParts,
    Verdict,
};

use crate::scene::{Racks, Scene, client, refusal};

/// A secret that must appear nowhere.
const KEY: &str = "canary-bucket-secret-4711";

fn tls() {
    // The provider is of the process; another test of it may have been here first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

pub(crate) fn settings(scene: &Scene, endpoint: String) -> S3Settings {
    let key_file = scene.dir.path().join("bucket.key");
    std::fs::write(&key_file, format!("{KEY}\n")).unwrap();
    S3Settings {
        endpoint: Some(endpoint),
        bucket: ObjectStore::BUCKET.to_owned(),
        region: "us-east-1".to_owned(),
        prefix: "house/files".to_owned(),
        style: AddressStyle::Path,
        access_key: "mainstay".to_owned(),
        secret: S3Secret::File(key_file),
        authority: None,
    }
}

/// The same records, with files where `kind` says.
pub(crate) fn reopened(scene: &Scene, seed: u64, kind: StorageKind, s3: S3Settings) -> Vault {
    reopened_in("attachments", scene, seed, kind, s3)
}

/// The same on a disk of its own.
fn reopened_in(folder: &str, scene: &Scene, seed: u64, kind: StorageKind, s3: S3Settings) -> Vault {
    tls();
    let parts = VaultParts {
        db: scene.records.db.clone(),
        clock: Arc::new(scene.clock.clone()),
        ids: Arc::new(SeededIds::new(seed)),
        keys: KeySource::File(scene.key_file()),
        files: scene.dir.path().join(folder),
        settings: AttachmentSettings::default(),
        subjects: vec![Arc::new(Racks)],
    };
    Vault::stored(parts, &StorageSettings { kind, s3: Some(s3) }).unwrap()
}

pub(crate) fn to_rack(name: &str) -> Upload {
    Upload { name: name.to_owned(), subject_kind: "rack".to_owned(), subject_id: "r1".to_owned() }
}

pub(crate) async fn attach(vault: &Vault, bytes: impl Into<Body>) -> Attachment {
    vault.attach(&Caller::console(), to_rack("a.bin"), bytes.into()).await.unwrap()
}

pub(crate) async fn read_back(vault: &Vault, attachment: &Attachment) -> Vec<u8> {
    let (_, pieces) = vault.open_attachment(&Caller::console(), attachment.id).await.unwrap();
    pieces.try_collect::<Vec<_>>().await.unwrap().concat()
}

fn object_of(attachment: &Attachment) -> String {
    let (folder, name) = attachment.content.digest.split_at(2);
    format!("house/files/{folder}/{name}")
}

/// Bytes that are not the same anywhere.
pub(crate) fn many(length: u32) -> Vec<u8> {
    (0..length / 4).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect()
}

pub(crate) fn on_disk(scene: &Scene) -> usize {
    fn count(path: &std::path::Path) -> usize {
        let Ok(entries) = std::fs::read_dir(path) else { return 0 };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }
    count(&scene.dir.path().join("attachments"))
}

#[tokio::test]
async fn files_of_any_size_come_back_from_the_bucket_and_are_kept_once() {
    let Some(store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let s3 = settings(&scene, store.endpoint());
    let vault = reopened(&scene, 2, StorageKind::S3, s3);
    let small = attach(&vault, "small").await;
    let large = many(20 * 1024 * 1024);
    let parts = attach(&vault, large.clone()).await;
    let again = attach(&vault, large.clone()).await;
    assert_eq!(read_back(&vault, &small).await, b"small");
    assert!(read_back(&vault, &parts).await == large, "in three parts");
    assert!(read_back(&vault, &again).await == large);
    let mut names = [object_of(&small), object_of(&parts)];
    names.sort();
    assert_eq!(store.names(), names);
    assert_eq!(on_disk(&scene), 0, "nothing stays on the way");
    let client = client(&vault, &scene.clock);
    let answer = client.get(&format!("/api/v1/attachments/{}/content", small.id)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-length"], "5");
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
}

#[tokio::test]
async fn store_away_or_refusing_is_said_and_leaves_nothing_half_done() {
    let Some(mut store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let s3 = settings(&scene, store.endpoint());
    let vault = reopened(&scene, 2, StorageKind::S3, s3.clone());
    let made = attach(&vault, "here").await;
    store.stop();
    let client = client(&vault, &scene.clock);
    let post = "/api/v1/attachments?kind=rack&id=r1&name=b.txt";
    let answer = client.send("POST", post, Some("text".to_owned()), None).await;
    assert_eq!(refusal(&answer), (503, "storage-unavailable"));
    let said = answer.json.to_string();
    assert!(said.contains("files at http://127.0.0.1") && !said.contains(KEY), "{said}");
    let content = format!("/api/v1/attachments/{}/content", made.id);
    assert_eq!(refusal(&client.get(&content).await), (503, "storage-unavailable"));
    assert_eq!(on_disk(&scene), 0, "the upload that failed is not kept");
    let list = client.get("/api/v1/attachments?kind=rack&id=r1").await;
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1, "no record without its object");
    // It comes back empty: the file is lost, and that is another thing than a store that is away.
    store.resume().await;
    assert_eq!(refusal(&client.get(&content).await), (500, "attachment-lost"));
    assert_eq!(client.send("POST", post, Some("text".to_owned()), None).await.status, 201);
    // A bucket that is missing is not a file that is missing.
    let other = S3Settings { bucket: "elsewhere".to_owned(), ..s3 };
    let vault = reopened(&scene, 3, StorageKind::S3, other.clone());
    let found = vault.open_attachment(&Caller::console(), made.id).await;
    assert!(
        matches!(&found, Err(VaultError::Storage { said, .. })
        if said.contains("NoSuchBucket")),
        "{:?}",
        found.err()
    );
    let tried = vault::try_bucket(&other, "x").await.unwrap_err().to_string();
    assert!(tried.contains("elsewhere") && tried.contains("NoSuchBucket"), "{tried}");
    assert!(vault::try_bucket(&settings(&scene, store.endpoint()), "x").await.is_ok());
    assert!(!store.names().iter().any(|name| name.contains("trial")));
}

#[tokio::test]
async fn key_is_read_anew_from_its_file_and_a_missing_one_is_named() {
    let Some(store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let s3 = settings(&scene, store.endpoint());
    let vault = reopened(&scene, 2, StorageKind::S3, s3);
    let path = scene.dir.path().join("bucket.key");
    std::fs::write(&path, "").unwrap();
    let refused = vault.attach(&Caller::console(), to_rack("a"), Body::from("text")).await;
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("bucket.key is empty"), "{said}");
    std::fs::write(&path, KEY).unwrap();
    attach(&vault, "text").await;
}

#[tokio::test]
async fn key_in_the_vault_is_revealed_once_for_each_of_its_values_and_journalled() {
    let Some(store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let secret = S3Secret::Vault("Bucket key".to_owned());
    let s3 = S3Settings { secret, ..settings(&scene, store.endpoint()) };
    let vault = reopened(&scene, 2, StorageKind::S3, s3);
    vault.unlock().await.unwrap();
    let refused = vault.attach(&Caller::console(), to_rack("a"), Body::from("text")).await;
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("no secret named `Bucket key`"), "{said}");
    let new = NewSecret {
        name: "bucket key".to_owned(),
        kind: SecretKind::Token,
        description: String::new(),
        owner: "storage".to_owned(),
        unit_id: None,
        expires_at: None,
        value: SecretText::new(KEY.to_owned()),
    };
    vault.create_secret(&Caller::console(), new).await.unwrap();
    let made = attach(&vault, "text").await;
    assert_eq!(read_back(&vault, &made).await, b"text");
    let used = scene.facts("secret.used").await;
    assert_eq!(used.len(), 1);
    assert!(!serde_json::to_string(&used[0].detail).unwrap().contains(KEY));
}

#[tokio::test]
async fn scanner_sees_files_in_the_bucket() {
    let Some(store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let s3 = settings(&scene, store.endpoint());
    let vault = reopened(&scene, 2, StorageKind::S3, s3);
    let scan_command = Some(vec!["/usr/bin/grep".to_owned(), "-q".into(), "text".into()]);
    vault.apply(AttachmentSettings { scan_command, ..AttachmentSettings::default() });
    let made = attach(&vault, "some text").await;
    assert_eq!(vault.scan().await.unwrap().done, 1);
    let found = vault.attachment(&Caller::console(), made.id).await.unwrap();
    assert_eq!(found.content.verdict, Verdict::Clean);
    assert_eq!(on_disk(&scene), 0);
}

#[tokio::test]
async fn orphans_in_the_bucket_go_after_a_day() {
    let Some(store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let s3 = settings(&scene, store.endpoint());
    let vault = reopened(&scene, 2, StorageKind::S3, s3);
    let caller = Caller::console();
    let (kept, gone) = (attach(&vault, "kept").await, attach(&vault, "gone").await);
    vault.detach(&caller, gone.id).await.unwrap();
    // A record that was lost, as after a crash between object and row.
    let unknown = attach(&vault, "unknown").await;
    vault.detach(&caller, unknown.id).await.unwrap();
    let digest = unknown.content.digest.clone();
    let mut tx = scene.records.db.begin().await.unwrap();
    let forget = sqlx::query("DELETE FROM vault_content WHERE digest = $1").bind(digest);
    forget.execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(vault.collect().await.unwrap().done, 0, "all of it is young");
    scene.clock.advance(Duration::from_secs(2 * 86_400));
    let back = attach(&vault, "gone").await;
    for _ in 0..256 {
        vault.collect().await.unwrap();
    }
    let mut names = [object_of(&kept), object_of(&back)];
    names.sort();
    assert_eq!(store.names(), names, "what was attached again in time is kept");
    assert_eq!(read_back(&vault, &back).await, b"gone");
}

#[tokio::test]
async fn files_on_disk_move_to_the_bucket_and_back_and_are_served_meanwhile() {
    let Some(store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    let s3 = settings(&scene, store.endpoint());
    let mut made = Vec::new();
    for n in 0..5_u8 {
        made.push(attach(&scene.vault, vec![n; 10]).await);
    }
    // Damaged on the disk, with the right length.
    let (folder, name) = made[4].content.digest.split_at(2);
    let path = scene.dir.path().join("attachments").join(folder).join(name);
    std::fs::write(&path, [9; 10]).unwrap();
    let vault = reopened(&scene, 2, StorageKind::S3, s3.clone());
    assert_eq!(read_back(&vault, &made[0]).await, [0; 10], "from where it was");
    let done = vault.move_files().await.unwrap();
    assert_eq!((done.done, done.left), (4, 1));
    assert!(done.message.unwrap().en.contains(&made[4].content.digest));
    assert_eq!((store.names().len(), on_disk(&scene)), (4, 1));
    assert_eq!(read_back(&vault, &made[3]).await, [3; 10]);
    let moved = scene.facts("attachment.moved").await;
    assert_eq!(moved.len(), 1);
    std::fs::write(&path, [4; 10]).unwrap();
    assert_eq!(vault.move_files().await.unwrap().done, 1, "put right, it follows");
    assert_eq!((store.names().len(), on_disk(&scene)), (5, 0));
    let vault = reopened(&scene, 3, StorageKind::Disk, s3);
    assert_eq!(read_back(&vault, &made[1]).await, [1; 10]);
    assert_eq!(vault.move_files().await.unwrap().done, 5);
    assert_eq!((store.names().len(), on_disk(&scene)), (0, 5));
    assert_eq!(read_back(&vault, &made[4]).await, [4; 10]);
}

#[tokio::test]
async fn what_one_server_keeps_while_another_collects_it_is_there() {
    let Some(store) = ObjectStore::start().await else { return };
    let scene = Scene::new().await;
    // Two servers share PostgreSQL only.
    if scene.records.db.dialect() != db::Dialect::Postgres {
        return;
    }
    let s3 = settings(&scene, store.endpoint());
    let one = reopened(&scene, 2, StorageKind::S3, s3.clone());
    let other = reopened_in("other", &scene, 3, StorageKind::S3, s3);
    let caller = Caller::console();
    for round in 0..20 {
        let bytes = format!("the same again, {}", round % 2);
        let made = attach(&one, bytes.clone()).await;
        one.detach(&caller, made.id).await.unwrap();
        scene.clock.advance(Duration::from_secs(2 * 86_400));
        let upload = one.attach(&caller, to_rack("a.bin"), bytes.clone().into());
        let (kept, collected) = tokio::join!(upload, other.collect());
        collected.unwrap();
        let kept = match kept {
            Ok(kept) => kept,
            // It was just leaving: whoever sends it again has it.
            Err(VaultError::Storage { said, .. }) => {
                assert!(said.contains("try again"), "{said}");
                attach(&one, bytes.clone()).await
            }
            Err(other) => panic!("{other}"),
        };
        assert_eq!(read_back(&other, &kept).await, bytes.as_bytes(), "round {round}");
        one.detach(&caller, kept.id).await.unwrap();
    }
}
