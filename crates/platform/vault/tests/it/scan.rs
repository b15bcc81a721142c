use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use axum::body::Body;
use kernel::Caller;
use vault::{Attachment, AttachmentSettings, Upload, Vault, VaultError, Verdict};

use crate::scene::Scene;

/// The test file of the scanners' makers (EICAR), in two parts so that no scanner takes this
/// source for it.
const EICAR: [&str; 2] =
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"];

/// A scanner that answers as clamscan does.
fn scanner(dir: &Path, body: &str) -> Vec<String> {
    let path = dir.join("scanner");
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    vec![path.display().to_string(), "--no-summary".to_owned(), "{file}".to_owned()]
}

const GREP: &str = "if grep -q EICAR-STANDARD \"$2\"; then echo \"$2: Eicar FOUND\"; exit 1; fi
test -z \"$HOME\" || exit 2
echo \"$2: OK\"; exit 0";

async fn with(body: &str) -> Scene {
    let scene = Scene::new().await;
    let scan_command = Some(scanner(scene.dir.path(), body));
    let scan_timeout = Duration::from_millis(1_500);
    scene.vault.apply(AttachmentSettings {
        scan_command,
        scan_timeout,
        ..AttachmentSettings::default()
    });
    scene
}

async fn attach(vault: &Vault, text: &str) -> Attachment {
    let upload = Upload {
        name: "a.txt".to_owned(),
        subject_kind: "rack".to_owned(),
        subject_id: "r1".to_owned(),
    };
    vault.attach(&Caller::console(), upload, Body::from(text.to_owned())).await.unwrap()
}

async fn verdict(vault: &Vault, attachment: &Attachment) -> (Verdict, String) {
    let found = vault.attachment(&Caller::console(), attachment.id).await.unwrap();
    (found.content.verdict, found.content.verdict_note)
}

#[tokio::test]
async fn file_is_withheld_until_the_scanner_found_nothing() {
    let scene = with(GREP).await;
    let (clean, harmful) =
        (attach(&scene.vault, "harmless").await, attach(&scene.vault, &EICAR.concat()).await);
    let caller = Caller::console();
    let early = scene.vault.open_attachment(&caller, clean.id).await;
    assert!(matches!(early, Err(VaultError::Withheld { verdict: Verdict::Pending })));
    assert_eq!(scene.vault.scan().await.unwrap().done, 2);
    assert!(scene.vault.open_attachment(&caller, clean.id).await.is_ok());
    let refused = scene.vault.open_attachment(&caller, harmful.id).await;
    assert!(matches!(refused, Err(VaultError::Withheld { verdict: Verdict::Infected })));
    let (_, note) = verdict(&scene.vault, &harmful).await;
    assert_eq!(note, "file: Eicar FOUND", "our paths are not told");
    assert_eq!(scene.facts("attachment.refused").await.len(), 1);
    let again = attach(&scene.vault, &EICAR.concat()).await;
    assert_eq!(verdict(&scene.vault, &again).await.0, Verdict::Infected, "known at once");
}

#[tokio::test]
async fn scanner_that_fails_or_hangs_is_asked_again_and_then_given_up() {
    for body in ["exit 2", "sleep 30", "kill -9 $$"] {
        let scene = with(body).await;
        scene.vault.apply(AttachmentSettings {
            scan_timeout: Duration::from_millis(100),
            ..scene.vault.settings()
        });
        let file = attach(&scene.vault, "harmless").await;
        for _ in 0..5 {
            assert_eq!(verdict(&scene.vault, &file).await.0, Verdict::Pending);
            assert_eq!(scene.vault.scan().await.unwrap().done, 1, "{body}");
            assert_eq!(scene.vault.scan().await.unwrap().done, 0, "not before its time");
            scene.clock.advance(Duration::from_secs(600));
        }
        assert_eq!(verdict(&scene.vault, &file).await.0, Verdict::Failed);
    }
}

#[tokio::test]
async fn scanner_that_is_not_there_is_named() {
    let scene = Scene::new().await;
    let scan_command = Some(vec!["/no/such/scanner".to_owned()]);
    scene.vault.apply(AttachmentSettings { scan_command, ..AttachmentSettings::default() });
    let file = attach(&scene.vault, "harmless").await;
    scene.vault.scan().await.unwrap();
    let (_, note) = verdict(&scene.vault, &file).await;
    assert!(note.contains("/no/such/scanner"), "{note}");
}

#[tokio::test]
async fn talkative_scanner_is_heard_to_a_limit() {
    let scene = with("yes blah | head -c 3000000; exit 0").await;
    let file = attach(&scene.vault, "harmless").await;
    scene.vault.scan().await.unwrap();
    let (found, note) = verdict(&scene.vault, &file).await;
    assert_eq!(found, Verdict::Clean);
    assert!(note.len() <= 2_000);
}
