//! Journal rows a second: one a transaction (each waits for the disk), many in one, and eight
//! writers at once beside a bare loop that inserts the same rows without any of the journal.

use std::time::{Duration, Instant};

use db::{Db, DbError};
use journal::Entry;
use kernel::{Caller, Fact, Subject, Time};
use serde::Serialize;
use testkit::temporary_db;

const WRITERS: u32 = 8;
/// Rows of one transaction.
const ROWS: u32 = 20;
/// Transactions of one writer in one round.
const TRANSACTIONS: u32 = 25;
const ROUNDS: usize = 5;

#[derive(Serialize)]
struct Counted {
    number: u32,
    note: &'static str,
}

impl Fact for Counted {
    const VERB: &'static str = "bench.counted";

    fn subject(&self) -> Subject {
        Subject::new("bench", self.number, "bench")
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(async {
        for (name, rows_in_one, transactions) in [
            ("one row a transaction (each waits for the disk)", 1, 500),
            ("500 rows a transaction", 500, 40),
        ] {
            let records = temporary_db(&[journal::MIGRATIONS]).await;
            let took = timed(async {
                for _ in 0..transactions {
                    write(&records.db, rows_in_one).await.expect("the rows can be written");
                }
            });
            println!("{name}: {:.0}/s", rate(rows_in_one * transactions, took.await));
        }
        beside_bare_inserts().await;
    });
}

/// Rounds of both, one after the other, so that both meet the same machine.
async fn beside_bare_inserts() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let total = WRITERS * TRANSACTIONS * ROWS;
    let (mut writers, mut bare) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        writers.push(rate(total, timed(eight_writers(&records.db)).await));
        // Far from the numbers that the journal gives.
        let first = 1_000_000_000 * (round as i64 + 1);
        bare.push(rate(total, timed(bare_loop(&records.db, first)).await));
    }
    let (writers, bare) = (median(writers), median(bare));
    println!("{WRITERS} writers, {ROWS} rows a transaction: {writers:.0}/s");
    println!("a bare loop that inserts the same rows: {bare:.0}/s");
    println!("ratio of the last two (goal 0.70): {:.2}", writers / bare);
}

async fn eight_writers(db: &Db) {
    let tasks = (0..WRITERS).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            for _ in 0..TRANSACTIONS {
                write(&db, ROWS).await.expect("the rows can be written");
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("a writer ends");
    }
}

async fn write(db: &Db, rows: u32) -> Result<(), DbError> {
    let caller = Caller::system("bench");
    let mut tx = db.begin().await?;
    for number in 0..rows {
        let fact = Counted { number, note: "a row of a usual length, with a sentence in it" };
        let entry = Entry::new(&caller, Time::from_seconds(i64::from(number)), &fact);
        journal::append(&mut tx, entry.after(&fact)).await?;
    }
    tx.commit().await
}

const INSERT: &str = "
    INSERT INTO journal_row (
        seq, at, actor_kind, actor_id, actor_name, verb, subject_kind, subject_id, subject_name,
        resource_id, before, after, detail, cause, request_id, source)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";

/// The same rows in transactions of the same size: no counter, no JSON, no facts.
async fn bare_loop(db: &Db, first: i64) {
    let text = r#"{"number":7,"note":"a row of a usual length, with a sentence in it"}"#;
    for transaction in 0..i64::from(WRITERS * TRANSACTIONS) {
        let mut tx = db.begin().await.expect("a transaction begins");
        for row in 0..i64::from(ROWS) {
            sqlx::query(INSERT)
                .bind(first + transaction * i64::from(ROWS) + row)
                .bind(row * 1_000_000)
                .bind("system")
                .bind("bench")
                .bind("bench")
                .bind("bench.counted")
                .bind("bench")
                .bind(row.to_string())
                .bind("bench")
                .bind(None::<String>)
                .bind(None::<String>)
                .bind(text)
                .bind(text)
                .bind(None::<i64>)
                .bind("")
                .bind("")
                .execute(tx.connection())
                .await
                .expect("the row can be written");
        }
        tx.commit().await.expect("the rows are kept");
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
async fn timed(work: impl Future<Output = ()>) -> Duration {
    let started = Instant::now();
    work.await;
    started.elapsed()
}

fn rate(rows: u32, took: Duration) -> f64 {
    f64::from(rows) / took.as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}
