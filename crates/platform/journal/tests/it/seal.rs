use std::{fs, time::Duration};

use journal::{JournalError, Span, Wrong};
use kernel::{Caller, Clock, Time};

use crate::keeper::{found, kept, sealer};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn sealed_log_holds_and_tells_its_ranges_apart() {
    let kept = kept().await;
    kept.write_and_sign(700).await;
    kept.write(5).await;
    let report = kept.verify().await;
    assert!(report.holds, "{report:?}");
    assert_eq!(report.rows, 705);
    assert_eq!((report.seals, report.checkpoints), (3, 1));
    let span = |first_seq, last_seq| Some(Span { first_seq, last_seq });
    assert_eq!(report.unanchored, span(1, 700));
    assert_eq!(report.unsealed, span(701, 705));
    assert_eq!((report.anchored, report.archived), (None, None));
}

#[tokio::test]
async fn unsealed_log_and_empty_one_hold() {
    let kept = kept().await;
    assert!(kept.verify().await.holds);
    kept.write(3).await;
    let report = kept.verify().await;
    assert!(report.holds);
    assert_eq!(report.unsealed, Some(Span { first_seq: 1, last_seq: 3 }));
}

#[tokio::test]
async fn sealing_goes_on_after_a_restart_and_says_what_is_left() {
    let kept = kept().await;
    kept.write(10).await;
    assert_eq!(kept.sealer.seal().await.unwrap().rows, 10);
    kept.write(10).await;
    let again = sealer(kept.db(), &kept.clock, kept.keys.clone(), 2);
    assert_eq!(again.seal().await.unwrap().rows, 10);
    let nothing = again.seal().await.unwrap();
    assert_eq!((nothing.rows, nothing.left), (0, 0));
    assert!(kept.verify().await.holds);
}

#[tokio::test]
async fn two_sealers_at_once_seal_every_row_once() {
    let kept = kept().await;
    kept.write_and_sign(1).await;
    let other = sealer(kept.db(), &kept.clock, kept.keys.clone(), 2);
    for _ in 0..10 {
        kept.write(40).await;
        let (one, two) = tokio::join!(kept.sealer.seal(), other.seal());
        one.unwrap();
        two.unwrap();
    }
    kept.sealer.checkpoint().await.unwrap();
    let report = kept.verify().await;
    assert!(report.holds && report.unsealed.is_none(), "{report:?}");
}

#[tokio::test]
async fn checkpoints_are_signed_once_a_minute_while_rows_come() {
    let kept = kept().await;
    for _ in 0..4 {
        kept.write(1).await;
        kept.sealer.seal().await.unwrap();
        kept.clock.advance(Duration::from_secs(20));
    }
    assert_eq!(kept.verify().await.checkpoints, 2);
}

#[tokio::test]
async fn key_change_is_signed_by_both_and_the_log_still_holds() {
    let kept = kept().await;
    kept.write_and_sign(300).await;
    let entry = kept.sealer.change_key(&Caller::console()).await.unwrap();
    kept.write_and_sign(300).await;
    let report = kept.verify().await;
    assert!(report.holds, "{report:?}");
    assert_eq!(report.key_id, entry.id);
    assert_eq!(kept.verbs("journal.").await, ["journal.key_changed"]);
    let again = sealer(kept.db(), &kept.clock, kept.keys.clone(), 3);
    assert_eq!(again.public_key().await.unwrap().1, entry.public_key);
    assert_eq!(journal::public_key_of(&kept.keys).unwrap().1, entry.public_key);
}

#[tokio::test]
async fn stranger_cannot_change_the_key() {
    let kept = kept().await;
    let refused = kept.sealer.change_key(&Caller::stranger()).await.unwrap_err();
    assert!(matches!(refused, JournalError::NotAllowed(_)), "{refused}");
}

#[tokio::test]
async fn pinned_key_must_be_one_of_the_journal() {
    let kept = kept().await;
    kept.write_and_sign(3).await;
    let (_, public_key) = kept.sealer.public_key().await.unwrap();
    let pinned =
        |key: &str| journal::VerifyOptions { public_key: Some(key.to_owned()), ..kept.options() };
    assert!(kept.verify_with(&pinned(&public_key)).await.holds);
    let report = kept.verify_with(&pinned(&"ab".repeat(32))).await;
    assert_eq!(report.findings[0].wrong, Wrong::KeySwapped);
}

/// Somebody with the database writes everything anew with keys of their own.
#[tokio::test]
async fn log_sealed_anew_with_other_keys_is_found() {
    let kept = kept().await;
    kept.write_and_sign(3).await;
    kept.change(
        "DELETE FROM journal_seal; DELETE FROM journal_checkpoint; DELETE FROM journal_key;
         UPDATE journal_row SET actor_name = 'nobody' WHERE seq = 2;",
    )
    .await;
    let theirs = kept.records.dir.path().join("theirs");
    sealer(kept.db(), &kept.clock, theirs.clone(), 66).checkpoint().await.unwrap();
    let report = kept.verify().await;
    let kinds: Vec<Wrong> = report.findings.iter().map(|f| f.wrong).collect();
    assert!(kinds.contains(&Wrong::KeySwapped), "{report:?}");
    // With the file of keys swapped, too, what was told to others still gives it away.
    let told = fs::read_to_string(kept.keys.join("journal.head")).unwrap();
    let anchors = kept.records.dir.path().join("anchors");
    fs::write(&anchors, told).unwrap();
    let options = journal::VerifyOptions {
        keys: theirs,
        anchors: Some(anchors),
        ..journal::VerifyOptions::default()
    };
    let report = kept.verify_with(&options).await;
    assert_eq!(report.findings[0].wrong, Wrong::AnchorForged, "{report:?}");
}

#[tokio::test]
async fn missing_exposed_and_foreign_keys_stop_the_sealing_with_a_reason() {
    let kept = kept().await;
    kept.write_and_sign(3).await;
    kept.write(3).await;
    let file = kept.keys.join(journal::KEYS_FILE);
    let kept_text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let again = || sealer(kept.db(), &kept.clock, kept.keys.clone(), 9);
    let said = again().seal().await.unwrap_err();
    assert!(matches!(said, JournalError::KeyMissing { .. }), "{said}");
    assert!(!file.exists(), "no new key is made for records that have one");
    fs::write(&file, kept_text).unwrap();
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    let said = again().seal().await.unwrap_err().to_string();
    assert!(said.contains("chmod 600"), "{said}");
    let fault = kernel::Fault::from(again().seal().await.unwrap_err());
    assert_eq!(fault.code, "journal-keys");
}

#[tokio::test]
async fn rows_removed_before_they_were_sealed_are_found_by_the_seal() {
    let kept = kept().await;
    kept.write(10).await;
    kept.change("DELETE FROM journal_row WHERE seq = 4 OR seq = 5").await;
    kept.sealer.checkpoint().await.unwrap();
    kept.sealer.checkpoint().await.unwrap();
    assert_eq!(kept.verbs("journal.gap_found").await.len(), 1);
    assert_eq!(found(&kept.verify().await), [(Wrong::Removed, 4, 5)]);
}

#[tokio::test]
async fn clock_that_jumps_forwards_holds_the_archive_until_somebody_looked() {
    let kept = kept().await;
    kept.write_and_sign(3).await;
    kept.clock.advance(DAY * 3);
    kept.sealer.seal().await.unwrap();
    assert_eq!(kept.verbs("journal.").await, [""; 0], "three quiet days are no jump");
    let right = kept.clock.now();
    kept.clock.set(right.plus(DAY * 3650));
    kept.sealer.seal().await.unwrap();
    kept.sealer.seal().await.unwrap();
    assert_eq!(kept.verbs("journal.").await, ["journal.clock_jumped"]);
    // Also when the server starts again while the clock is wrong, and until it is right.
    let again = sealer(kept.db(), &kept.clock, kept.keys.clone(), 2);
    again.seal().await.unwrap();
    assert_eq!(kept.verbs("journal.archive_released").await.len(), 0);
    kept.clock.set(right.plus(Duration::from_secs(60)));
    again.seal().await.unwrap();
    assert_eq!(kept.verbs("journal.archive_released").await.len(), 1);
    let refused = again.release_archive(&Caller::console()).await.unwrap_err();
    assert!(matches!(refused, JournalError::NotHeld), "{refused}");
    kept.clock.set(Time::from_seconds(2_500_000_000));
    again.seal().await.unwrap();
    again.release_archive(&Caller::console()).await.unwrap();
    again.seal().await.unwrap();
    assert_eq!(kept.verbs("journal.clock_jumped").await.len(), 2);
}
