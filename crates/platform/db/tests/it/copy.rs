//! Records move both ways and stay the same; a copy that was cut off goes on.

use db::{CopyError, CopyProgress, Db, DbError, Location, Migration, copy};
use testkit::{Cluster, Scratch};

const TREE: &[Migration] = &[
    Migration {
        component: "tree",
        number: 1,
        name: "node",
        sql: "CREATE TABLE tree_node (
                  id TEXT PRIMARY KEY,
                  parent TEXT REFERENCES tree_node (id),
                  weight DOUBLE PRECISION,
                  made_at BIGINT,
                  seal BLOB
              );
              INSERT INTO tree_node (id, made_at) VALUES ('seed', 1);",
    },
    Migration {
        component: "tree",
        number: 2,
        name: "leaf",
        sql: "CREATE TABLE tree_leaf (
                  node TEXT NOT NULL REFERENCES tree_node (id),
                  number BIGINT NOT NULL,
                  text TEXT,
                  PRIMARY KEY (node, number)
              );",
    },
];
const LATER: Migration = Migration {
    component: "tree",
    number: 3,
    name: "later",
    sql: "CREATE TABLE tree_x (id BIGINT PRIMARY KEY)",
};

/// Nodes that refer to later ones, numbers at the ends of their range, and odd texts.
async fn fill(db: &Db, leaves: i64) {
    let mut tx = db.begin().await.unwrap();
    let insert = "INSERT INTO tree_node (id, parent, weight, made_at, seal)
                  VALUES ($1, $2, NULLIF($3, 'NaN'), $4, $5)";
    for number in (0..1500).rev() {
        let parent = (number < 1499).then(|| format!("n{:05}", number + 1));
        sqlx::query(insert)
            .bind(format!("n{number:05}"))
            .bind(parent)
            .bind(db::double_or_null((number % 3 > 0).then(|| f64::from(number) / 7.0)))
            .bind((number % 5 > 0).then_some(i64::MAX - i64::from(number)))
            .bind((number % 2 > 0).then(|| vec![0_u8, 255, 10, 39]))
            .execute(tx.connection())
            .await
            .unwrap();
    }
    let insert = "INSERT INTO tree_leaf (node, number, text) VALUES ($1, $2, $3)";
    for number in 0..leaves {
        sqlx::query(insert)
            .bind(format!("n{:05}", number % 7))
            .bind(number)
            .bind(["it's 砥柱", "", "line\nline", "\"quoted\" \\ end"][number as usize % 4])
            .execute(tx.connection())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

/// The name, the number of rows and the checksum of every table.
type Moved = Vec<(String, u64, String)>;

async fn moved(from: &Location, to: &Location, migrations: &[Migration]) -> Moved {
    let copied = copy(from, to, migrations, &mut |_| {}).await.unwrap();
    copied.into_iter().map(|table| (table.table, table.rows, table.checksum)).collect()
}

#[tokio::test]
async fn records_move_to_postgresql_and_back_unchanged() {
    let Some(cluster) = Cluster::start().await else { return };
    let scratch = Scratch::empty(&cluster.url()).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (first, last) = (dir.path().join("first.sqlite"), dir.path().join("last.sqlite"));
    let (first, last) = (Location::Sqlite(first), Location::Sqlite(last));
    let db = Db::open(&first, TREE).await.unwrap();
    fill(&db, 2500).await;
    db.close().await;
    let there = moved(&first, &scratch.location(), &[TREE, &[LATER]].concat()).await;
    assert_eq!(there.iter().map(|table| table.1).collect::<Vec<_>>(), [2500, 1501]);
    // The target has the migrations of the source; the start brings it further.
    let db = Db::open(scratch.location(), &[TREE, &[LATER]].concat()).await.unwrap();
    let orphan = "INSERT INTO tree_leaf (node, number) VALUES ('nowhere', 1)";
    assert!(sqlx::query(orphan).execute(db.reader()).await.is_err(), "references hold again");
    db.close().await;
    let back = moved(&scratch.location(), &last, &[TREE, &[LATER]].concat()).await;
    assert_eq!(back[..2], there);
    let db = Db::open(&last, &[TREE, &[LATER]].concat()).await.unwrap();
    assert!(sqlx::query(orphan).execute(db.reader()).await.is_err());
}

#[tokio::test]
async fn copy_that_was_cut_off_goes_on_and_nothing_else_may_use_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| Location::Sqlite(dir.path().join(name));
    let db = Db::open(path("a"), TREE).await.unwrap();
    fill(&db, 12_000).await;
    db.close().await;
    let (from, to) = (path("a"), path("b"));
    // Cut off in the middle of the leaves, as a kill would: the future is dropped.
    let (reached, mut wait) = tokio::sync::mpsc::unbounded_channel();
    {
        let mut tell = |progress: &CopyProgress| {
            if progress.table == "tree_leaf" && progress.copied >= 4000 {
                let _ = reached.send(());
            }
        };
        let copying = copy(&from, &to, TREE, &mut tell);
        tokio::select! {
            biased;
            _ = wait.recv() => {}
            done = copying => panic!("it was to be cut off: {done:?}"),
        }
    }
    let refused = Db::open(&to, TREE).await.unwrap_err();
    assert!(matches!(refused, DbError::CopyUnfinished { .. }), "{refused}");
    let other = Db::open(path("c"), TREE).await.unwrap();
    other.close().await;
    let refused = copy(&path("c"), &to, TREE, &mut |_| {}).await.unwrap_err();
    assert!(matches!(refused, CopyError::OtherSource { .. }), "{refused}");
    let mut least = i64::MAX;
    let mut tell = |progress: &CopyProgress| {
        if progress.table == "tree_leaf" {
            least = least.min(progress.copied);
        }
    };
    let copied = copy(&from, &to, TREE, &mut tell).await.unwrap();
    assert_eq!(copied.iter().map(|table| table.rows).sum::<u64>(), 13_501);
    assert!(least > 4000, "it did not begin again: {least}");
    Db::open(&to, TREE).await.unwrap();
}

#[tokio::test]
async fn wrong_sources_and_targets_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| Location::Sqlite(dir.path().join(name));
    for name in ["a", "used"] {
        Db::open(path(name), TREE).await.unwrap().close().await;
    }
    let refusal = |from: Location, to: Location, migrations: &'static [Migration]| async move {
        copy(&from, &to, migrations, &mut |_| {}).await.unwrap_err()
    };
    let same = refusal(path("a"), path("a"), TREE).await;
    assert!(matches!(same, CopyError::Same(_)), "{same}");
    let used = refusal(path("a"), path("used"), TREE).await;
    assert!(matches!(used, CopyError::TargetNotEmpty { .. }), "{used}");
    let absent = refusal(path("absent"), path("b"), TREE).await;
    assert!(matches!(absent, CopyError::NotRecords { .. }), "{absent}");
    let newer = refusal(path("a"), path("b"), &TREE[..1]).await;
    assert!(matches!(newer, CopyError::Db(DbError::Newer { number: 2, .. })), "{newer}");
}

#[tokio::test]
async fn database_that_a_server_uses_is_not_copied() {
    let Some(cluster) = Cluster::start().await else { return };
    let scratch = Scratch::empty(&cluster.url()).await.unwrap();
    let server = Db::open(scratch.location(), TREE).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let to = Location::Sqlite(dir.path().join("b"));
    let refused = copy(&scratch.location(), &to, TREE, &mut |_| {}).await.unwrap_err();
    assert!(matches!(refused, CopyError::Db(DbError::InUse { .. })), "{refused}");
    server.close().await;
    copy(&scratch.location(), &to, TREE, &mut |_| {}).await.unwrap();
}
