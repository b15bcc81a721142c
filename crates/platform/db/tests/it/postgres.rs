//! What the store promises on PostgreSQL, tried on a server of the test's own.

use std::time::Duration;

use db::{Db, DbError, Location, PostgresUrl};
use testkit::{Cluster, Scratch};

use crate::{BROKEN, ONE, TWO};

async fn scratch(cluster: &Cluster) -> Scratch {
    Scratch::empty(&cluster.url()).await.unwrap()
}

async fn count(db: &Db) -> i64 {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM sample_note");
    count.fetch_one(db.reader()).await.unwrap()
}

#[tokio::test]
async fn migrations_apply_once_and_refusals_read_as_on_sqlite() {
    let Some(cluster) = Cluster::start().await else { return };
    let scratch = scratch(&cluster).await;
    let location = scratch.location();
    // Two servers that start at once make every table once.
    let (a, b) = tokio::join!(Db::open(&location, &[ONE, TWO]), Db::open(&location, &[ONE, TWO]));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(count(&a).await, 1);
    a.close().await;
    b.close().await;
    let newer = Db::open(&location, &[ONE]).await.unwrap_err();
    assert!(matches!(newer, DbError::Newer { number: 2, .. }), "{newer}");
    let broken = db::Migration { number: 3, ..BROKEN };
    let failed = Db::open(&location, &[ONE, TWO, broken]).await.unwrap_err();
    assert!(matches!(failed, DbError::MigrationFailed { number: 3, .. }), "{failed}");
    let db = Db::open(&location, &[ONE, TWO]).await.unwrap();
    let half = sqlx::query("SELECT id FROM sample_half LIMIT 1").fetch_all(db.reader()).await;
    assert!(half.is_err(), "nothing of a failed migration is kept");
}

#[tokio::test]
async fn changes_of_two_servers_run_one_after_another_and_both_hear_of_them() {
    let Some(cluster) = Cluster::start().await else { return };
    let scratch = scratch(&cluster).await;
    let a = Db::open(scratch.location(), &[ONE]).await.unwrap();
    let b = Db::open(scratch.location(), &[ONE]).await.unwrap();
    let add = |db: Db| async move {
        for _ in 0..50 {
            let mut tx = db.begin().await.unwrap();
            let read = "SELECT COUNT(*) FROM sample_note";
            let read: i64 = sqlx::query_scalar(read).fetch_one(tx.connection()).await.unwrap();
            // A change in between would make this number a second time, which the key refuses.
            let write = "INSERT INTO sample_note (id, text) VALUES ($1, 'counted')";
            sqlx::query(write).bind(read + 1).execute(tx.connection()).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    tokio::join!(add(a.clone()), add(b.clone()), add(a.clone()));
    assert_eq!(count(&b).await, 151);

    let mut commits = b.commits();
    commits.mark_unchanged();
    a.begin().await.unwrap().commit().await.unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(5), commits.changed()).await;
    assert!(matches!(heard, Ok(Ok(()))), "a commit of one server is heard by the other");
}

#[tokio::test]
async fn opened_records_listen_already_and_make_no_commit_up() {
    let Some(cluster) = Cluster::start().await else { return };
    let scratch = scratch(&cluster).await;
    let a = Db::open(scratch.location(), &[ONE]).await.unwrap();
    let b = Db::open(scratch.location(), &[ONE]).await.unwrap();
    let mut commits = b.commits();
    commits.mark_unchanged();
    let made_up = tokio::time::timeout(Duration::from_millis(200), commits.changed()).await;
    assert!(made_up.is_err(), "nobody has committed anything");
    a.begin().await.unwrap().commit().await.unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(5), commits.changed()).await;
    assert!(matches!(heard, Ok(Ok(()))));
}

#[tokio::test]
async fn any_number_of_values_is_bound_as_one_parameter() {
    let Some(cluster) = Cluster::start().await else { return };
    let scratch = scratch(&cluster).await;
    let db = Db::open(scratch.location(), &[ONE]).await.unwrap();
    crate::few_and_many_values_find_what_is_there(&db).await;
}

#[tokio::test]
async fn caller_who_goes_away_in_the_middle_leaves_no_lock() {
    let Some(cluster) = Cluster::start().await else { return };
    let scratch = scratch(&cluster).await;
    let a = Db::open(scratch.location(), &[ONE]).await.unwrap();
    let b = Db::open(scratch.location(), &[ONE]).await.unwrap();
    let held = a.begin().await.unwrap();
    // Waits for the lock, and is given up.
    let waiting = tokio::time::timeout(Duration::from_millis(100), b.begin()).await;
    assert!(waiting.is_err(), "it cannot begin while another change runs");
    drop(held);
    for _ in 0..3 {
        let next = tokio::time::timeout(Duration::from_secs(5), a.begin()).await;
        next.expect("no lock is left").unwrap().commit().await.unwrap();
    }
    b.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn server_that_is_stopped_and_started_is_noticed_and_used_again() {
    let Some(mut cluster) = Cluster::start().await else { return };
    let url = PostgresUrl::parse(&cluster.url()).unwrap();
    let db = Db::open(Location::Postgres(url), &[ONE]).await.unwrap();
    let mut away = db.away();
    cluster.stop();
    let noticed = away.wait_for(Option::is_some);
    tokio::time::timeout(Duration::from_secs(10), noticed).await.unwrap().unwrap();
    let said = db.ping().await.unwrap_err();
    assert!(said.is_away(), "{said}");
    let fault = kernel::Fault::from(db.begin().await.unwrap_err());
    assert_eq!((fault.code, fault.kind), ("database-unavailable", kernel::FaultKind::Unavailable));
    let mut commits = db.commits();
    commits.mark_unchanged();
    cluster.resume().await;
    tokio::time::timeout(Duration::from_secs(10), away.wait_for(Option::is_none))
        .await
        .unwrap()
        .unwrap();
    assert!(commits.has_changed().unwrap(), "what was committed meanwhile is looked for");
    db.ping().await.unwrap();
    assert!(db.size_bytes().await.unwrap() > 1_000_000, "an empty database has its catalogue");
    db.begin().await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn each_reason_why_it_cannot_be_opened_has_its_sentence() {
    let Some(cluster) = Cluster::start().await else { return };
    let url = cluster.url();
    let refusal = |url: String| async move {
        let url = PostgresUrl::parse(&url).unwrap();
        Db::open(Location::Postgres(url), &[ONE]).await.unwrap_err()
    };
    let refused = refusal(url.replace("mainstay@", "nobody:s3cret@")).await;
    assert!(matches!(refused, DbError::Refused { .. }), "{refused}");
    assert!(!refused.to_string().contains("s3cret"), "{refused}");
    let missing = refusal(url.replace("/postgres?", "/elsewhere?")).await;
    assert!(matches!(missing, DbError::Refused { .. }), "{missing}");
    let away = refusal("postgres://ada@127.0.0.1:1/records".to_owned()).await;
    assert!(away.is_away() && away.to_string().contains("127.0.0.1:1"), "{away}");

    let admin = Db::open(Location::Postgres(PostgresUrl::parse(&url).unwrap()), &[]).await.unwrap();
    let other = "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' \
                 LC_CTYPE 'C'";
    sqlx::raw_sql(other).execute(admin.reader()).await.unwrap();
    let latin = refusal(url.replace("/postgres?", "/latin?")).await;
    assert!(latin.to_string().contains("LATIN1"), "{latin}");
}

#[tokio::test]
async fn text_with_nul_is_refused_as_input() {
    let Some(cluster) = Cluster::start().await else { return };
    let scratch = scratch(&cluster).await;
    let db = Db::open(scratch.location(), &[ONE]).await.unwrap();
    let asked = sqlx::query("SELECT id FROM sample_note WHERE text = $1 LIMIT 1").bind("a\0b");
    let error = asked.execute(db.reader()).await.unwrap_err();
    let fault = kernel::Fault::from(DbError::from(error));
    assert_eq!((fault.code, fault.kind), ("text-with-nul", kernel::FaultKind::Invalid));
}
