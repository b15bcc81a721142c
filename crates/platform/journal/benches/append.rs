//! Journal rows a second: one a transaction (each waits for the disk) and many in one.

use std::time::Instant;

use journal::Entry;
use kernel::{Caller, Fact, Subject, Time};
use serde::Serialize;
use testkit::temporary_db;

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

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(async {
        for (name, rows_in_one, transactions) in [("single", 1, 500), ("batched", 500, 40)] {
            let records = temporary_db(&[journal::MIGRATIONS]).await;
            let started = Instant::now();
            for _ in 0..transactions {
                write(&records.db, rows_in_one).await.expect("the rows can be written");
            }
            let rows = f64::from(rows_in_one * transactions);
            println!("{name} {:.0}", rows / started.elapsed().as_secs_f64());
        }
    });
}

async fn write(db: &db::Db, rows: u32) -> Result<(), db::DbError> {
    let caller = Caller::system("bench");
    let mut tx = db.begin().await?;
    for number in 0..rows {
        let fact = Counted { number, note: "a row of a usual length, with a sentence in it" };
        let entry = Entry::new(&caller, Time::from_seconds(i64::from(number)), &fact);
        journal::append(&mut tx, entry.after(&fact)).await?;
    }
    tx.commit().await
}
