use db::{Db, DbError};
use journal::Entry;
use kernel::{Caller, Clock, Fact, Subject};
use serde::Serialize;

/// The server began to serve.
#[derive(Debug, Serialize)]
pub(super) struct ServerStarted {
    pub(super) version: &'static str,
    pub(super) listen: String,
    /// Whether the last run ended without saying that it stops: killed, or a power cut.
    pub(super) after_crash: bool,
}

/// The server stopped as it was asked to.
#[derive(Debug, Serialize)]
pub(super) struct ServerStopped {
    pub(super) version: &'static str,
}

impl Fact for ServerStarted {
    const VERB: &'static str = "server.started";

    fn subject(&self) -> Subject {
        Subject::new("server", "server", "Mainstay")
    }
}

impl Fact for ServerStopped {
    const VERB: &'static str = "server.stopped";

    fn subject(&self) -> Subject {
        Subject::new("server", "server", "Mainstay")
    }
}

/// Writes a fact of the server about itself.
pub(super) async fn note<F: Fact>(db: &Db, clock: &dyn Clock, fact: &F) -> Result<(), DbError> {
    let mut tx = db.begin().await?;
    journal::append(&mut tx, Entry::new(&Caller::system("server"), clock.now(), fact)).await?;
    tx.commit().await
}

/// Whether the newest of the server's own facts says that it started, and none that it stopped.
pub(super) async fn was_cut_off(db: &Db) -> Result<bool, kernel::Fault> {
    let filter = journal::Filter { verb: Some("server.".to_owned()), ..Default::default() };
    let page = kernel::Page { after: None, limit: 1 };
    let newest = journal::list(db, &filter, page).await?;
    Ok(newest.items.first().is_some_and(|row| row.verb == ServerStarted::VERB))
}
