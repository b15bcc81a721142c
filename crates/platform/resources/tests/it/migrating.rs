use resources::{AsOf, MIGRATIONS, Resources};
use testkit::{ManualClock, SeededIds, temporary_db};

use kernel::{Scope, Time};
use std::sync::Arc;

const HOST: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const DISK: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

#[tokio::test]
async fn register_of_the_first_release_keeps_its_resources_and_gets_their_history() {
    let crates = [journal::MIGRATIONS, &MIGRATIONS[..1]];
    let records = temporary_db(&crates).await;
    let mut tx = records.db.begin().await.unwrap();
    for (id, kind, source, retired) in
        [(HOST, "host", "discovery", None), (DISK, "disk", "manual", Some(300_000_000_i64))]
    {
        sqlx::query(
            "INSERT INTO resources_resource (
                id, kind, name, name_folded, named_by_hand, identity, description, attributes,
                source, retired, retired_at, version, created_at, updated_at)
            VALUES ($1, $2, 'x', 'x', 0, 'i', '', '{\"serial\":\"S1\"}', $3, $4, $5, 3, $6, $7)",
        )
        .bind(id)
        .bind(kind)
        .bind(source)
        .bind(i64::from(retired.is_some()))
        .bind(retired)
        .bind(100_000_000_i64)
        .bind(200_000_000_i64)
        .execute(tx.connection())
        .await
        .unwrap();
    }
    sqlx::query(
        "INSERT INTO resources_relation (id, kind, source_id, target_id, created_at)
        VALUES ($1, 'part-of', $2, $3, 150000000)",
    )
    .bind("01890a5d-ac96-774b-bcce-b302099a8059")
    .bind(DISK)
    .bind(HOST)
    .execute(tx.connection())
    .await
    .unwrap();
    for migration in &MIGRATIONS[1..] {
        sqlx::raw_sql(migration.sql).execute(tx.connection()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let clock = Arc::new(ManualClock::at(Time::from_seconds(1_000)));
    let register = Resources::new(records.db.clone(), clock, Arc::new(SeededIds::new(7)));
    let [host, disk] = [HOST, DISK].map(|id| id.parse().unwrap());
    let found = register.get_many(&[host, disk]).await.unwrap();
    assert_eq!((found[0].confidence, found[0].life_cycle.as_str()), (80, "in-use"));
    assert_eq!((found[1].confidence, found[1].life_cycle.as_str()), (100, "retired"));
    assert_eq!(found[1].identity.as_deref(), Some("i"));
    let then = AsOf::known_now(Time::from_seconds(160));
    let past = register.many_as_of(&[host, disk], then).await.unwrap();
    assert_eq!((past.len(), past[0].version, past[0].created_at), (2, 3, found[0].created_at));
    assert_eq!(register.relations_as_of(&[host], then).await.unwrap().len(), 1);
    let before = AsOf::known_now(Time::from_seconds(99));
    assert!(register.many_as_of(&[host, disk], before).await.unwrap().is_empty());
    while register.identify_next().await.unwrap() != (0, 0) {}
    let kinds = register.kinds().await.unwrap();
    assert!(kinds.iter().filter(|kind| kind.name != "rack").all(|kind| kind.version >= 1));
    let page = kernel::Page { after: None, limit: 10 };
    let filter = resources::ResourceFilter::default();
    let list = register.list(&Scope::Everywhere, &filter, &page).await.unwrap();
    assert_eq!(list.items.len(), 2);
}

/// A version as the release before kept it: entry, from when to when, when and by whom recorded,
/// and the unit.
type Kept = (i64, i64, i64, i64, &'static str, &'static str);

const NEVER: i64 = i64::MAX;

/// A resource with its versions.
async fn keep(tx: &mut db::Tx, id: &str, versions: &[Kept]) {
    sqlx::query(
        "INSERT INTO resources_resource (
            id, kind, name, name_folded, named_by_hand, description, attributes, source,
            retired, version, created_at, updated_at, unit_id)
        VALUES ($1, 'host', 'x', 'x', 0, '', '{}', 'manual', 0, 9, 100, 100, 'b')",
    )
    .bind(id)
    .execute(tx.connection())
    .await
    .unwrap();
    for (entry, from, to, at, by, unit) in versions {
        sqlx::query(
            "INSERT INTO resources_version (
                resource_id, entry, version, valid_from, valid_to, recorded_at, recorded_by,
                kind, name, named_by_hand, description, attributes, origins, source,
                confidence, unit_id, life_cycle, tags)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'host', 'x', 0, '', '{}', '{}', 'manual', 100,
                $8, 'in-use', '[]')",
        )
        .bind(id)
        .bind(*entry)
        .bind(*entry)
        .bind(*from)
        .bind(*to)
        .bind(*at)
        .bind(*by)
        .bind(*unit)
        .execute(tx.connection())
        .await
        .unwrap();
    }
}

/// What is known of earlier places is worked out of the versions once: what was told ahead counts
/// from when it came, and not at all if it still waits or has lapsed.
#[tokio::test]
async fn earlier_places_are_those_of_before() {
    let crates = [journal::MIGRATIONS, &MIGRATIONS[..6]];
    let records = temporary_db(&crates).await;
    let mut tx = records.db.begin().await.unwrap();
    let versions: [(&str, &[Kept]); 2] = [
        (
            HOST,
            &[
                (1, 100, NEVER, 100, "ada", "a"),
                // Told ahead, and come.
                (2, 200, NEVER, 110, "ada", "b"),
                // Told ahead, and lapsed at 305.
                (3, 300, NEVER, 210, "ada", "c"),
                (4, 300, NEVER, 305, "resources", "b"),
                // Told ahead, and waits.
                (5, 900, NEVER, 310, "ada", "d"),
            ],
        ),
        (DISK, &[(1, 100, NEVER, 100, "ada", "a"), (2, 50, NEVER, 150, "ada", "b")]),
    ];
    for (id, versions) in versions {
        keep(&mut tx, id, versions).await;
    }
    sqlx::query("INSERT INTO resources_told (due_at, resource_id, told_by) VALUES (900, $1, 'u')")
        .bind(HOST)
        .execute(tx.connection())
        .await
        .unwrap();
    sqlx::raw_sql(MIGRATIONS[6].sql).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let clock = Arc::new(ManualClock::at(Time::from_micros(400)));
    let register = Resources::new(records.db.clone(), clock, Arc::new(SeededIds::new(7)));
    let ids = [HOST, DISK].map(|id| id.parse().unwrap());
    let found = register.earlier_places(&ids).await.unwrap();
    let earlier = |id: usize| -> Vec<(i64, String)> {
        let earlier = found[&ids[id]].iter();
        earlier.map(|one| (one.until.micros(), one.was.units.join(" "))).collect()
    };
    assert_eq!(earlier(0), [(200, "a".to_owned())]);
    assert_eq!(earlier(1), [(150, "a".to_owned())]);
}
