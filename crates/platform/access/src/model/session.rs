use std::time::Duration;

use kernel::{Id, Time};

use super::user::UserId;

/// The id of a session; not a secret.
pub type SessionId = Id<Session>;

/// Somebody signed in with a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// When they signed in.
    pub created_at: Time,
    /// When they were last seen, within a minute.
    pub last_seen_at: Time,
    /// The address they signed in from.
    pub source: String,
    /// What their browser calls itself, shortened.
    pub user_agent: String,
}

/// How long a session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// It ends when nothing was heard for so long.
    pub idle: Duration,
    /// It ends so long after the sign-in, whatever happens.
    pub absolute: Duration,
}

/// A user has no more sessions than this: the oldest ends when another begins.
pub(crate) const SESSIONS_MAX: u32 = 50;
/// `last_seen_at` is written once in so long.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// Longer names of browsers are cut.
const USER_AGENT_CHARS_MAX: usize = 200;

impl Session {
    /// Whether it is time to write that the session was seen.
    pub(crate) fn wants_touch(&self, now: Time) -> bool {
        now.since(self.last_seen_at) >= SEEN_EVERY
    }
}

impl SessionLimits {
    /// When it ends at the latest.
    #[must_use]
    pub fn expires_at(&self, session: &Session) -> Time {
        session.created_at.plus(self.absolute)
    }

    /// When it ends if nothing more is heard.
    #[must_use]
    pub fn idle_expires_at(&self, session: &Session) -> Time {
        session.last_seen_at.plus(self.idle).min(self.expires_at(session))
    }

    /// Whether it is still good.
    #[must_use]
    pub fn is_live(&self, session: &Session, now: Time) -> bool {
        now < self.idle_expires_at(session)
    }
}

/// A browser's name as it is kept: control characters out, cut at 200 characters.
pub(crate) fn shorten_user_agent(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_ends_by_silence_and_by_age() {
        let hour = Duration::from_secs(3600);
        let limits = SessionLimits { idle: hour * 12, absolute: hour * 24 };
        let start = Time::from_seconds(0);
        for (seen_h, now_h, live) in
            [(0, 11, true), (0, 12, false), (20, 23, true), (20, 24, false), (23, 24, false)]
        {
            let session = Session {
                id: SessionId::from_uuid("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()),
                user_id: UserId::from_uuid("01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap()),
                created_at: start,
                last_seen_at: start.plus(hour * seen_h),
                source: String::new(),
                user_agent: String::new(),
            };
            let now = start.plus(hour * now_h);
            assert_eq!(limits.is_live(&session, now), live, "seen {seen_h} h, now {now_h} h");
        }
    }
}
