use std::{collections::HashMap, sync::PoisonError, time::Duration};

use http_kit::{Denial, Reason};

use super::{Access, note};
use crate::{AccessError, model::facts::AccessDenied};

/// The same refusal to the same caller is journalled once in so long.
const JOURNAL_EVERY: Duration = Duration::from_secs(60);
/// So many pairs of caller and reason are remembered.
const REMEMBERED_MAX: usize = 1000;
const PATH_CHARS_MAX: usize = 200;

/// When what was last journalled as refused to whom, on the monotonic clock.
#[derive(Default)]
pub(super) struct Refusals {
    by_caller: HashMap<(String, Reason), Refused>,
}

struct Refused {
    journalled: Duration,
    repeated: u32,
}

impl Access {
    /// Journals a refusal, unless the same was journalled within the last minute.
    pub(crate) async fn note_denial(&self, denial: Denial) -> Result<(), AccessError> {
        let monotonic = self.inner.clock.monotonic();
        let Some(repeated) = self.count_refusal(&denial, monotonic) else { return Ok(()) };
        let (permission, rule) = match denial.reason {
            Reason::Permission(permission) => (Some(permission), None),
            Reason::Rule(rule) => (None, Some(rule)),
        };
        let fact = AccessDenied {
            permission,
            rule,
            method: denial.method,
            path: denial.path.chars().take(PATH_CHARS_MAX).collect(),
            repeated,
        };
        let mut tx = self.inner.db.begin().await?;
        note(&mut tx, &denial.caller, self.now(), &fact).await?;
        tx.commit().await?;
        Ok(())
    }

    fn count_refusal(&self, denial: &Denial, monotonic: Duration) -> Option<u32> {
        let mut refusals = self.inner.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.count(denial.caller.actor.id.clone(), denial.reason.clone(), monotonic)
    }
}

impl Refusals {
    /// How often the same was refused since the last row, if it is time for another row.
    fn count(&mut self, actor: String, reason: Reason, now: Duration) -> Option<u32> {
        let is_recent = |refused: &Refused| now.saturating_sub(refused.journalled) < JOURNAL_EVERY;
        let key = (actor, reason);
        if let Some(refused) = self.by_caller.get_mut(&key)
            && is_recent(refused)
        {
            refused.repeated = refused.repeated.saturating_add(1);
            return None;
        }
        let before = self.by_caller.remove(&key);
        if self.by_caller.len() >= REMEMBERED_MAX {
            self.by_caller.retain(|_, refused| is_recent(refused));
        }
        // A thousand pairs within a minute: the journal says more rather than less.
        if self.by_caller.len() < REMEMBERED_MAX {
            self.by_caller.insert(key, Refused { journalled: now, repeated: 0 });
        }
        Some(before.map_or(0, |refused| refused.repeated))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_refusal_is_journalled_once_a_minute_with_its_count() {
        let mut refusals = Refusals::default();
        let mut count = |actor: &str, permission: &str, second| {
            let reason = Reason::Permission(permission.to_owned());
            refusals.count(actor.to_owned(), reason, Duration::from_secs(second))
        };
        assert_eq!(count("a", "user.read", 100), Some(0));
        assert_eq!(count("a", "user.read", 110), None);
        assert_eq!(count("a", "user.read", 159), None);
        assert_eq!(count("a", "token.read", 110), Some(0));
        assert_eq!(count("b", "user.read", 110), Some(0));
        assert_eq!(count("a", "user.read", 160), Some(2));
    }
}
