use std::{path::PathBuf, sync::Arc, time::Duration};

use db::Db;
use journal::{Entry, Report, Sealer, SealerParts, VerifyOptions, Wrong};
use kernel::{Caller, Time};
use testkit::{ManualClock, SeededIds, TemporaryDb, temporary_db};

use crate::LampLit;

/// A journal with its keeper, a clock that stands still, and rows when asked.
pub(crate) struct Kept {
    pub(crate) records: TemporaryDb,
    pub(crate) clock: ManualClock,
    pub(crate) sealer: Sealer,
    pub(crate) keys: PathBuf,
}

pub(crate) async fn kept() -> Kept {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
    let keys = records.dir.path().join("keys");
    let sealer = sealer(&records.db, &clock, keys.clone(), 1);
    Kept { records, clock, sealer, keys }
}

/// Another keeper of the same records, as after a restart.
pub(crate) fn sealer(db: &Db, clock: &ManualClock, keys: PathBuf, seed: u64) -> Sealer {
    Sealer::new(SealerParts {
        db: db.clone(),
        clock: Arc::new(clock.clone()),
        ids: Arc::new(SeededIds::new(seed)),
        keys,
    })
}

impl Kept {
    pub(crate) fn db(&self) -> &Db {
        &self.records.db
    }

    /// Writes so many rows, a second apart.
    pub(crate) async fn write(&self, rows: u32) {
        use kernel::Clock;
        let caller = Caller::system("test");
        let mut tx = self.db().begin().await.unwrap();
        for number in 0..rows {
            let fact = LampLit { lamp: format!("l{number}") };
            let at = self.clock.now().plus(Duration::from_secs(u64::from(number)));
            let entry = Entry::new(&caller, at, &fact).before(&number).after(&(number + 1));
            journal::append(&mut tx, entry).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    pub(crate) async fn write_and_sign(&self, rows: u32) {
        self.write(rows).await;
        self.sealer.checkpoint().await.unwrap();
    }

    pub(crate) async fn change(&self, sql: &str) {
        let mut tx = self.db().begin().await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(tx.connection()).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) fn options(&self) -> VerifyOptions {
        VerifyOptions { keys: self.keys.clone(), ..VerifyOptions::default() }
    }

    pub(crate) async fn verify(&self) -> Report {
        self.verify_with(&self.options()).await
    }

    pub(crate) async fn verify_with(&self, options: &VerifyOptions) -> Report {
        let mut connection = self.db().reader().acquire().await.unwrap();
        journal::verify(&mut connection, options, &mut |_| {}).await.unwrap()
    }

    pub(crate) async fn verbs(&self, noun: &str) -> Vec<String> {
        let filter = journal::Filter { verb: Some(noun.to_owned()), ..Default::default() };
        let page = kernel::Page { after: None, limit: 100 };
        let rows = journal::list(self.db(), &filter, page).await.unwrap().items;
        rows.into_iter().rev().map(|row| row.verb).collect()
    }
}

/// What was found, as `(what, first row, last row)`.
pub(crate) fn found(report: &Report) -> Vec<(Wrong, i64, i64)> {
    report.findings.iter().map(|f| (f.wrong, f.first_seq, f.last_seq)).collect()
}
