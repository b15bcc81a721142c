use db::{DbError, Dialect};
use journal::Entry;
use kernel::{Caller, Fault, FaultKind, Time};

use crate::{LampLit, TALLY, count};

/// What cannot be audited does not happen: the change that comes with the fact is undone.
#[tokio::test]
async fn change_whose_fact_cannot_be_written_does_not_happen() {
    let records = testkit::temporary_db(&[journal::MIGRATIONS, TALLY]).await;
    let refuse = match records.db.dialect() {
        Dialect::Sqlite => {
            "CREATE TRIGGER refuse BEFORE INSERT ON journal_row
             BEGIN SELECT RAISE(ABORT, 'the audit is full'); END"
        }
        Dialect::Postgres => {
            "CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'the audit is full'; END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON journal_row
             FOR EACH ROW EXECUTE FUNCTION refuse()"
        }
    };
    let mut tx = records.db.begin().await.unwrap();
    sqlx::raw_sql(refuse).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = records.db.begin().await.unwrap();
    sqlx::query("UPDATE tally_count SET count = 99 WHERE id = 1")
        .execute(tx.connection())
        .await
        .unwrap();
    let (fact, caller) = (LampLit { lamp: "a".into() }, Caller::system("test"));
    let entry = Entry::new(&caller, Time::from_seconds(1), &fact);
    // Facts of one change are written together, when it commits.
    journal::append(&mut tx, entry).await.unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, DbError::JournalUnwritable(_)), "{error}");
    let fault = Fault::from(error);
    assert_eq!((fault.kind, fault.code), (FaultKind::Unavailable, "journal-unavailable"));
    assert_eq!(count(&records.db).await, 0);
    assert_eq!(journal::latest(&records.db).await.unwrap().0, 0, "no number is lost");
}
