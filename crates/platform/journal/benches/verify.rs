//! How fast a journal is sealed and verified, in rows a second. `BENCH_ROWS`: how many rows.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use journal::{Entry, Sealer, SealerParts, VerifyOptions};
use kernel::{Caller, Fact, Subject, Time};
use serde::Serialize;
use testkit::{ManualClock, SeededIds, temporary_db};

const ROWS_DEFAULT: u32 = 200_000;
/// Rows of one transaction.
const BATCH: u32 = 1_000;

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
    let wanted = std::env::var("BENCH_ROWS").ok().and_then(|rows| rows.parse().ok());
    let rows = wanted.unwrap_or(ROWS_DEFAULT);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(measure(rows));
}

async fn measure(rows: u32) {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let keys = records.dir.path().join("keys");
    for _ in 0..rows / BATCH {
        write(&records.db).await.expect("the rows can be written");
    }
    let sealer = Sealer::new(SealerParts {
        db: records.db.clone(),
        clock: Arc::new(ManualClock::at(Time::from_seconds(1_800_000_000))),
        ids: Arc::new(SeededIds::new(1)),
        keys: keys.clone(),
    });
    let took = timed(async {
        while sealer.checkpoint().await.expect("the rows can be sealed").left > 0 {}
    });
    let count = f64::from(rows / BATCH * BATCH);
    println!("sealing: {:.0}/s", count / took.await.as_secs_f64());
    let options = VerifyOptions { keys, ..VerifyOptions::default() };
    let took = timed(async {
        let mut reader = records.db.reader().acquire().await.expect("the records answer");
        let report = journal::verify(&mut reader, &options, &mut |_| {}).await;
        assert!(report.expect("the journal can be verified").holds);
    });
    println!("verifying: {:.0}/s", count / took.await.as_secs_f64());
}

async fn write(db: &db::Db) -> Result<(), db::DbError> {
    let caller = Caller::system("bench");
    let mut tx = db.begin().await?;
    for number in 0..BATCH {
        let fact = Counted { number, note: "a row of a usual length, with a sentence in it" };
        let entry = Entry::new(&caller, Time::from_seconds(i64::from(number)), &fact);
        journal::append(&mut tx, entry.after(&fact)).await?;
    }
    tx.commit().await
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
async fn timed(work: impl Future<Output = ()>) -> Duration {
    let started = Instant::now();
    work.await;
    started.elapsed()
}
