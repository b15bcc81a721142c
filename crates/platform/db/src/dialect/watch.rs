//! Hears what other servers commit, and notices when PostgreSQL goes away and comes back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Executor,
    postgres::{PgListener, PgNotification, PgPoolOptions},
};
use tokio::{sync::watch, task::JoinHandle};

use super::postgres::{CONNECT_TIMEOUT, sign_in};
use crate::{DbError, PostgresUrl};

const CHANNEL: &str = "mainstay_commit";
/// Silence after which the connection is tried.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Between two tries to sign in.
const PAUSE: Duration = Duration::from_secs(1);

/// What the watch tells the rest.
pub(crate) struct Told {
    /// Grows with every commit.
    pub(crate) committed: watch::Sender<u64>,
    /// Why the database is away, while it is.
    pub(crate) away: watch::Sender<Option<String>>,
    /// The process of the database that makes this server's own changes: those are known already.
    pub(crate) own_process: Arc<AtomicI64>,
}

/// The task that watches; it ends with this.
#[derive(Debug)]
pub(crate) struct Watch {
    task: JoinHandle<()>,
}

impl Watch {
    /// Listens already when this returns, if the database lets it: no commit after the opening is
    /// missed, and none is made up.
    pub(crate) async fn begin(url: PostgresUrl, told: Told) -> Self {
        let first = listen(&url).await;
        Self { task: tokio::spawn(async move { watch(&url, &told, first).await }) }
    }

    pub(crate) fn end(&self) {
        self.task.abort();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end();
    }
}

async fn watch(url: &PostgresUrl, told: &Told, first: Result<PgListener, DbError>) {
    let mut listening = first;
    loop {
        match &mut listening {
            Ok(listener) => {
                while let Some(heard) = hear(listener).await {
                    told.note(heard.as_ref());
                }
            }
            Err(error) => {
                told.is_away(error);
                pause().await;
            }
        }
        listening = listen(url).await;
        if listening.is_ok() {
            told.is_back(url);
        }
    }
}

impl Told {
    fn is_away(&self, error: &DbError) {
        if self.away.send_replace(Some(error.to_string())).is_none() {
            tracing::error!("the database is away: {error}");
        }
    }

    fn is_back(&self, url: &PostgresUrl) {
        if self.away.send_replace(None).is_some() {
            tracing::info!("the database {url} answers again");
        }
        // What was committed while nobody listened is not told any more: look once.
        self.committed.send_modify(|count| *count += 1);
    }

    fn note(&self, heard: Option<&PgNotification>) {
        let own = self.own_process.load(Ordering::Acquire);
        if heard.is_some_and(|heard| i64::from(heard.process_id()) != own) {
            self.committed.send_modify(|count| *count += 1);
        }
    }
}

/// Signs in and begins to listen.
async fn listen(url: &PostgresUrl) -> Result<PgListener, DbError> {
    // For the reason, which a pool keeps to itself.
    drop(sign_in(url).await?);
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .acquire_timeout(CONNECT_TIMEOUT)
        .connect(url.secret())
        .await?;
    let mut listener = PgListener::connect_with(&pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// The next news, nothing after a while without any, and `None` when the connection is lost.
async fn hear(listener: &mut PgListener) -> Option<Option<PgNotification>> {
    match tokio::time::timeout(HEARTBEAT, listener.try_recv()).await {
        Ok(Ok(Some(heard))) => Some(Some(heard)),
        Ok(Ok(None) | Err(_)) => None,
        Err(_) => {
            let asked = tokio::time::timeout(CONNECT_TIMEOUT, listener.execute("SELECT 1")).await;
            matches!(asked, Ok(Ok(_))).then_some(None)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the records lie below the house's timer")]
async fn pause() {
    tokio::time::sleep(PAUSE).await;
}
