use std::{sync::Arc, time::Duration};

use db::Dialect;
use directory::Directory;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use testkit::SeededIds;

use crate::{
    house::{House, house},
    import::{book, import, send},
};

/// The same records, as another process has them.
fn beside(house: &House, seed: u64) -> House {
    let time = Arc::new(house.clock.clone());
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let ids = Arc::new(SeededIds::new(seed));
    House { directory: Directory::new(house.records.db.clone(), time, ids, zone), ..house.clone() }
}

async fn last(house: &House) -> Value {
    let answer = send(house, "GET", "import", "", Vec::new()).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json
}

#[tokio::test]
async fn what_an_import_did_is_known_after_a_restart_and_to_every_server() {
    let house = house().await;
    let none = send(&house, "GET", "import", "", Vec::new()).await;
    assert_eq!(none.status, 204);
    let people: &[&[&str]] = &[&["number", "name"], &["1", "Ada"], &["2", "Ben"]];
    import(&house, "?dry_run=true", book(&[("people", people)])).await;
    house.clock.advance(Duration::from_secs(1));
    let done = import(&house, "", book(&[("people", people)])).await;
    assert_eq!(done.json["applied"], true, "{}", done.json);
    for server in [beside(&house, 21), beside(&house, 22)] {
        let run = last(&server).await;
        assert_eq!((&run["state"], &run["dry_run"]), (&json!("ended"), &json!(false)), "{run}");
        assert_eq!((&run["rows_done"], &run["rows_total"]), (&json!(2), &json!(2)));
        assert_eq!(run["result"], done.json);
        assert!(run["ended_at"].is_string());
    }
    // One that came to nothing, and one with faults.
    house.clock.advance(Duration::from_secs(1));
    assert_eq!(import(&house, "", b"PK\x03\x04nonsense".to_vec()).await.status, 400);
    let run = last(&beside(&house, 23)).await;
    assert_eq!(run["state"], "failed");
    assert!(run["failure"]["zh"].as_str().is_some_and(|said| !said.is_empty()), "{run}");
    house.clock.advance(Duration::from_secs(1));
    let wrong: &[&[&str]] = &[&["number", "name", "unit_code"], &["3", "Eve", "nowhere"]];
    assert_eq!(import(&house, "", book(&[("people", wrong)])).await.status, 400);
    let run = last(&beside(&house, 24)).await;
    assert_eq!((&run["state"], &run["result"]["faults_total"]), (&json!("ended"), &json!(1)));
    assert_eq!(run["result"]["faults"][0]["cell"], "C2", "{run}");
}

/// An import of the administrator that another process has begun.
async fn begun_elsewhere(house: &House) -> String {
    let id = "01890a5d-ac96-774b-bcce-b302099a8057".to_owned();
    let actor = actor(house).await;
    house.clock.advance(Duration::from_secs(1));
    let now = kernel::Clock::now(&house.clock).micros();
    let mut tx = house.records.db.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO directory_import (id, actor_id, mode, server, started_at, seen, seen_at,
            rows_done, rows_total)
         VALUES ($1, $2, 'apply', 'another', $3, 0, $3, 7, 100)",
    )
    .bind(id.as_str())
    .bind(actor)
    .bind(now)
    .execute(tx.connection())
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

/// How imports know the administrator.
async fn actor(house: &House) -> String {
    import(house, "?dry_run=true", book(&[("people", &[&["number", "name"], &["1", "A"]])])).await;
    let actor = sqlx::query_scalar("SELECT actor_id FROM directory_import LIMIT 1");
    actor.fetch_one(house.records.db.reader()).await.unwrap()
}

#[tokio::test]
async fn import_whose_server_is_gone_is_shown_as_interrupted() {
    let house = house().await;
    let id = begun_elsewhere(&house).await;
    let file = || book(&[("people", &[&["number", "name"], &["1", "Ada"]])]);
    if house.records.db.dialect() == Dialect::Postgres {
        // It may well be at work: as long as it moves, and 12 s after that.
        for _ in 0..3 {
            let run = last(&house).await;
            assert_eq!((&run["state"], &run["rows_done"]), (&json!("running"), &json!(7)));
            house.clock.advance(Duration::from_secs(10));
            let moved = "UPDATE directory_import SET seen = seen + 1 WHERE id = $1";
            let mut tx = house.records.db.begin().await.unwrap();
            sqlx::query(moved).bind(id.as_str()).execute(tx.connection()).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(last(&house).await["state"], "running");
        let second = import(&house, "", file()).await;
        assert_eq!((second.status, &second.json["code"]), (409, &json!("import-running")));
        house.clock.advance(Duration::from_secs(12));
    }
    let run = last(&house).await;
    assert_eq!((&run["state"], &run["rows_done"]), (&json!("interrupted"), &json!(7)), "{run}");
    assert!(run["failure"]["en"].as_str().unwrap().contains("nothing was changed"), "{run}");
    assert_eq!(last(&beside(&house, 31)).await["state"], "interrupted");
    house.clock.advance(Duration::from_secs(1));
    let done = import(&house, "", file()).await;
    assert_eq!(done.json["applied"], true, "{}", done.json);
    assert_eq!(last(&house).await["state"], "ended");
}

#[tokio::test]
async fn imports_are_forgotten_after_thirty_days() {
    let house = house().await;
    begun_elsewhere(&house).await;
    let other = "UPDATE directory_import SET actor_id = 'somebody else'";
    let mut tx = house.records.db.begin().await.unwrap();
    sqlx::query(other).execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let count = async || -> i64 {
        let count = sqlx::query_scalar("SELECT COUNT(*) FROM directory_import");
        count.fetch_one(house.records.db.reader()).await.unwrap()
    };
    let file = || book(&[("people", &[&["number", "name"], &["1", "Ada"]])]);
    import(&house, "", file()).await;
    assert_eq!(count().await, 3, "that of the others, and the last of one's own");
    house.clock.advance(Duration::from_secs(31 * 86_400));
    import(&house, "", file()).await;
    assert_eq!(count().await, 1);
}
