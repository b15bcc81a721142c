use std::{fmt, future::Future, pin::Pin};

use db::{Db, DbError, Tx};
use kernel::{FactSeq, Fault};
use sqlx::{Any, Executor};
use tokio::sync::watch;

use crate::{Row, query};

/// The work of one reaction.
pub type ReactionFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;

/// What a crate does when a fact arrives.
///
/// It runs in one transaction with the cursor: its records change exactly once for every fact,
/// also when several servers share one database.
/// What it does outside of the records must bear being done twice.
pub trait Reaction: Send + Sync {
    /// Its name: the key of its cursor. Never renamed.
    fn name(&self) -> &'static str;

    /// Whether it cares for facts with this verb; the others only move the cursor.
    fn wants(&self, verb: &str) -> bool;

    /// Does what follows from `row`.
    fn react<'a>(&'a self, tx: &'a mut Tx, row: &'a Row) -> ReactionFuture<'a>;
}

/// Delivers every fact to every reaction, in order, across restarts.
pub struct Dispatcher {
    db: Db,
    reactions: Vec<Box<dyn Reaction>>,
}

const READ_CURSOR: &str = "SELECT seq FROM journal_cursor WHERE subscriber = $1 LIMIT 1";

const WRITE_CURSOR: &str = "
    INSERT INTO journal_cursor (subscriber, seq)
    VALUES ($1, $2)
    ON CONFLICT (subscriber) DO UPDATE SET seq = excluded.seq
    WHERE journal_cursor.seq < excluded.seq";

const NOT_DELIVERED: &str = "
    SELECT seq FROM journal_row
    WHERE verb = $1 AND seq > $2
    ORDER BY seq
    LIMIT 1";

/// Facts read at once.
const BATCH: u32 = 200;

impl fmt::Debug for Dispatcher {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.reactions.iter().map(|reaction| reaction.name()).collect();
        out.debug_struct("Dispatcher").field("reactions", &names).finish_non_exhaustive()
    }
}

impl Dispatcher {
    /// A dispatcher for these reactions.
    #[must_use]
    pub fn new(db: Db, reactions: Vec<Box<dyn Reaction>>) -> Self {
        Self { db, reactions }
    }

    /// Delivers until nothing is left to deliver. Returns how many deliveries were made.
    ///
    /// Errors: the first of the reactions that failed, when the others have been told everything;
    /// its fact is delivered again the next time.
    pub async fn settle(&self) -> Result<u64, Fault> {
        let mut told: Vec<_> = self.reactions.iter().map(AsRef::as_ref).collect();
        let (mut delivered, mut failure) = (0, None);
        loop {
            let (mut moved, mut willing) = (0, Vec::with_capacity(told.len()));
            for reaction in told {
                match self.deliver(reaction).await {
                    Ok(count) => {
                        moved += count;
                        willing.push(reaction);
                    }
                    Err(fault) => {
                        tracing::error!("{} failed at a fact: {fault}", reaction.name());
                        failure.get_or_insert(fault);
                    }
                }
            }
            if moved == 0 {
                return failure.map_or(Ok(delivered), Err);
            }
            delivered += moved;
            told = willing;
        }
    }

    /// Delivers whenever something was committed, until `stop` turns true.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut commits = self.db.commits();
        loop {
            commits.mark_unchanged();
            tokio::select! {
                // The cursor of one that failed has not moved: the next commit tries again.
                _ = self.settle() => {}
                // A delivery that is dropped is undone with its cursor, and made again.
                _ = stop.wait_for(|stop| *stop) => return,
            }
            tokio::select! {
                changed = commits.changed() => if changed.is_err() { return },
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn deliver(&self, reaction: &dyn Reaction) -> Result<u64, Fault> {
        let start = cursor(self.db.reader(), reaction.name()).await?;
        let rows = query::since(&self.db, start, BATCH).await?;
        let Some(last) = rows.last() else { return Ok(0) };
        let mut delivered = 0;
        for row in rows.iter().filter(|row| reaction.wants(&row.verb)) {
            let mut tx = self.db.begin().await?;
            // Read again where nobody else can move it: another server may have been first.
            if cursor(tx.connection(), reaction.name()).await? >= row.seq {
                continue;
            }
            reaction.react(&mut tx, row).await?;
            move_cursor(&mut tx, reaction.name(), row.seq).await?;
            tx.commit().await?;
            delivered += 1;
        }
        // Facts nobody wanted move the cursor only together with a wanted one, or in bulk: a
        // restart reads them again, which costs a read and not a commit for every fact.
        if delivered > 0 || rows.len() == BATCH as usize {
            self.skip_to(reaction.name(), last.seq).await?;
        }
        Ok(if rows.len() == BATCH as usize { delivered.max(1) } else { delivered })
    }

    async fn skip_to(&self, name: &str, seq: FactSeq) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        move_cursor(&mut tx, name, seq).await?;
        tx.commit().await
    }
}

/// Whether the reaction of this name has been told of every fact with one of these verbs: for
/// whoever must not go on from records that it is still to change.
///
/// Errors: the records cannot be read.
pub async fn has_followed(db: &Db, reaction: &str, verbs: &[&str]) -> Result<bool, DbError> {
    let told = cursor(db.reader(), reaction).await?;
    for verb in verbs {
        let query = sqlx::query_scalar::<_, i64>(NOT_DELIVERED).bind(*verb).bind(told.0);
        if query.fetch_optional(db.reader()).await?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The last fact that was delivered to `name`.
async fn cursor(
    executor: impl Executor<'_, Database = Any>,
    name: &str,
) -> Result<FactSeq, DbError> {
    let seq: Option<i64> =
        sqlx::query_scalar(READ_CURSOR).bind(name).fetch_optional(executor).await?;
    Ok(FactSeq(seq.unwrap_or(0)))
}

async fn move_cursor(tx: &mut Tx, name: &str, seq: FactSeq) -> Result<(), DbError> {
    sqlx::query(WRITE_CURSOR).bind(name).bind(seq.0).execute(tx.connection()).await?;
    Ok(())
}
