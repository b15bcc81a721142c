use std::sync::Arc;

use kernel::{Caller, Fact, Subject};
use serde::Serialize;
use tokio::task::spawn_blocking;

use super::{
    send::{self, Post},
    store::{self, AnchorStatus},
    target::AnchorSettings,
};
use crate::{
    Entry, JournalError, Sealer, append,
    export::{self, SyslogStyle},
    seal::{checkpoint::Checkpoint, store as seals},
};

/// Facts forwarded over one connection.
const FORWARD_ROWS: i64 = 500;
/// Checkpoints told to a server in one call.
const CHECKPOINTS_MAX: i64 = 100;
/// Connections of one call at most.
const FORWARD_ROUNDS: usize = 20;

/// Tells places outside what the chain is, and forwards facts: cheap to clone.
#[derive(Debug, Clone)]
pub struct Anchors {
    sealer: Sealer,
    settings: Arc<AnchorSettings>,
}

/// What a call did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// Checkpoints and facts that were taken.
    pub done: u64,
    /// Places that did not take theirs, with the reason.
    pub failures: Vec<String>,
}

/// A place outside began to fail.
#[derive(Debug, Serialize)]
struct AnchorFailed<'a> {
    anchor: &'a str,
    target: &'a str,
    reason: &'a str,
}

/// A place outside takes what it is told again.
#[derive(Debug, Serialize)]
struct AnchorRecovered<'a> {
    anchor: &'a str,
    target: &'a str,
}

impl Fact for AnchorFailed<'_> {
    const VERB: &'static str = "journal.anchor_failed";

    fn subject(&self) -> Subject {
        Subject::new("journal_anchor", self.anchor, self.target)
    }
}

impl Fact for AnchorRecovered<'_> {
    const VERB: &'static str = "journal.anchor_recovered";

    fn subject(&self) -> Subject {
        Subject::new("journal_anchor", self.anchor, self.target)
    }
}

impl Anchors {
    /// Anchors as the settings say.
    #[must_use]
    pub fn new(sealer: Sealer, settings: AnchorSettings) -> Self {
        Self { sealer, settings: Arc::new(settings) }
    }

    /// Tells every place what it does not know yet. One that fails keeps none of the others from
    /// being told; it is tried again by the next call.
    ///
    /// Errors: only those of the records.
    pub async fn settle(&self) -> Result<Told, JournalError> {
        let mut told = Told::default();
        for (name, target) in self.places() {
            let (mut status, known) = self.status_of(name, target).await?;
            let before = status.clone();
            let outcome = match name {
                "forward" => self.forward(&mut status).await?,
                _ => self.tell(&mut status).await?,
            };
            match outcome {
                Ok(done) => {
                    told.done += done;
                    (status.failing_since, status.failure) = (None, None);
                }
                Err(reason) => {
                    told.failures.push(format!("{name}: {reason}"));
                    let now = self.sealer.parts().clock.now().micros();
                    status.failing_since = status.failing_since.or(Some(now));
                    status.failure = Some(reason.chars().take(500).collect());
                }
            }
            // Where forwarding begins is kept from the first call on.
            if status != before || !known {
                self.save(&before, &status).await?;
            }
        }
        Ok(told)
    }

    /// The places that are configured, as the records know them.
    ///
    /// Errors: those of the records.
    pub async fn status(&self) -> Result<Vec<AnchorStatus>, JournalError> {
        let known = store::all(&mut *self.sealer.parts().db.reader().acquire().await?).await?;
        let places = self.places().into_iter().map(|(name, target)| {
            let found = known.iter().find(|status| status.name == name);
            let found = found.filter(|status| status.target == target);
            found.cloned().unwrap_or_else(|| begun(name, target))
        });
        Ok(places.collect())
    }

    fn places(&self) -> Vec<(&'static str, String)> {
        let settings = &self.settings;
        let file = settings.file.as_ref().map(|path| path.display().to_string());
        let syslog = settings.syslog.as_ref().map(ToString::to_string);
        let forward = settings.forward.as_ref().map(ToString::to_string);
        let all = [
            ("file", file),
            ("syslog", syslog),
            ("http", settings.http.clone()),
            ("forward", forward),
        ];
        all.into_iter().filter_map(|(name, target)| Some((name, target?))).collect()
    }

    /// How a place fares, and whether the records know it. Another target begins from the
    /// beginning: it knows nothing yet.
    async fn status_of(
        &self,
        name: &str,
        target: String,
    ) -> Result<(AnchorStatus, bool), JournalError> {
        let mut reader = self.sealer.parts().db.reader().acquire().await?;
        let known = store::one(&mut reader, name).await?;
        drop(reader);
        if let Some(known) = known.filter(|status| status.target == target) {
            return Ok((known, true));
        }
        let mut status = begun(name, target);
        if name == "forward" {
            // What happened before it was configured is in the export.
            status.seq = crate::latest(&self.sealer.parts().db).await?.0;
        }
        Ok((status, false))
    }

    async fn save(&self, before: &AnchorStatus, after: &AnchorStatus) -> Result<(), JournalError> {
        let parts = self.sealer.parts();
        let (now, caller) = (parts.clock.now(), Caller::system("journal"));
        let (anchor, target) = (after.name.as_str(), after.target.as_str());
        let mut tx = parts.db.begin().await?;
        store::save(tx.connection(), after).await?;
        match (&before.failure, &after.failure) {
            (None, Some(reason)) => {
                tracing::error!(anchor, target, "the journal's anchor {anchor} fails: {reason}");
                let fact = AnchorFailed { anchor, target, reason };
                append(&mut tx, Entry::new(&caller, now, &fact)).await?;
            }
            (Some(_), None) => {
                tracing::info!(anchor, target, "the journal's anchor {anchor} works again");
                let fact = AnchorRecovered { anchor, target };
                append(&mut tx, Entry::new(&caller, now, &fact)).await?;
            }
            _ => {}
        }
        Ok(tx.commit().await?)
    }

    /// Tells a place the newest checkpoint. The outer errors are those of the records.
    async fn tell(&self, status: &mut AnchorStatus) -> Result<Result<u64, String>, JournalError> {
        let db = &self.sealer.parts().db;
        let newest = seals::last_checkpoint(&mut *db.reader().acquire().await?).await?;
        let Some(newest) = newest.filter(|newest| newest.number > status.checkpoint) else {
            return Ok(Ok(0));
        };
        let sent = match status.name.as_str() {
            "file" => self.to_file(&newest).await,
            "syslog" => self.to_syslog(&newest).await,
            _ => return self.tell_server(status, newest).await,
        };
        Ok(sent.map(|()| {
            self.told(status, &newest);
            1
        }))
    }

    /// Tells a server every checkpoint after the last that it knows: one that is left out would
    /// look to it as if it had been removed. The first that it is told is the newest.
    async fn tell_server(
        &self,
        status: &mut AnchorStatus,
        newest: Checkpoint,
    ) -> Result<Result<u64, String>, JournalError> {
        let db = &self.sealer.parts().db;
        let untold = match status.checkpoint {
            0 => vec![newest],
            last => {
                let mut reader = db.reader().acquire().await?;
                seals::checkpoints_after(&mut reader, last, CHECKPOINTS_MAX).await?
            }
        };
        let mut done = 0;
        for checkpoint in &untold {
            if let Err(reason) = self.to_server(checkpoint).await? {
                return Ok(Err(reason));
            }
            self.told(status, checkpoint);
            done += 1;
        }
        Ok(Ok(done))
    }

    fn told(&self, status: &mut AnchorStatus, checkpoint: &Checkpoint) {
        (status.checkpoint, status.seq) = (checkpoint.number, checkpoint.seq);
        status.anchored_at = Some(self.sealer.parts().clock.now().micros());
    }

    async fn to_file(&self, checkpoint: &Checkpoint) -> Result<(), String> {
        let Some(path) = self.settings.file.clone() else { return Ok(()) };
        let line = checkpoint.to_string();
        let written = spawn_blocking(move || send::append_line(&path, &line)).await;
        written.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
    }

    async fn to_syslog(&self, checkpoint: &Checkpoint) -> Result<(), String> {
        let Some(address) = &self.settings.syslog else { return Ok(()) };
        let style = SyslogStyle { host: &self.settings.host };
        let message = style.message(checkpoint.time(), "checkpoint", &checkpoint.to_string());
        send::syslog(address, self.settings.authority.as_deref(), &[message]).await
    }

    async fn to_server(&self, checkpoint: &Checkpoint) -> Result<Result<(), String>, JournalError> {
        let Some(url) = self.settings.http.clone() else { return Ok(Ok(())) };
        let db = &self.sealer.parts().db;
        // Their public parts: by the first the other side knows the journal.
        let keys = seals::keys(&mut *db.reader().acquire().await?).await?;
        let body = serde_json::json!({ "checkpoint": checkpoint.to_string(), "keys": keys });
        let body = body.to_string();
        let signed = self.sealer.sign(&body).await?;
        let settings = Arc::clone(&self.settings);
        let sent = spawn_blocking(move || {
            send::post(&Post {
                url: &url,
                token: settings.http_token.as_deref(),
                authority: settings.authority.as_deref(),
                body,
                signed,
            })
        });
        let receipt = match sent.await {
            Ok(Ok(receipt)) => receipt,
            Ok(Err(reason)) => return Ok(Err(reason)),
            Err(error) => return Ok(Err(error.to_string())),
        };
        let parts = self.sealer.parts();
        let mut tx = parts.db.begin().await?;
        let of = ("http", checkpoint.number);
        let now = parts.clock.now().micros();
        store::keep_receipt(tx.connection(), of, now, &receipt).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Forwards facts in their order; the cursor moves only after they were taken, so that each
    /// arrives at least once.
    async fn forward(
        &self,
        status: &mut AnchorStatus,
    ) -> Result<Result<u64, String>, JournalError> {
        let Some(address) = &self.settings.forward else { return Ok(Ok(0)) };
        let parts = self.sealer.parts();
        let style = SyslogStyle { host: &self.settings.host };
        let mut done = 0;
        for _ in 0..FORWARD_ROUNDS {
            let mut reader = parts.db.reader().acquire().await?;
            let rows = seals::rows_after(&mut reader, status.seq, FORWARD_ROWS).await?;
            drop(reader);
            let Some(last) = rows.last().map(|row| row.seq) else { break };
            let messages: Vec<String> =
                rows.iter().map(|row| export::syslog(row, &style)).collect();
            let authority = self.settings.authority.as_deref();
            if let Err(reason) = send::syslog(address, authority, &messages).await {
                return Ok(Err(reason));
            }
            let before = status.clone();
            (status.seq, done) = (last, done + rows.len() as u64);
            status.anchored_at = Some(parts.clock.now().micros());
            self.save(&before, &AnchorStatus { failure: before.failure.clone(), ..status.clone() })
                .await?;
        }
        Ok(Ok(done))
    }
}

fn begun(name: &str, target: String) -> AnchorStatus {
    AnchorStatus { name: name.to_owned(), target, ..AnchorStatus::default() }
}
