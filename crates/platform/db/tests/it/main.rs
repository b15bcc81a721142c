//! What the store promises, tried on a real file.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use db::{Db, DbError, Migration, QueryBuilder};
use sqlx::Row;

mod copy;
mod postgres;

const ONE: Migration = Migration {
    component: "sample",
    number: 1,
    name: "note",
    sql: "CREATE TABLE sample_note (id BIGINT PRIMARY KEY, text TEXT NOT NULL);
          INSERT INTO sample_note (id, text) VALUES (1, 'first');",
};
const TWO: Migration = Migration {
    component: "sample",
    number: 2,
    name: "colour",
    sql: "ALTER TABLE sample_note ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'",
};
const BROKEN: Migration = Migration {
    component: "sample",
    number: 2,
    name: "broken",
    sql: "CREATE TABLE sample_half (id BIGINT PRIMARY KEY); SELECT no_such_thing FROM nowhere;",
};

#[tokio::test]
async fn migrations_apply_once_and_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("records.sqlite");
    Db::open(&path, &[ONE]).await.unwrap().close().await;
    let db = Db::open(&path, &[ONE, TWO]).await.unwrap();
    assert!(db.size_bytes().await.unwrap() >= 8192, "a page at least for each table");
    let rows = sqlx::query("SELECT text, colour FROM sample_note LIMIT 9")
        .fetch_all(db.reader())
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get::<String, _>("colour"), "grey");
}

#[tokio::test]
async fn newer_data_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("records.sqlite");
    Db::open(&path, &[ONE, TWO]).await.unwrap().close().await;
    let refusal = Db::open(&path, &[ONE]).await.unwrap_err();
    assert!(matches!(refusal, DbError::Newer { number: 2, .. }), "{refusal}");
    assert!(refusal.to_string().contains("colour"), "{refusal}");
}

#[tokio::test]
async fn failed_migration_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("records.sqlite");
    let refusal = Db::open(&path, &[ONE, BROKEN]).await.unwrap_err();
    assert!(matches!(refusal, DbError::MigrationFailed { number: 2, .. }), "{refusal}");
    let db = Db::open(&path, &[ONE, TWO]).await.unwrap();
    assert!(
        sqlx::query("SELECT id FROM sample_half LIMIT 1").fetch_all(db.reader()).await.is_err()
    );
}

#[tokio::test]
async fn changed_migration_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("records.sqlite");
    Db::open(&path, &[ONE]).await.unwrap().close().await;
    let edited = Migration { sql: "CREATE TABLE sample_other (id BIGINT)", ..ONE };
    let refusal = Db::open(&path, &[edited]).await.unwrap_err();
    assert!(matches!(refusal, DbError::MigrationChanged { number: 1, .. }), "{refusal}");
}

#[tokio::test]
async fn damaged_file_is_named_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("records.sqlite");
    fs::write(&path, vec![0x5a_u8; 8192]).unwrap();
    let refusal = Db::open(&path, &[ONE]).await.unwrap_err();
    assert!(matches!(refusal, DbError::Damaged { .. }), "{refusal}");
    assert_eq!(fs::read(&path).unwrap(), vec![0x5a_u8; 8192]);
}

#[tokio::test]
async fn damage_that_comes_while_they_are_open_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("records.sqlite");
    let db = Db::open(&path, &[ONE]).await.unwrap();
    let many = "WITH RECURSIVE n (id) AS (SELECT 10 UNION ALL SELECT id + 1 FROM n WHERE id < 5000)
                INSERT INTO sample_note (id, text) SELECT id, 'note ' || id FROM n";
    let mut tx = db.begin().await.unwrap();
    sqlx::raw_sql(many).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    db.check().await.unwrap();
    db.close().await;
    let db = Db::open(&path, &[ONE]).await.unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0x5a);
    fs::write(&path, bytes).unwrap();
    let fault = db.check().await.unwrap_err();
    assert!(matches!(&fault, DbError::Damaged { path, .. } if path.contains("records")), "{fault}");
}

#[tokio::test]
async fn dropped_change_is_undone_and_commit_wakes() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a 100% odd?name#.sqlite");
    let db = Db::open(&path, &[ONE]).await.unwrap();
    assert!(path.exists(), "odd characters in the path are kept");
    let mut commits = db.commits();
    commits.mark_unchanged();
    let mut tx = db.begin().await.unwrap();
    sqlx::query("DELETE FROM sample_note").execute(tx.connection()).await.unwrap();
    drop(tx);
    assert!(!commits.has_changed().unwrap());
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sample_note")
        .fetch_one(db.reader())
        .await
        .unwrap();
    assert_eq!(count, 1);
    let tx = db.begin().await.unwrap();
    tx.commit().await.unwrap();
    assert!(commits.has_changed().unwrap());
}

#[tokio::test]
async fn any_number_of_values_is_bound_as_one_parameter() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&dir.path().join("records.sqlite"), &[ONE]).await.unwrap();
    few_and_many_values_find_what_is_there(&db).await;
}

async fn few_and_many_values_find_what_is_there(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    for (id, text) in [(2, "it's"), (3, "\"third\""), (4, "砥柱")] {
        let insert = "INSERT INTO sample_note (id, text) VALUES ($1, $2)";
        sqlx::query(insert).bind(id).bind(text).execute(tx.connection()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let there = ["it's", "砥柱"];
    for absent in [0, 1, 40_000] {
        let absent: Vec<String> = (0..absent).map(|number| number.to_string()).collect();
        for (there, found) in [(&there[..], 2), (&[], 0)] {
            let wanted = absent.iter().map(String::as_str).chain(there.iter().copied());
            let mut query = QueryBuilder::new("SELECT id FROM sample_note WHERE (");
            db.dialect().push_one_of(&mut query, "text", wanted.clone());
            query.push(") AND (id = 0 OR ");
            db.dialect().push_one_of_scanned(&mut query, "text", wanted);
            query.push(") LIMIT 10");
            let rows = query.build().fetch_all(db.reader()).await.unwrap();
            assert_eq!(rows.len(), found);
        }
    }
}

/// Each of them breaks the connection that the next one gets.
#[tokio::test(flavor = "multi_thread")]
async fn changes_that_find_the_disk_full_say_so_however_many_there_are() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&dir.path().join("records.sqlite"), &[ONE]).await.unwrap();
    let mut changes = tokio::task::JoinSet::new();
    for id in 1_000..1_060 {
        let db = db.clone();
        changes.spawn(async move {
            let mut tx = db.begin().await?;
            // As a full disk: the file may not grow.
            sqlx::query("PRAGMA max_page_count = 1").execute(tx.connection()).await?;
            let insert = "INSERT INTO sample_note (id, text) VALUES ($1, $2)";
            let text = "x".repeat(1 << 20);
            sqlx::query(insert).bind(id).bind(text).execute(tx.connection()).await?;
            tx.commit().await
        });
    }
    while let Some(done) = changes.join_next().await {
        let fault = kernel::Fault::from(done.unwrap().unwrap_err());
        assert_eq!(fault.code, "disk-full", "{fault:?}");
    }
}

/// A planner that knows nothing of a large table read and sorted all of it for one page.
#[tokio::test]
async fn large_tables_are_read_by_what_is_known_of_them() {
    let dir = tempfile::tempdir().unwrap();
    let table = Migration {
        sql: "CREATE TABLE sample_thing (id TEXT PRIMARY KEY, gone BIGINT NOT NULL);
              CREATE INDEX sample_thing_gone ON sample_thing (gone)",
        ..ONE
    };
    let db = Db::open(&dir.path().join("records.sqlite"), &[table]).await.unwrap();
    let way = async || {
        let rows = sqlx::query(
            "EXPLAIN QUERY PLAN SELECT id FROM sample_thing
             WHERE gone = 0 AND id > 'a' ORDER BY id LIMIT 10",
        );
        let rows = rows.fetch_all(db.reader()).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("; ")
    };
    let mut tx = db.begin().await.unwrap();
    for number in 0..5_000 {
        sqlx::query("INSERT INTO sample_thing (id, gone) VALUES ($1, 0)")
            .bind(format!("b{number:05}"))
            .execute(tx.connection())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    assert!(way().await.contains("TEMP B-TREE"), "{}", way().await);
    db.gather_statistics().await.unwrap();
    assert!(!way().await.contains("TEMP B-TREE"), "{}", way().await);
}
