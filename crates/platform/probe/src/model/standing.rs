use kernel::Time;
use serde::{Deserialize, Serialize};

use crate::outcome::State;

/// How a check stands, with the time before its first answer; the worst is the greatest.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// It has not answered yet.
    #[default]
    Pending,
    /// Fine.
    Ok,
    /// A limit is near.
    Warning,
    /// The check could not find out.
    Unknown,
    /// Broken.
    Critical,
}

impl CheckState {
    /// All of them, the best first.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Ok, Self::Warning, Self::Unknown, Self::Critical];

    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Critical => "critical",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether somebody should look at it.
    #[must_use]
    pub const fn is_problem(self) -> bool {
        matches!(self, Self::Warning | Self::Unknown | Self::Critical)
    }
}

impl From<State> for CheckState {
    fn from(state: State) -> Self {
        match state {
            State::Ok => Self::Ok,
            State::Warning => Self::Warning,
            State::Critical => Self::Critical,
            State::Unknown => Self::Unknown,
        }
    }
}

/// Whether a state is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateType {
    /// A problem that further attempts have yet to confirm.
    Soft,
    /// Confirmed; whoever is told of states is told of these.
    #[default]
    Hard,
}

impl StateType {
    /// Its name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Soft => "soft",
            Self::Hard => "hard",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Soft, Self::Hard].into_iter().find(|kind| kind.name() == name)
    }
}

/// How a check stands after its last answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// The last answer.
    pub state: CheckState,
    /// Whether it is certain.
    pub state_type: StateType,
    /// The last certain state: what alerts follow.
    pub hard_state: CheckState,
    /// Bad answers in a row, at most `attempts_max`; 1 while it is fine, 0 before the first answer.
    pub attempt: u32,
    /// When `hard_state` began.
    pub since: Option<Time>,
}

/// What an answer changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// The state or the count of attempts; nothing is certain yet.
    Soft,
    /// The certain state.
    Hard,
}

/// The step that one answer makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// How the check stands now.
    pub standing: Standing,
    /// What changed.
    pub change: Change,
}

/// Takes the answer `state` at `now` into account.
///
/// A problem is certain when `attempts_max` answers in a row were bad, whichever; a certain problem
/// that becomes another one is certain at once, and one good answer ends it. While it lasts,
/// `attempt` stays at `attempts_max`.
/// Source: Nagios Core 4, "State Types".
#[must_use]
pub fn advance(standing: Standing, state: State, now: Time, attempts_max: u32) -> Step {
    let state = CheckState::from(state);
    if !state.is_problem() {
        return certain(standing, state, now, 1);
    }
    if standing.hard_state.is_problem() {
        return certain(standing, state, now, attempts_max);
    }
    let attempt = if standing.state.is_problem() { standing.attempt + 1 } else { 1 };
    if attempt >= attempts_max {
        return certain(standing, state, now, attempts_max);
    }
    let standing = Standing { state, state_type: StateType::Soft, attempt, ..standing };
    Step { standing, change: Change::Soft }
}

fn certain(before: Standing, state: CheckState, now: Time, attempt: u32) -> Step {
    let standing = Standing {
        state,
        state_type: StateType::Hard,
        hard_state: state,
        attempt,
        since: if before.hard_state == state { before.since } else { Some(now) },
    };
    let change = if before.hard_state != state {
        Change::Hard
    } else if before.state != state || before.attempt != attempt {
        Change::Soft
    } else {
        Change::None
    };
    Step { standing, change }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    /// One answer a letter: o(k), w(arning), c(ritical), u(nknown); one a second.
    fn check(attempts_max: u32, answers: &str, expected: &Expect) {
        let mut standing = Standing::default();
        let mut lines = String::new();
        for (second, letter) in (1..).zip(answers.chars()) {
            let state = match letter {
                'o' => State::Ok,
                'w' => State::Warning,
                'c' => State::Critical,
                _ => State::Unknown,
            };
            let step = advance(standing, state, Time::from_seconds(second), attempts_max);
            standing = step.standing;
            let since = standing.since.map_or(0, |since| since.micros() / 1_000_000);
            lines += &format!(
                "{second} {} {} {}/{attempts_max} hard={} since={since} {:?}\n",
                standing.state.name(),
                standing.state_type.name(),
                standing.attempt,
                standing.hard_state.name(),
                step.change,
            );
        }
        expected.assert_eq(&lines);
    }

    #[test]
    fn the_manuals_example_goes_through_its_states() {
        // "State Types" of the Nagios Core manual, its table from time 0 to 10.
        check(
            3,
            "ocwcwwoouoo",
            &expect![[r#"
                1 ok hard 1/3 hard=ok since=1 Hard
                2 critical soft 1/3 hard=ok since=1 Soft
                3 warning soft 2/3 hard=ok since=1 Soft
                4 critical hard 3/3 hard=critical since=4 Hard
                5 warning hard 3/3 hard=warning since=5 Hard
                6 warning hard 3/3 hard=warning since=5 None
                7 ok hard 1/3 hard=ok since=7 Hard
                8 ok hard 1/3 hard=ok since=7 None
                9 unknown soft 1/3 hard=ok since=7 Soft
                10 ok hard 1/3 hard=ok since=7 Soft
                11 ok hard 1/3 hard=ok since=7 None
            "#]],
        );
    }

    #[test]
    fn one_attempt_makes_every_answer_certain() {
        check(
            1,
            "cwuoc",
            &expect![[r#"
                1 critical hard 1/1 hard=critical since=1 Hard
                2 warning hard 1/1 hard=warning since=2 Hard
                3 unknown hard 1/1 hard=unknown since=3 Hard
                4 ok hard 1/1 hard=ok since=4 Hard
                5 critical hard 1/1 hard=critical since=5 Hard
            "#]],
        );
    }

    #[test]
    fn a_first_answer_that_is_bad_must_be_confirmed() {
        check(
            3,
            "cco",
            &expect![[r#"
                1 critical soft 1/3 hard=pending since=0 Soft
                2 critical soft 2/3 hard=pending since=0 Soft
                3 ok hard 1/3 hard=ok since=3 Hard
            "#]],
        );
        check(
            2,
            "uuu",
            &expect![[r#"
                1 unknown soft 1/2 hard=pending since=0 Soft
                2 unknown hard 2/2 hard=unknown since=2 Hard
                3 unknown hard 2/2 hard=unknown since=2 None
            "#]],
        );
    }

    #[test]
    fn unknown_confirms_a_problem_like_any_other() {
        check(
            3,
            "owuco",
            &expect![[r#"
                1 ok hard 1/3 hard=ok since=1 Hard
                2 warning soft 1/3 hard=ok since=1 Soft
                3 unknown soft 2/3 hard=ok since=1 Soft
                4 critical hard 3/3 hard=critical since=4 Hard
                5 ok hard 1/3 hard=ok since=5 Hard
            "#]],
        );
    }

    #[test]
    fn fewer_attempts_in_the_middle_of_a_doubt_end_it() {
        let doubt = advance(Standing::default(), State::Critical, Time::from_seconds(1), 10);
        let doubt = advance(doubt.standing, State::Critical, Time::from_seconds(2), 10);
        let step = advance(doubt.standing, State::Critical, Time::from_seconds(3), 2);
        assert_eq!((step.change, step.standing.attempt), (Change::Hard, 2));
    }

    #[test]
    fn names_are_read_back_and_ordered_by_badness() {
        for state in CheckState::ALL {
            assert_eq!(CheckState::from_name(state.name()), Some(state));
        }
        assert!(CheckState::ALL.is_sorted());
        assert_eq!(CheckState::from_name("OK"), None);
        assert_eq!(StateType::from_name("soft"), Some(StateType::Soft));
    }

    proptest! {
        #[test]
        fn the_certain_state_moves_only_with_a_hard_change(
            answers in proptest::collection::vec(0_i32..4, 0..60), attempts_max in 1_u32..10,
        ) {
            let mut standing = Standing::default();
            for (second, answer) in (0..).zip(answers) {
                let now = Time::from_seconds(second);
                let step = advance(standing, State::from_exit_code(answer), now, attempts_max);
                let moved = step.standing.hard_state != standing.hard_state;
                prop_assert_eq!(moved, step.change == Change::Hard);
                prop_assert_eq!(moved, step.standing.since != standing.since);
                prop_assert!(step.standing.attempt <= attempts_max);
                let soft = step.standing.state_type == StateType::Soft;
                prop_assert!(!soft || step.standing.attempt < attempts_max);
                prop_assert_eq!(soft, step.standing.state != step.standing.hard_state);
                standing = step.standing;
            }
        }
    }
}
