use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
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
    /// Writing in from outside without signing in: each may open a ticket.
    Enquiry,
    /// Asking with a query code: whoever guesses codes is slowed down.
    QueryCode,
}

/// To whom the bucket of all callers together belongs: no actor and no address is called so.
const ALL: &str = "*";

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
        if *method == Method::POST && path.starts_with("/api/v1/public/") {
            let opens = path == "/api/v1/public/enquiries";
            return Some(if opens { Self::Enquiry } else { Self::QueryCode });
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
            // A street of people behind one address writes in less often.
            Self::Enquiry => Ration { burst: 20.0, per_second: 0.02 },
            Self::QueryCode => Ration { burst: 60.0, per_second: 0.5 },
        }
    }

    /// How much all callers together may, where that is limited.
    const fn total(self) -> Option<Ration> {
        match self {
            Self::SignIn | Self::Search | Self::Export => None,
            Self::Enquiry => Some(Ration { burst: 300.0, per_second: 1.0 }),
            Self::QueryCode => Some(Ration { burst: 3_000.0, per_second: 50.0 }),
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
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX {
            buckets.retain(|(of, whose), bucket| {
                let ration = of.ration();
                whose == ALL || bucket.at(&ration, now) < ration.burst
            });
        }
        // First the caller's own: who has none left takes nothing from the others.
        let own = (key, Some(rationed.ration()));
        for (whose, ration) in [own, (ALL, rationed.total())] {
            let Some(ration) = ration else { continue };
            let full = Bucket { left: ration.burst, at: now };
            let bucket = buckets.entry((rationed, whose.to_owned())).or_insert(full);
            let left = bucket.at(&ration, now);
            if left < 1.0 {
                *bucket = Bucket { left, at: now };
                return Err(too_many((1.0 - left) / ration.per_second));
            }
            *bucket = Bucket { left: left - 1.0, at: now };
        }
        Ok(())
    }
}

/// Whose bucket an address takes from: of IPv6 a site has 2^64 at least, so its network counts.
pub(crate) fn network_of(address: IpAddr) -> String {
    let IpAddr::V6(address) = address else { return address.to_string() };
    let network = u128::from(address) & !u128::from(u64::MAX);
    format!("{}/64", Ipv6Addr::from(network))
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
    fn who_writes_in_is_limited_by_network_and_all_together_are() {
        let rations = Rations::default();
        let take = |address: &str| {
            let source = network_of(address.parse().unwrap());
            let now = Duration::from_secs(9);
            rations.take(Rationed::Enquiry, &Caller::stranger(), &source, now).is_ok()
        };
        let taken = |network: &str, count: u32| {
            (0..count).filter(|last| take(&format!("{network}{last:x}"))).count()
        };
        assert_eq!(taken("2001:db8::", 40), 20, "one network, many addresses");
        assert_eq!(taken("192.0.2.", 10), 10, "others are not touched");
        let many = (0..400).filter(|last| take(&format!("2001:db8:{:x}::1", last + 1))).count();
        assert_eq!(many, 270, "all together");
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
            (Method::POST, "/api/v1/public/enquiries", Some(Rationed::Enquiry)),
            (Method::POST, "/api/v1/public/enquiries/status", Some(Rationed::QueryCode)),
            (Method::GET, "/api/v1/public/forms", None),
        ] {
            assert_eq!(Rationed::of(&method, path), rationed, "{method} {path}");
        }
    }
}
