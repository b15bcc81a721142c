use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::Method;
use kernel::{Caller, Fault, FaultKind, Text};

/// So many callers are remembered; those whose buckets are full again are forgotten first.
const BUCKETS_MAX: usize = 10_000;

/// What is asked for so seldom, or costs so much, that it is rationed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Rationed {
    /// Signing in: a password's hash is slow on purpose.
    SignIn,
    /// Searching everything.
    Search,
    /// Handing out lists as a whole.
    Export,
}

/// How much at once, and how much a second.
struct Ration {
    burst: f64,
    per_second: f64,
}

impl Rationed {
    /// What a request is rationed as, if it is.
    pub(crate) fn of(method: &Method, path: &str) -> Option<Self> {
        let signs_in = path.starts_with("/api/v1/session/ways/")
            || matches!(
                path,
                "/api/v1/session"
                    | "/api/v1/session/second-factor"
                    | "/api/v1/session/arrival"
                    | "/api/v1/session/passkey"
                    | "/api/v1/session/passkey/challenge"
                    | "/api/v1/first-run"
            );
        if *method == Method::POST && signs_in {
            return Some(Self::SignIn);
        }
        match path.rsplit('/').next() {
            Some("search") => Some(Self::Search),
            Some("export") => Some(Self::Export),
            _ => None,
        }
    }

    const fn ration(self) -> Ration {
        match self {
            Self::SignIn => Ration { burst: 200.0, per_second: 2.0 },
            Self::Search => Ration { burst: 60.0, per_second: 5.0 },
            Self::Export => Ration { burst: 30.0, per_second: 0.2 },
        }
    }
}

/// What is left to each caller: a bucket that fills by itself, for each user or token, or for the
/// address of those who have not signed in.
#[derive(Debug, Default)]
pub(crate) struct Rations {
    buckets: Mutex<HashMap<(Rationed, String), Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Duration,
}

impl Bucket {
    fn at(self, ration: &Ration, now: Duration) -> f64 {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        (self.left + passed * ration.per_second).min(ration.burst)
    }
}

impl Rations {
    /// Takes one from the caller's bucket. Errors: [`FaultKind::TooMany`] when it is empty.
    pub(crate) fn take(
        &self,
        rationed: Rationed,
        caller: &Caller,
        source: &str,
        now: Duration,
    ) -> Result<(), Fault> {
        let key = if caller.actor.id.is_empty() { source } else { caller.actor.id.as_str() };
        let ration = rationed.ration();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX {
            buckets.retain(|(of, _), bucket| {
                let ration = of.ration();
                bucket.at(&ration, now) < ration.burst
            });
        }
        let full = Bucket { left: ration.burst, at: now };
        let bucket = buckets.entry((rationed, key.to_owned())).or_insert(full);
        let left = bucket.at(&ration, now);
        if left < 1.0 {
            *bucket = Bucket { left, at: now };
            return Err(too_many((1.0 - left) / ration.per_second));
        }
        *bucket = Bucket { left: left - 1.0, at: now };
        Ok(())
    }
}

fn too_many(wait_s: f64) -> Fault {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a bucket fills within minutes: the seconds are few and not negative"
    )]
    let retry_after_s = wait_s.ceil() as u32;
    let text = Text::new(
        format!("too many requests of this kind; try again in {retry_after_s} s"),
        format!("此类请求过于频繁，请在 {retry_after_s} 秒后再试"),
    );
    Fault::new(FaultKind::TooMany { retry_after_s }, "rate-limited", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(rations: &Rations, caller: &Caller, source: &str, second: u64) -> bool {
        let now = Duration::from_secs(second);
        rations.take(Rationed::Export, caller, source, now).is_ok()
    }

    #[test]
    fn bucket_empties_and_fills_for_each_caller_alone() {
        let rations = Rations::default();
        let (ada, stranger) = (Caller::system("ada"), Caller::stranger());
        assert_eq!((0..40).filter(|_| taken(&rations, &ada, "", 100)).count(), 30);
        assert!(!taken(&rations, &ada, "192.0.2.9", 104), "not yet, and not by another address");
        assert!(taken(&rations, &ada, "", 105));
        assert!(!taken(&rations, &ada, "", 105));
        assert!(taken(&rations, &stranger, "192.0.2.1", 105), "others are not touched");
        assert_eq!((0..40).filter(|_| taken(&rations, &ada, "", 100_000)).count(), 30);
    }

    #[test]
    fn refusal_says_when_to_come_back() {
        let rations = Rations::default();
        let ask =
            || rations.take(Rationed::SignIn, &Caller::stranger(), "192.0.2.1", Duration::ZERO);
        let refusal = (0..201).filter_map(|_| ask().err()).next().unwrap();
        assert_eq!(refusal.kind, FaultKind::TooMany { retry_after_s: 1 });
        assert_eq!(refusal.code, "rate-limited");
    }

    #[test]
    fn only_what_costs_is_rationed() {
        for (method, path, rationed) in [
            (Method::POST, "/api/v1/session", Some(Rationed::SignIn)),
            (Method::GET, "/api/v1/session", None),
            (Method::GET, "/api/v1/search", Some(Rationed::Search)),
            (Method::GET, "/api/v1/journal/export", Some(Rationed::Export)),
            (Method::GET, "/api/v1/journal", None),
        ] {
            assert_eq!(Rationed::of(&method, path), rationed, "{method} {path}");
        }
    }
}
