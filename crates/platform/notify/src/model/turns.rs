//! Ways that go one after another: whose turn it is.

use std::time::Duration;

use kernel::{FieldFault, Text, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChannelKind, DeliveryState};

/// The longest that one way is waited for: a day.
const WAIT_MINUTES_MAX: u32 = 1_440;

/// What ends the turns of a message's ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnsEnd {
    /// The far side of a way took the message.
    #[default]
    Taken,
    /// Somebody acknowledged: read it in the app, or cares for what it is about.
    Acknowledged,
}

/// That ways go one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WayTurns)]
#[serde(deny_unknown_fields)]
pub struct Turns {
    /// How long a way has, from its turn: 1 to 1440 minutes. One that fails for good ends sooner.
    pub wait_minutes: u32,
    /// What ends it before every way had its turn.
    #[serde(default)]
    pub until: TurnsEnd,
}

/// Ways by which a message goes one after another, whatever its recipient prefers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WayOrder)]
#[serde(deny_unknown_fields)]
pub struct WayOrder {
    /// Kinds of channel, the first first; the recipient's own ways in their order when empty.
    #[serde(default)]
    pub ways: Vec<String>,
    /// How long a way has, from its turn: 1 to 1440 minutes. One that fails for good ends sooner.
    pub wait_minutes: u32,
    /// What ends it before every way had its turn.
    #[serde(default)]
    pub until: TurnsEnd,
}

/// Why it is the next way's turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NextBecause {
    /// The one before failed for good.
    Failed,
    /// The far side of the one before did not take it in time.
    NotTaken,
    /// It was taken, and nobody acknowledged in time.
    NotAcknowledged,
}

/// A delivery as far as turns go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    /// 0: beside the turns.
    pub(crate) position: i64,
    pub(crate) state: DeliveryState,
    /// When it goes, or its turn comes at the latest.
    pub(crate) due_at: Time,
    /// Not before the end of quiet hours.
    pub(crate) not_before: Time,
}

/// What follows for the ways of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TurnsStep {
    /// Nothing now.
    Wait,
    /// What has not gone is not needed any more.
    Spare,
    /// The way at that index goes.
    Next { index: usize, due_at: Time, because: NextBecause },
}

impl Turns {
    /// What is wrong with it, under `field`.
    pub(crate) fn fault(&self, field: &str) -> Option<FieldFault> {
        wait_fault(self.wait_minutes, format!("{field}.wait_minutes"))
    }

    /// How long a way has.
    pub(crate) fn wait(self) -> Duration {
        Duration::from_secs(60 * u64::from(self.wait_minutes))
    }
}

impl WayOrder {
    /// That ways go one after another.
    #[must_use]
    pub const fn turns(&self) -> Turns {
        Turns { wait_minutes: self.wait_minutes, until: self.until }
    }

    /// Everything that is wrong with it, under `field`.
    #[must_use]
    pub fn faults(&self, field: &str) -> Vec<FieldFault> {
        let mut faults: Vec<FieldFault> = Vec::new();
        for (at, way) in self.ways.iter().enumerate() {
            let field = format!("{field}.ways[{at}]");
            if let Err(fault) = way.parse::<ChannelKind>() {
                faults.push(FieldFault { field, ..fault });
            } else if self.ways.iter().take(at).any(|before| before == way) {
                let expected = Text::new("each kind at most once", "每种通知渠道至多一次");
                faults.push(FieldFault::new(field, way, expected));
            }
        }
        faults.extend(wait_fault(self.wait_minutes, format!("{field}.wait_minutes")));
        faults
    }
}

fn wait_fault(minutes: u32, field: String) -> Option<FieldFault> {
    let fits = (1..=WAIT_MINUTES_MAX).contains(&minutes);
    let expected = Text::new("1 to 1440 minutes", "1 至 1440 分钟");
    (!fits).then(|| FieldFault::new(field, minutes, expected))
}

/// When the turn of each further way comes at the latest, the first being due at `first`.
///
/// `not_before`: of each way in turn, the end of the quiet hours that hold it back.
pub(crate) fn laid_out(first: Time, wait: Duration, not_before: &[Time]) -> Vec<Time> {
    let mut due_at = first;
    let mut all = Vec::with_capacity(not_before.len());
    for held in not_before {
        due_at = due_at.plus(wait).max(*held);
        all.push(due_at);
    }
    all
}

/// What follows for the ways of a message at `now`.
///
/// A way beside the turns (the app, which nobody watches at night) never ends them by being taken.
pub(crate) fn turns_step(all: &[Turn], turns: Turns, acknowledged: bool, now: Time) -> TurnsStep {
    let in_turn = || all.iter().enumerate().filter(|(_, one)| one.position > 0);
    let taken = in_turn().any(|(_, one)| one.state == DeliveryState::Sent);
    let open = |state| matches!(state, DeliveryState::Waiting | DeliveryState::Queued);
    if acknowledged || (turns.until == TurnsEnd::Taken && taken) {
        let left = in_turn().any(|(_, one)| open(one.state));
        return if left { TurnsStep::Spare } else { TurnsStep::Wait };
    }
    let waiting = in_turn().filter(|(_, one)| one.state == DeliveryState::Waiting);
    let Some((index, next)) = waiting.min_by_key(|(_, one)| one.position) else {
        return TurnsStep::Wait;
    };
    let before = in_turn().filter(|(_, one)| one.position < next.position);
    let because = match before.max_by_key(|(_, one)| one.position).map(|(_, one)| one.state) {
        // The first of them all: whatever came before it is gone.
        None | Some(DeliveryState::Failed | DeliveryState::Spared) => NextBecause::Failed,
        Some(_) if next.due_at > now => return TurnsStep::Wait,
        Some(DeliveryState::Sent) => NextBecause::NotAcknowledged,
        Some(_) => NextBecause::NotTaken,
    };
    TurnsStep::Next { index, due_at: now.max(next.not_before), because }
}

#[cfg(test)]
mod tests {
    use DeliveryState::{Failed, Queued, Sending, Sent, Spared, Waiting};

    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn at(minute: i64) -> Time {
        Time::from_micros(minute * MINUTE)
    }

    /// Three ways, five minutes each, the first due at minute 0.
    fn ways(states: [DeliveryState; 3]) -> Vec<Turn> {
        let turn = |(position, state)| Turn {
            position,
            state,
            due_at: at((position - 1) * 5),
            not_before: at(0),
        };
        (1..).zip(states).map(turn).collect()
    }

    fn step(states: [DeliveryState; 3], until: TurnsEnd, minute: i64) -> String {
        let turns = Turns { wait_minutes: 5, until };
        match turns_step(&ways(states), turns, false, at(minute)) {
            TurnsStep::Wait => "wait".to_owned(),
            TurnsStep::Spare => "spare".to_owned(),
            TurnsStep::Next { index, because, .. } => format!("{} {because:?}", index + 1),
        }
    }

    #[test]
    fn next_way_goes_when_the_one_before_failed_or_its_time_is_over() {
        use TurnsEnd::{Acknowledged, Taken};
        for (states, until, minute, expected) in [
            ([Queued, Waiting, Waiting], Taken, 0, "wait"),
            ([Sending, Waiting, Waiting], Taken, 4, "wait"),
            ([Queued, Waiting, Waiting], Taken, 5, "2 NotTaken"),
            ([Failed, Waiting, Waiting], Taken, 1, "2 Failed"),
            ([Sent, Waiting, Waiting], Taken, 1, "spare"),
            ([Sent, Waiting, Waiting], Acknowledged, 4, "wait"),
            ([Sent, Waiting, Waiting], Acknowledged, 5, "2 NotAcknowledged"),
            // The first is still tried while the second took it: it is not needed any more.
            ([Queued, Sent, Waiting], Taken, 6, "spare"),
            ([Queued, Failed, Waiting], Taken, 6, "3 Failed"),
            ([Failed, Failed, Failed], Taken, 6, "wait"),
            ([Sent, Spared, Spared], Taken, 60, "wait"),
        ] {
            assert_eq!(step(states, until, minute), expected, "{states:?} at {minute}");
        }
    }

    #[test]
    fn acknowledgement_spares_what_has_not_gone() {
        let turns = Turns { wait_minutes: 5, until: TurnsEnd::Acknowledged };
        let states = ways([Sent, Waiting, Waiting]);
        assert_eq!(turns_step(&states, turns, true, at(1)), TurnsStep::Spare);
        let done = ways([Sent, Spared, Sending]);
        assert_eq!(turns_step(&done, turns, true, at(1)), TurnsStep::Wait);
    }

    #[test]
    fn app_beside_the_turns_does_not_end_them() {
        let mut all = ways([Queued, Waiting, Waiting]);
        all.push(Turn { position: 0, state: Sent, due_at: at(0), not_before: at(0) });
        let turns = Turns { wait_minutes: 5, until: TurnsEnd::Taken };
        assert_eq!(turns_step(&all, turns, false, at(1)), TurnsStep::Wait);
    }

    #[test]
    fn quiet_hours_hold_back_the_ways_that_follow_too() {
        let wait = Duration::from_secs(300);
        let held = [at(60), at(60), at(0)];
        assert_eq!(laid_out(at(0), wait, &held), [at(60), at(65), at(70)]);
        let all = [
            Turn { position: 1, state: Failed, due_at: at(0), not_before: at(0) },
            Turn { position: 2, state: Waiting, due_at: at(60), not_before: at(60) },
        ];
        let turns = Turns { wait_minutes: 5, until: TurnsEnd::Taken };
        let because = NextBecause::Failed;
        let expected = TurnsStep::Next { index: 1, due_at: at(60), because };
        assert_eq!(turns_step(&all, turns, false, at(1)), expected);
    }

    #[test]
    fn wrong_orders_are_named() {
        let ways = ["wecom", "pigeon", "wecom"].map(str::to_owned).to_vec();
        let order = WayOrder { ways, wait_minutes: 0, until: TurnsEnd::Taken };
        let fields: Vec<String> =
            order.faults("order").into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["order.ways[1]", "order.ways[2]", "order.wait_minutes"]);
    }
}
