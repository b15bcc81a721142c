//! Long answers in JSON, written piece by piece while they are sent.

use std::{convert::Infallible, iter};

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;

/// So many bytes are written before somebody else may go on.
pub(super) const PIECE_BYTES: usize = 64 << 10;

/// The answer that consists of these pieces; a single one is sent with its length.
pub(super) fn response(writing: impl Iterator<Item = String> + Send + 'static) -> Response {
    let mut writing = writing.peekable();
    let first = writing.next().unwrap_or_default();
    let body = if writing.peek().is_none() {
        Body::from(first)
    } else {
        Body::from_stream(stream::iter(iter::once(first).chain(writing).map(Ok::<_, Infallible>)))
    };
    let mut response = body.into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
