//! What reactions are told, and what becomes of those that fail or are stopped.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use db::{DbError, Tx};
use journal::{Dispatcher, Reaction, ReactionFuture, Row};
use kernel::{Fault, Text};
use testkit::temporary_db;
use tokio::sync::{Notify, watch};

use super::{TALLY, count, light};

/// Counts lamps in the records; fails when told to.
struct Tally {
    failures_left: Arc<AtomicU64>,
}

impl Reaction for Tally {
    fn name(&self) -> &'static str {
        "tally"
    }

    fn wants(&self, verb: &str) -> bool {
        verb == "lamp.lit"
    }

    fn react<'a>(&'a self, tx: &'a mut Tx, _: &'a Row) -> ReactionFuture<'a> {
        Box::pin(async move {
            sqlx::query("UPDATE tally_count SET count = count + 1 WHERE id = 1")
                .execute(tx.connection())
                .await
                .map_err(DbError::from)?;
            let left = self.failures_left.load(Ordering::SeqCst);
            if left > 0 {
                self.failures_left.store(left - 1, Ordering::SeqCst);
                let text = Text::same("told to fail");
                return Err(Fault::conflict("told", text));
            }
            Ok(())
        })
    }
}

/// Fails at every fact.
struct Refusal;

impl Reaction for Refusal {
    fn name(&self) -> &'static str {
        "refusal"
    }

    fn wants(&self, _: &str) -> bool {
        true
    }

    fn react<'a>(&'a self, _: &'a mut Tx, _: &'a Row) -> ReactionFuture<'a> {
        Box::pin(async { Err(Fault::conflict("refused", Text::same("told to fail"))) })
    }
}

/// Counts as a tally does, and then never ends.
struct Endless {
    begun: Arc<Notify>,
}

impl Reaction for Endless {
    fn name(&self) -> &'static str {
        "tally"
    }

    fn wants(&self, _: &str) -> bool {
        true
    }

    fn react<'a>(&'a self, tx: &'a mut Tx, row: &'a Row) -> ReactionFuture<'a> {
        Box::pin(async move {
            tally(0).react(tx, row).await?;
            self.begun.notify_one();
            std::future::pending().await
        })
    }
}

fn tally(failures: u64) -> Tally {
    Tally { failures_left: Arc::new(AtomicU64::new(failures)) }
}

#[tokio::test]
async fn reaction_counts_each_fact_once_across_failures_and_restarts() {
    let records = temporary_db(&[journal::MIGRATIONS, TALLY]).await;
    let failures_left = Arc::new(AtomicU64::new(0));
    let dispatcher = || {
        let tally = Tally { failures_left: Arc::clone(&failures_left) };
        Dispatcher::new(records.db.clone(), vec![Box::new(tally)])
    };
    for at in 0..450 {
        light(&records.db, "a", at, None).await;
    }
    dispatcher().settle().await.unwrap();
    assert_eq!(count(&records.db).await, 450);
    failures_left.store(2, Ordering::SeqCst);
    for at in 0..5 {
        light(&records.db, "b", at, None).await;
    }
    assert!(dispatcher().settle().await.is_err());
    assert_eq!(count(&records.db).await, 450, "the failed one was undone");
    assert!(dispatcher().settle().await.is_err());
    dispatcher().settle().await.unwrap();
    dispatcher().settle().await.unwrap();
    assert_eq!(count(&records.db).await, 455);
}

#[tokio::test]
async fn reaction_that_fails_holds_up_no_other() {
    let records = temporary_db(&[journal::MIGRATIONS, TALLY]).await;
    let reactions: Vec<Box<dyn Reaction>> = vec![Box::new(Refusal), Box::new(tally(0))];
    let dispatcher = Dispatcher::new(records.db.clone(), reactions);
    for at in 0..450 {
        light(&records.db, "a", at, None).await;
    }
    let fault = dispatcher.settle().await.unwrap_err();
    assert_eq!(fault.code, "refused");
    assert_eq!(count(&records.db).await, 450);
}

#[tokio::test]
async fn delivery_that_is_stopped_is_undone_and_made_again() {
    let records = temporary_db(&[journal::MIGRATIONS, TALLY]).await;
    light(&records.db, "a", 0, None).await;
    let begun = Arc::new(Notify::new());
    let endless = Endless { begun: Arc::clone(&begun) };
    let dispatcher = Dispatcher::new(records.db.clone(), vec![Box::new(endless)]);
    let (stop, stopped) = watch::channel(false);
    tokio::join!(dispatcher.run(stopped), async {
        begun.notified().await;
        stop.send(true).unwrap();
    });
    assert_eq!(count(&records.db).await, 0);
    let dispatcher = Dispatcher::new(records.db.clone(), vec![Box::new(tally(0))]);
    assert_eq!(dispatcher.settle().await.unwrap(), 1);
    assert_eq!(count(&records.db).await, 1);
}
