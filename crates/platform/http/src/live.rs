use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, Method},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use db::Db;
use futures_util::stream;
use journal::Row;
use kernel::{Caller, FactSeq, Fault, Text};
use tokio::sync::watch;

use crate::{Gate, JournalState, Problem, journal_api};

/// Facts read at once for one listener.
const BATCH: u32 = 200;
/// A listener that asks for more than this many missed facts is told to reload instead.
const REPLAY_MAX: i64 = 5_000;

struct Listener {
    db: Db,
    gate: Arc<dyn Gate>,
    commits: watch::Receiver<u64>,
    stop: watch::Receiver<bool>,
    caller: Caller,
    headers: HeaderMap,
    seq: FactSeq,
    ready: VecDeque<Row>,
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
        if let Some(row) = listener.ready.pop_front() {
            // A sign-out, a lock or a revocation is a fact too: it may have been this listener's.
            if journal_api::is_about_sign_in(&row) && !still_welcome(&listener).await {
                return None;
            }
            if !journal_api::may_see(&listener.caller, &row) {
                continue;
            }
            let id = row.seq.0.to_string();
            let event = Event::default().event("fact").id(id);
            let event = event.json_data(journal_api::FactView::from(row)).ok()?;
            return Some((Ok(event), listener));
        }
        listener.commits.mark_unchanged();
        // A database that is away ends the stream; the browser comes back with Last-Event-ID.
        let rows = journal::since(&listener.db, listener.seq, BATCH).await.ok()?;
        if let Some(last) = rows.last() {
            listener.seq = last.seq;
            listener.ready.extend(rows);
            continue;
        }
        tokio::select! {
            changed = listener.commits.changed() => changed.ok()?,
            _ = listener.stop.wait_for(|stop| *stop) => return None,
        }
    }
}

async fn still_welcome(listener: &Listener) -> bool {
    let proof = listener.gate.authenticate(&Method::GET, &listener.headers, None, "");
    proof.await.is_ok_and(|caller| caller.actor == listener.caller.actor)
}
