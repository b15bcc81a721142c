//! Chunks of series in frames, sent while they are read: a slow client slows the reading down.

use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream;
use kernel::Fault;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, mpsc},
};
use wire::remote::read::put_frames;

use crate::streaming::Found;

/// So many bytes are put together before they are sent.
const PIECE_BYTES: usize = 256 << 10;
/// So many pieces wait for the client.
const PIECES_MAX: usize = 4;
/// A client that takes nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// The answer to some queries. It ends early when nobody takes it; the turn is given back then.
pub(super) fn body(results: Vec<Found>, turn: OwnedSemaphorePermit) -> Body {
    let (pieces, taken) = mpsc::channel(PIECES_MAX);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let send = |piece: Vec<u8>| {
            let sent = pieces.send_timeout(Ok(Bytes::from(piece)), PATIENCE);
            runtime.block_on(sent).is_ok()
        };
        write(results, send);
    });
    let pieces = stream::unfold(taken, |mut taken| async move {
        let piece: Result<Bytes, Fault> = taken.recv().await?;
        Some((piece, taken))
    });
    Body::from_stream(pieces)
}

/// Writes all frames, piece by piece, until one cannot be sent.
fn write(results: Vec<Found>, send: impl Fn(Vec<u8>) -> bool) {
    let mut piece = Vec::new();
    for (query, mut found) in results.into_iter().enumerate() {
        for at in 0..found.len() {
            let (labels, points) = found.read(at);
            let labels: Vec<(&str, &str)> = labels.iter().collect();
            put_frames(&mut piece, query, (labels, &points));
            if piece.len() >= PIECE_BYTES && !send(std::mem::take(&mut piece)) {
                return;
            }
        }
    }
    if !piece.is_empty() {
        // It was the last one.
        send(piece);
    }
}
