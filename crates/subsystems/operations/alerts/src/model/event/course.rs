use kernel::Time;

use super::Event;

/// What follows from an event for the alert of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// One opens.
    Open,
    /// It goes on, or stays ended where a person ended it.
    GoOn,
    /// It is over.
    Close,
    /// There is none, and there need not be one.
    Nothing,
}

/// From when to when it holds, after all that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Course {
    pub(crate) starts_at: Time,
    pub(crate) ends_at: Time,
    pub(crate) timed_out: bool,
    pub(crate) step: Step,
}

/// Takes an event together with what was said before (`known`), and says what follows. `running`:
/// whether an alert of ours stands for it, be it that a person ended that.
///
/// What overlaps is one period: it begins when the first did; a given end that is later counts
/// unless the new event says that it is over. Source: prometheus/alertmanager
/// `provider/mem/mem.go`, `Alerts.Put`; `types/types.go`, `Alert.Merge`.
pub(crate) fn course(known: Option<&Event>, running: bool, event: &Event, now: Time) -> Course {
    let (mut starts_at, mut ends_at) = (event.starts_at, event.ends_at);
    let mut timed_out = event.timed_out;
    if let Some(known) = known.filter(|known| overlap(known, event)) {
        starts_at = starts_at.min(known.starts_at);
        let over = event.ends_at <= now;
        let counts = if over { known.ends_at <= now } else { !known.timed_out };
        if counts && known.ends_at > ends_at {
            ends_at = known.ends_at;
            timed_out = known.timed_out;
        }
    }
    let step = match (running, ends_at > now) {
        (false, true) => Step::Open,
        (true, true) => Step::GoOn,
        (true, false) => Step::Close,
        (false, false) => Step::Nothing,
    };
    Course { starts_at, ends_at, timed_out, step }
}

fn overlap(known: &Event, event: &Event) -> bool {
    let within = |at: Time| known.starts_at < at && at < known.ends_at;
    within(event.ends_at) || within(event.starts_at)
        // Sent again in the same words, or with a later end from the same beginning.
        || event.starts_at == known.starts_at
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// An event from one second to another.
    fn event(starts: i64, ends: i64, timed_out: bool) -> Event {
        Event {
            fingerprint: String::new(),
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            generator_url: String::new(),
            starts_at: Time::from_seconds(starts),
            ends_at: Time::from_seconds(ends),
            timed_out,
        }
    }

    #[test]
    fn what_overlaps_is_one_period() {
        // At the second 100: what was known, what comes, the period after, what follows.
        let table = [
            (None, event(90, 400, true), (90, 400), Step::Open),
            (None, event(50, 90, false), (50, 90), Step::Nothing),
            // Sent again: it lasts longer, since it first began.
            (Some(event(50, 300, true)), event(100, 400, true), (50, 400), Step::GoOn),
            // A timeout of before says nothing against an end that is given.
            (Some(event(50, 390, true)), event(50, 200, false), (50, 200), Step::GoOn),
            // An end that was given and is later counts: another sender of the same knows it.
            (Some(event(50, 300, false)), event(50, 200, false), (50, 300), Step::GoOn),
            // It is over: whatever was said before.
            (Some(event(50, 300, false)), event(50, 99, false), (50, 99), Step::Close),
            // A new period, after the one before ran out and before that was noticed.
            (Some(event(10, 40, false)), event(95, 400, true), (95, 400), Step::GoOn),
        ];
        for (known, event, (starts, ends), step) in table {
            let running = known.is_some();
            let found = course(known.as_ref(), running, &event, Time::from_seconds(100));
            let times = (Time::from_seconds(starts), Time::from_seconds(ends));
            assert_eq!((found.starts_at, found.ends_at), times, "{known:?} {event:?}");
            assert_eq!(found.step, step, "{known:?} {event:?}");
        }
    }
}
