use std::{fs, path::PathBuf, time::Duration};

use db::Dialect;
use journal::{Archived, Archiver, JournalError, Report, Span, VerifyOptions, Wrong};
use kernel::Clock;

use crate::keeper::{Kept, found, kept, sealer};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn archiver(kept: &Kept) -> Archiver {
    Archiver {
        sealer: kept.sealer.clone(),
        folder: folder(kept),
        retention: DAY * 180,
        anchored: false,
    }
}

fn folder(kept: &Kept) -> PathBuf {
    kept.records.dir.path().join("archive")
}

/// 600 old rows and 50 new ones.
async fn aged() -> Kept {
    let kept = kept().await;
    kept.write_and_sign(300).await;
    kept.write_and_sign(300).await;
    kept.clock.advance(DAY * 182);
    kept.write_and_sign(50).await;
    kept
}

async fn verify(kept: &Kept) -> Report {
    let options = VerifyOptions { archive: Some(folder(kept)), ..kept.options() };
    kept.verify_with(&options).await
}

#[tokio::test]
async fn old_rows_move_to_a_file_that_verifies_with_the_rest() {
    let kept = aged().await;
    let done = archiver(&kept).archive().await.unwrap();
    assert_eq!(done, Archived { rows: 600, files: 1 });
    assert_eq!(archiver(&kept).archive().await.unwrap(), Archived::default());
    kept.sealer.checkpoint().await.unwrap();
    let report = verify(&kept).await;
    assert!(report.holds, "{report:?}");
    assert_eq!((report.archived_rows, report.rows), (600, 51), "and the fact of the archive");
    assert_eq!(report.archived, Some(Span { first_seq: 1, last_seq: 600 }));
    let report = kept.verify().await;
    assert!(report.holds && !report.archives_read, "{report:?}");
    assert_eq!(kept.verbs("journal.").await, ["journal.archived"]);
    let last = journal::archived_to(kept.db()).await.unwrap().unwrap();
    assert_eq!((last.last_seq, last.removed_to), (600, 600));
}

#[tokio::test]
async fn what_is_young_or_not_anchored_stays() {
    let kept = kept().await;
    kept.write_and_sign(10).await;
    kept.clock.advance(DAY * 179);
    assert_eq!(archiver(&kept).archive().await.unwrap().rows, 0);
    kept.clock.advance(DAY * 3);
    let anchored = Archiver { anchored: true, ..archiver(&kept) };
    assert_eq!(anchored.archive().await.unwrap().rows, 0, "no place outside knows it");
    assert_eq!(archiver(&kept).archive().await.unwrap().rows, 10);
}

#[tokio::test]
async fn jump_of_the_clock_never_archives_early() {
    let kept = kept().await;
    kept.write_and_sign(10).await;
    kept.clock.set(kept.clock.now().plus(DAY * 3650));
    for _ in 0..2 {
        let refused = archiver(&kept).archive().await.unwrap_err();
        assert!(matches!(refused, JournalError::Held { .. }), "{refused}");
        kept.clock.advance(DAY * 300);
    }
    assert!(!folder(&kept).exists());
}

#[tokio::test]
async fn archive_that_was_edited_or_taken_away_is_found() {
    let kept = aged().await;
    archiver(&kept).archive().await.unwrap();
    let entry = journal::archived_to(kept.db()).await.unwrap().unwrap();
    let path = folder(&kept).join(&entry.file);
    let whole = fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    for at in [0, 5, whole.len() / 2, whole.len() - 1] {
        damaged[at] ^= 0x10;
        fs::write(&path, &damaged).unwrap();
        let report = verify(&kept).await;
        assert_eq!(report.findings[0].wrong, Wrong::ArchiveDamaged, "{at}: {report:?}");
        damaged[at] = whole[at];
    }
    fs::write(&path, &whole[..whole.len() - 20]).unwrap();
    assert_eq!(verify(&kept).await.findings[0].wrong, Wrong::ArchiveDamaged);
    fs::write(&path, [whole.as_slice(), b"more"].concat()).unwrap();
    assert_eq!(verify(&kept).await.findings[0].wrong, Wrong::ArchiveDamaged);
    fs::remove_file(&path).unwrap();
    assert_eq!(found(&verify(&kept).await), [(Wrong::ArchiveMissing, 1, 600)]);
}

/// Rows that are gone with an entry that claims an archive which nobody wrote.
#[tokio::test]
async fn forged_entry_of_an_archive_is_found() {
    let kept = aged().await;
    kept.change(
        "INSERT INTO journal_archive (number, first_seq, last_seq, last_seal, first_at, last_at,
            file, sha256, bytes, archived_at, key_id, signature, removed_to)
         VALUES (1, 1, 256, 1, 1, 2, 'journal-1.jsonl.zst', 'ab', 1, 1, 'k', 'cd', 256);
         DELETE FROM journal_row WHERE seq <= 256;",
    )
    .await;
    assert_eq!(found(&kept.verify().await), [(Wrong::ArchiveDamaged, 1, 256)]);
}

/// The database fails after the file was written and before rows are removed.
#[tokio::test]
async fn removal_that_was_cut_off_goes_on() {
    let kept = aged().await;
    let (refuse, relent) = match kept.db().dialect() {
        Dialect::Sqlite => (
            "CREATE TRIGGER refuse BEFORE DELETE ON journal_row
             BEGIN SELECT RAISE(ABORT, 'no'); END",
            "DROP TRIGGER refuse",
        ),
        Dialect::Postgres => (
            "CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'no'; END $$;
             CREATE TRIGGER refuse BEFORE DELETE ON journal_row
             FOR EACH ROW EXECUTE FUNCTION refuse()",
            "DROP TRIGGER refuse ON journal_row",
        ),
    };
    kept.change(refuse).await;
    archiver(&kept).archive().await.unwrap_err();
    let report = verify(&kept).await;
    assert!(report.holds, "the rows are in both: {report:?}");
    assert_eq!((report.archived_rows, report.rows), (600, 651));
    kept.change(relent).await;
    let again = sealer(kept.db(), &kept.clock, kept.keys.clone(), 4);
    let again = Archiver { sealer: again, ..archiver(&kept) };
    assert_eq!(again.archive().await.unwrap(), Archived::default(), "no second file");
    let report = verify(&kept).await;
    assert!(report.holds, "{report:?}");
    assert_eq!((report.archived_rows, report.rows), (600, 51));
    // A border that somebody moved does not fit the seals.
    kept.change("UPDATE journal_archive SET removed_to = 599").await;
    assert!(!kept.verify().await.holds);
}

#[tokio::test]
async fn row_that_was_edited_before_it_was_archived_stays_for_somebody_to_look_at() {
    let kept = aged().await;
    kept.change("UPDATE journal_row SET actor_name = 'nobody' WHERE seq = 7").await;
    let refused = archiver(&kept).archive().await.unwrap_err().to_string();
    assert!(refused.contains("row 7 was edited"), "{refused}");
    assert_eq!(found(&kept.verify().await), [(Wrong::Edited, 7, 7)]);
    assert!(journal::archived_to(kept.db()).await.unwrap().is_none());
}
