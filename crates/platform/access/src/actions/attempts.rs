//! Tries to sign in are counted before anything is compared, so that many at once count as many.

use db::Tx;
use kernel::{Caller, Time};

use super::note;
use crate::{
    AccessError,
    model::{
        facts::UserSignInFailed,
        lockout::{ACCOUNT, Admission, Attempts, SOURCE, decide},
        user::User,
    },
    store,
};

/// An attempt that was admitted: already counted as a failure, which a success takes back.
pub(super) struct Counted {
    account: String,
    source: String,
    of_account: Attempts,
    of_source: Attempts,
}

impl Counted {
    /// Counts an attempt on `account` from where the caller is.
    ///
    /// Errors: [`AccessError::LockedOut`].
    pub(super) async fn admit(
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        account: String,
    ) -> Result<Self, AccessError> {
        let source = format!("source:{}", source_key(&caller.source));
        store::attempts::purge(tx.connection(), now.minus(ACCOUNT.window)).await?;
        let of_account = store::attempts::find(tx.connection(), &account).await?;
        let of_source = store::attempts::find(tx.connection(), &source).await?;
        if let Admission::Wait { retry_after_s } = decide(of_account, of_source, now) {
            return Err(AccessError::LockedOut { retry_after_s });
        }
        let of_account = ACCOUNT.counted(of_account, now);
        let of_source = SOURCE.counted(of_source, now);
        store::attempts::save(tx.connection(), &account, of_account).await?;
        store::attempts::save(tx.connection(), &source, of_source).await?;
        Ok(Self { account, source, of_account, of_source })
    }

    /// It was a success: the account's failures are forgotten, of the source's only this one.
    pub(super) async fn succeed(&self, tx: &mut Tx) -> Result<(), AccessError> {
        store::attempts::forget(tx.connection(), &self.account).await?;
        store::attempts::forgive(tx.connection(), &self.source).await?;
        Ok(())
    }

    /// It was neither: whoever was to say did not answer.
    pub(super) async fn take_back(&self, tx: &mut Tx) -> Result<(), AccessError> {
        store::attempts::forgive(tx.connection(), &self.account).await?;
        store::attempts::forgive(tx.connection(), &self.source).await?;
        Ok(())
    }

    /// Journals the first failure of a row and each that locks the account or the source.
    pub(super) async fn fail(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        now: Time,
        name: &str,
        user: Option<&User>,
    ) -> Result<(), AccessError> {
        let lock_s = |wait: std::time::Duration| (!wait.is_zero()).then_some(wait.as_secs());
        let account_locked_s = lock_s(ACCOUNT.wait_after(self.of_account.failures));
        let source_locked_s = lock_s(SOURCE.wait_after(self.of_source.failures));
        let first = self.of_account.failures == 1;
        if !first && account_locked_s.is_none() && source_locked_s.is_none() {
            return Ok(());
        }
        let (user_id, name) = match user {
            Some(user) => (Some(user.id), user.name.as_str().to_owned()),
            None => (None, beginning(name)),
        };
        let failures = self.of_account.failures;
        let fact = UserSignInFailed { user_id, name, failures, account_locked_s, source_locked_s };
        note(tx, caller, now, &fact).await
    }
}

/// The first three characters of a name that nobody has.
fn beginning(name: &str) -> String {
    let mut beginning: String = name.chars().filter(|c| !c.is_control()).take(3).collect();
    beginning.push('…');
    beginning
}

/// Whose failures count together: an IPv4 address; an IPv6 network of 64 bits, which is what one
/// subscriber has (RFC 6177).
fn source_key(source: &str) -> String {
    match source.parse::<std::net::Ipv6Addr>() {
        Ok(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Err(_) => source.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_subscriber_count_together() {
        assert_eq!(source_key("192.0.2.7"), "192.0.2.7");
        assert_eq!(source_key("2001:db8:1:2:3::4"), source_key("2001:db8:1:2::ffff"));
        assert_ne!(source_key("2001:db8:1:2::1"), source_key("2001:db8:1:3::1"));
    }

    #[test]
    fn name_that_nobody_has_is_not_journalled_whole() {
        assert_eq!(beginning("my-Secret-password"), "my-…");
        assert_eq!(beginning("\n\u{1b}"), "…");
    }
}
