use std::time::Duration;

use axum::body::Body;
use futures_util::TryStreamExt;
use kernel::{Caller, Within};
use vault::{Attachment, AttachmentSettings, Upload, VaultError};

use crate::scene::{Scene, refusal};

fn to_rack(name: &str) -> Upload {
    Upload { name: name.to_owned(), subject_kind: "rack".to_owned(), subject_id: "r1".to_owned() }
}

async fn attach(scene: &Scene, name: &str, bytes: &'static [u8]) -> Attachment {
    scene.vault.attach(&Caller::console(), to_rack(name), Body::from(bytes)).await.unwrap()
}

async fn read_back(scene: &Scene, attachment: &Attachment) -> Vec<u8> {
    let opened = scene.vault.open_attachment(&Caller::console(), attachment.id).await;
    let (_, pieces) = opened.unwrap();
    pieces.try_collect::<Vec<_>>().await.unwrap().concat()
}

fn files(scene: &Scene) -> usize {
    fn count(path: &std::path::Path) -> usize {
        let Ok(entries) = std::fs::read_dir(path) else { return 0 };
        entries
            .map(|entry| entry.unwrap().path())
            .map(|path| if path.is_dir() { count(&path) } else { 1 })
            .sum()
    }
    count(&scene.dir.path().join("attachments"))
}

#[tokio::test]
async fn file_is_attached_listed_served_and_removed() {
    let scene = Scene::new().await;
    let path = "/api/v1/attachments?kind=rack&id=r1&name=..%2F..%2Fetc%2Fplan%20B.html";
    let page = "<script>alert(document.cookie)</script> 机房平面图";
    let made = scene.client.send("POST", path, Some(page.to_owned()), None).await;
    assert_eq!(made.status, 201, "{:?}", made.json);
    assert_eq!(made.json["name"], "plan B.txt");
    assert_eq!(made.json["media_type"], "text/plain");
    assert_eq!(made.json["verdict"], "unscanned");
    let one = format!("/api/v1/attachments/{}", made.json["id"].as_str().unwrap());
    let served = scene.client.get(&format!("{one}/content")).await;
    assert_eq!(served.status, 200);
    assert_eq!(served.headers["content-type"], "text/plain");
    assert_eq!(served.headers["x-content-type-options"], "nosniff");
    let policy = served.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"));
    let name = served.headers["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"plan B.txt\""), "{name}");
    let list = scene.client.get("/api/v1/attachments?kind=rack&id=r1").await;
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(scene.client.delete(&one, None).await.status, 204);
    assert_eq!(scene.client.get(&one).await.status, 404);
    assert_eq!(scene.facts("attachment.").await.len(), 2);
}

#[tokio::test]
async fn bytes_come_back_as_they_went_in_and_are_kept_once() {
    let scene = Scene::new().await;
    let bytes: &'static [u8] = b"\x89PNG\r\n\x1a\n\x00\x01\x02 not quite a picture";
    let first = attach(&scene, "photo.exe", bytes).await;
    assert_eq!(
        (first.name.as_str(), first.content.media_type.as_str()),
        ("photo.png", "image/png")
    );
    let second = attach(&scene, "again.png", bytes).await;
    assert_eq!(first.content.digest, second.content.digest);
    assert_eq!(files(&scene), 1);
    assert_eq!(read_back(&scene, &second).await, bytes);
    scene.vault.detach(&Caller::console(), first.id).await.unwrap();
    assert_eq!(read_back(&scene, &second).await, bytes, "the other still needs it");
}

#[tokio::test]
async fn too_large_cut_off_and_empty_files_leave_nothing_behind() {
    let settings = AttachmentSettings { size_bytes_max: 1_000, ..AttachmentSettings::default() };
    let scene = Scene::with(settings).await;
    let caller = Caller::console();
    let big = scene.vault.attach(&caller, to_rack("big"), Body::from(vec![1_u8; 1_001])).await;
    assert!(matches!(big, Err(VaultError::FileTooLarge { limit_bytes: 1_000 })));
    let pieces = vec![Ok("half a"), Err(std::io::Error::other("connection reset"))];
    let cut = Body::from_stream(futures_util::stream::iter(pieces));
    let cut = scene.vault.attach(&caller, to_rack("cut"), cut).await;
    assert!(matches!(cut, Err(VaultError::UploadCutOff { .. })));
    let empty = scene.vault.attach(&caller, to_rack("empty"), Body::empty()).await;
    assert!(matches!(empty, Err(VaultError::WrongInput(_))));
    assert_eq!(files(&scene), 0);
    assert!(scene.facts("attachment.").await.is_empty());
}

#[tokio::test]
async fn permission_follows_from_what_it_is_attached_to() {
    let scene = Scene::new().await;
    let made = attach(&scene, "a.txt", b"text").await;
    let within = Within { units: ["x".to_owned()].into(), ..Within::default() };
    let reader = scene.client.holding(&["attachment.read", "attachment.change"], &within);
    let path = format!("/api/v1/attachments/{}", made.id);
    assert_eq!(reader.get(&path).await.status, 200);
    assert_eq!(refusal(&reader.delete(&path, None).await), (403, "forbidden"));
    let post = "/api/v1/attachments?kind=rack&id=r1";
    let refused = reader.send("POST", post, Some("x".to_owned()), None).await;
    assert_eq!(refusal(&refused), (403, "forbidden"));
    for (query, field) in [("kind=rack&id=r9", "id"), ("kind=tree&id=r1", "kind")] {
        let path = format!("/api/v1/attachments?{query}");
        let answer = scene.client.send("POST", &path, Some("x".to_owned()), None).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.json["fields"][0]["field"], field, "{query}");
        assert_eq!(scene.client.get(&path).await.json["fields"][0]["field"], field);
    }
}

#[tokio::test]
async fn orphans_go_after_a_day_and_what_is_old_after_the_retention() {
    let retention = Some(Duration::from_secs(30 * 86_400));
    let scene =
        Scene::with(AttachmentSettings { retention, ..AttachmentSettings::default() }).await;
    let kept = attach(&scene, "kept.txt", b"kept").await;
    let gone = attach(&scene, "gone.txt", b"gone").await;
    scene.vault.detach(&Caller::console(), gone.id).await.unwrap();
    let incoming = scene.dir.path().join("attachments/incoming/left-over");
    std::fs::write(&incoming, "half").unwrap();
    let unknown = scene.dir.path().join("attachments/00");
    std::fs::create_dir_all(&unknown).unwrap();
    std::fs::write(unknown.join("ab".repeat(31)), "no row knows it").unwrap();
    assert_eq!(scene.vault.collect().await.unwrap().done, 0, "all of it is young");
    assert_eq!(files(&scene), 4);
    scene.clock.advance(Duration::from_secs(2 * 86_400));
    for _ in 0..256 {
        scene.vault.collect().await.unwrap();
    }
    assert_eq!(files(&scene), 1);
    assert_eq!(read_back(&scene, &kept).await, b"kept");
    scene.clock.advance(Duration::from_secs(40 * 86_400));
    scene.vault.collect().await.unwrap();
    let found = scene.vault.attachment(&Caller::console(), kept.id).await;
    assert!(matches!(found, Err(VaultError::AttachmentNotFound { .. })));
    assert_eq!(scene.facts("attachment.removed").await.len(), 2);
    assert_eq!(files(&scene), 0, "its file is older than a day as well");
}

#[tokio::test]
async fn file_that_was_cut_on_disk_is_not_served() {
    let scene = Scene::new().await;
    let made = attach(&scene, "a.txt", b"whole").await;
    let (folder, name) = made.content.digest.split_at(2);
    let path = scene.dir.path().join("attachments").join(folder).join(name);
    std::fs::write(&path, "cut").unwrap();
    let answer = scene.client.get(&format!("/api/v1/attachments/{}/content", made.id)).await;
    assert_eq!(refusal(&answer), (500, "attachment-lost"));
    std::fs::remove_file(&path).unwrap();
    let answer = scene.client.get(&format!("/api/v1/attachments/{}/content", made.id)).await;
    assert_eq!(refusal(&answer), (500, "attachment-lost"));
}
