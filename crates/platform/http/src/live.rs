use std::{
    collections::VecDeque, convert::Infallible, future::Future, pin::Pin, sync::Arc, time::Duration,
};

use axum::{
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use db::Db;
use futures_util::{FutureExt, stream};
use journal::{JOURNAL_READ, Places, Row, Sight};
use kernel::{Caller, FactSeq, Fault, Text};
use tokio::sync::watch;

use crate::{Gate, JournalState, Pause, Problem, journal_api::FactView};

/// Facts read at once for one listener.
const BATCH: u32 = 200;
/// A listener that asks for more than this many missed facts is told to reload instead.
const REPLAY_MAX: i64 = 5_000;

/// Facts about these nouns may change what a listener may see, or whether it may listen at all.
const ABOUT_RIGHTS: [&str; 17] = [
    "user",
    "session",
    "token",
    "access",
    "role",
    "grant",
    "group",
    "delegation",
    "emergency",
    "separation",
    "review",
    "holding",
    "post",
    "person",
    "unit",
    "region",
    "directory",
];

struct Listener {
    db: Db,
    gate: Arc<dyn Gate>,
    places: Arc<dyn Places>,
    pause: Pause,
    /// Who listens is asked again when this is over.
    waits: Pin<Box<dyn Future<Output = ()> + Send>>,
    commits: watch::Receiver<u64>,
    stop: watch::Receiver<bool>,
    caller: Caller,
    headers: HeaderMap,
    seq: FactSeq,
    /// Rows in their order, each as the caller sees it, if they do.
    ready: VecDeque<(Row, Option<Row>)>,
}

/// Streams facts as they are committed (server-sent events, WHATWG HTML 9.2), after the one named
/// by `Last-Event-ID` or `after`; without either, from now on.
pub(crate) async fn stream_facts(
    state: &JournalState,
    caller: Caller,
    headers: HeaderMap,
    after: Option<i64>,
) -> Result<Response, Problem> {
    let newest = journal::latest(&state.db).await?;
    let last_event_id = match headers.get("last-event-id") {
        None => None,
        Some(value) => {
            let text = value.to_str().unwrap_or_default();
            let expected = Text::new("a number", "数字");
            Some(text.parse().map_err(|_| Fault::invalid("Last-Event-ID", text, expected))?)
        }
    };
    let wanted = last_event_id.or(after).unwrap_or(newest.0);
    let seq = FactSeq(wanted.clamp(newest.0 - REPLAY_MAX, newest.0));
    let listener = Listener {
        db: state.db.clone(),
        gate: Arc::clone(&state.gate),
        places: Arc::clone(&state.places),
        pause: Arc::clone(&state.pause),
        waits: (state.pause)(),
        commits: state.db.commits(),
        stop: state.stop.clone(),
        caller,
        headers,
        seq,
        ready: VecDeque::new(),
    };
    let events = stream::unfold(listener, next_event);
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Sse::new(events).keep_alive(keep_alive).into_response())
}

async fn next_event(mut listener: Listener) -> Option<(Result<Event, Infallible>, Listener)> {
    loop {
        // However much there is to tell, it is told to whoever may hear it still.
        if (&mut listener.waits).now_or_never().is_some() {
            listener = listener.after_pause().await?;
        }
        if let Some((row, seen)) = listener.ready.pop_front() {
            // A sign-out, a lock or a revocation is a fact too: it may have been this listener's.
            if ABOUT_RIGHTS.contains(&row.subject.kind.as_str()) {
                listener = listener.authenticated_again().await?;
            }
            let Some(row) = seen else { continue };
            let id = row.seq.0.to_string();
            let event = Event::default().event("fact").id(id);
            let event = event.json_data(FactView::from(row)).ok()?;
            return Some((Ok(event), listener));
        }
        listener.commits.mark_unchanged();
        // A database that is away ends the stream; the browser comes back with Last-Event-ID.
        let rows = journal::since(&listener.db, listener.seq, BATCH).await.ok()?;
        if let Some(last) = rows.last() {
            listener.seq = last.seq;
            listener.ready = looked_at(&listener.places, &listener.caller, rows).await.ok()?;
            continue;
        }
        let is_over = tokio::select! {
            changed = listener.commits.changed() => changed.ok().map(|()| false)?,
            () = &mut listener.waits => true,
            _ = listener.stop.wait_for(|stop| *stop) => return None,
        };
        if is_over {
            listener = listener.after_pause().await?;
        }
    }
}

/// The rows, and each as the caller sees it, if they do.
async fn looked_at(
    places: &Arc<dyn Places>,
    caller: &Caller,
    rows: Vec<Row>,
) -> Result<VecDeque<(Row, Option<Row>)>, Fault> {
    let sight = Sight::of(caller, JOURNAL_READ);
    let seen = sight.filter(places.as_ref(), rows.clone()).await?;
    let mut seen = seen.into_iter().peekable();
    let mark = |row: Row| {
        let shown = seen.next_if(|seen| seen.seq == row.seq);
        (row, shown)
    };
    Ok(rows.into_iter().map(mark).collect())
}

impl Listener {
    async fn after_pause(mut self) -> Option<Self> {
        self.waits = (self.pause)();
        self.authenticated_again().await
    }

    /// The listener with what its caller may see now; `None` when they may not listen any more.
    async fn authenticated_again(mut self) -> Option<Self> {
        let seen = self.gate.look_again(&self.headers).await;
        let caller = seen.ok().filter(|caller| caller.actor == self.caller.actor)?;
        if caller.grant != self.caller.grant {
            if !caller.may(JOURNAL_READ) {
                return None;
            }
            self.caller = caller;
            let rest: Vec<Row> = self.ready.drain(..).map(|(row, _)| row).collect();
            self.ready = looked_at(&self.places, &self.caller, rest).await.ok()?;
        }
        Some(self)
    }
}
