//! Finding the next warning among 100,000 open tickets: what a run of the job costs when nothing
//! is due, and what a list and its counts cost beside it.

use std::{sync::Arc, time::Instant};

use db::Db;
use desk::{Desk, DeskParts};
use directory::{Directory, PersonId};
use jiff::tz::TimeZone;
use kernel::{Clock, Ids, Time};
use notify::{AccountFuture, Accounts};
use resources::Resources;
use sqlx::AssertSqlSafe;
use testkit::{Client, ManualClock, SeededIds};

const TICKETS: u32 = 100_000;
const ROUNDS: usize = 21;

/// Nobody is anybody.
struct Nobody;

impl Accounts for Nobody {
    fn person_of<'a>(&'a self, _: &'a str) -> AccountFuture<'a, PersonId> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn user_of(&self, _: PersonId) -> AccountFuture<'_, String> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn name_of<'a>(&'a self, _: &'a str) -> AccountFuture<'a, String> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(measure());
}

async fn measure() {
    let records = testkit::temporary_db(&[
        journal::MIGRATIONS,
        directory::MIGRATIONS,
        resources::MIGRATIONS,
        desk::subsystem::MIGRATIONS,
    ])
    .await;
    let start: Time = "2026-09-21T09:00:00+08:00".parse().expect("a time");
    let time: Arc<dyn Clock> = Arc::new(ManualClock::at(start));
    let ids: Arc<dyn Ids> = Arc::new(SeededIds::new(7));
    let desk = opened(&records.db, &time, &ids);
    desk.seed().await.expect("types");
    fill(&records.db, start).await;
    let jobs = desk::subsystem::jobs(&desk);
    let client = Client::of_routes(desk::subsystem::routes(&desk), time, ids);
    let mut rows = vec![("next due, nothing is", Vec::new())];
    for _ in 0..ROUNDS {
        let begun = now();
        jobs[0].run().await.expect("a run");
        rows[0].1.push(begun.elapsed());
    }
    for (name, path) in [
        ("list, newest 50", "/api/v1/tickets?open=true"),
        ("list, due first 50", "/api/v1/tickets?sort=due"),
        ("counts of all lists", "/api/v1/ticket-counts"),
        ("figures by type", "/api/v1/ticket-figures"),
    ] {
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            let begun = now();
            assert_eq!(client.get(path).await.status, 200, "{path}");
            took.push(begun.elapsed());
        }
        rows.push((name, took));
    }
    println!("{TICKETS} open tickets, median of {ROUNDS}");
    for (name, mut took) in rows {
        took.sort();
        println!("| {name} | {:.2} ms |", took[ROUNDS / 2].as_secs_f64() * 1000.0);
    }
}

fn opened(db: &Db, time: &Arc<dyn Clock>, ids: &Arc<dyn Ids>) -> Desk {
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    let directory = Directory::new(db.clone(), Arc::clone(time), Arc::clone(ids), zone);
    let resources = Resources::new(db.clone(), Arc::clone(time), Arc::clone(ids));
    Desk::new(DeskParts {
        db: db.clone(),
        clock: Arc::clone(time),
        ids: Arc::clone(ids),
        directory,
        resources,
        accounts: Arc::new(Nobody),
        notify: None,
        on_duty: None,
        mail: None,
    })
}

/// Open tickets whose next warning is an hour ahead.
async fn fill(db: &Db, start: Time) {
    let later = start.micros() + 3_600_000_000;
    let fill = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {TICKETS})
        INSERT INTO desk_ticket (
            id, number, type_key, subject, text, requester_name, requester_contact, channel,
            unit_id, state, phase, is_open, impact, urgency, priority, fields, policy_version,
            opened_by, opened_at, changed_at, due_at, next_at, reopened, supervised, warned, version)
        SELECT printf('01890a5d-ac96-774b-bcce-%012d', i), 'REQ-' || i, 'request', 'Ticket ' || i, '',
            '', '', 'portal', '01890a5d-ac96-774b-bcce-000000000001', 'new', 'new', 1, 'low', 'low', 5,
            '{{}}', 0, '', {0}, {0}, {later} + i, {later} + i, 0, 0, '[]', 1
        FROM n",
        start.micros(),
    );
    let mut tx = db.begin().await.expect("a change");
    sqlx::query(AssertSqlSafe(fill)).execute(tx.connection()).await.expect("tickets");
    tx.commit().await.expect("tickets");
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn now() -> Instant {
    Instant::now()
}
