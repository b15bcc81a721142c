use std::{future::Future, net::IpAddr, pin::Pin};

use axum::http::{HeaderMap, Method};
use kernel::{Caller, Fault};

/// The answer of a gate.
pub type GateFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What was refused to whom: a row of the journal.
#[derive(Debug, Clone)]
pub struct Denial {
    /// Who asked.
    pub caller: Caller,
    /// The permission they lacked.
    pub permission: String,
    /// `GET`, `POST` …
    pub method: String,
    /// The path they asked for.
    pub path: String,
}

/// Who stands at the door. `access` implements it; the kit does not know how people sign in.
pub trait Gate: Send + Sync {
    /// Finds out who asks. A request without any proof is a stranger's; a proof that is not good
    /// (expired, revoked, forged, without its CSRF token) is a fault.
    fn authenticate<'a>(
        &'a self,
        method: &'a Method,
        headers: &'a HeaderMap,
        source: Option<IpAddr>,
        request_id: &'a str,
    ) -> GateFuture<'a, Result<Caller, Fault>>;

    /// Remembers that something was refused.
    fn denied(&self, denial: Denial) -> GateFuture<'_, ()>;
}
