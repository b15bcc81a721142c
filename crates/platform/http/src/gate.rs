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
    /// Why.
    pub reason: Reason,
    /// `GET`, `POST` …
    pub method: String,
    /// The path they asked for.
    pub path: String,
}

/// Why something was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The permission that was lacking.
    Permission(String),
    /// The code of the rule about rights that stood against it, such as `own-grant`.
    Rule(String),
}

impl Reason {
    /// Why `fault` is a refusal that is to be journalled; nothing, if it is none.
    #[must_use]
    pub fn of(fault: &Fault) -> Option<Self> {
        let permission = fault.lacking().map(|permission| Self::Permission(permission.to_owned()));
        permission.or_else(|| fault.rule().map(|rule| Self::Rule(rule.to_owned())))
    }
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

    /// Who sent a request that is still being answered, as they are now. It is not heard from them:
    /// what ends by silence ends all the same.
    fn look_again<'a>(&'a self, headers: &'a HeaderMap) -> GateFuture<'a, Result<Caller, Fault>>;

    /// Remembers that something was refused.
    fn denied(&self, denial: Denial) -> GateFuture<'_, ()>;
}
