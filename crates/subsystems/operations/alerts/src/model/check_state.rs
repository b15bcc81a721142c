use kernel::Text;

use super::{
    condition::{CheckStateCondition, ProblemState},
    decision::{Decision, Reading, Standing},
    severity::Severity,
};

/// How a check certainly stands, as its fact told us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeenState {
    /// Fine.
    Ok,
    /// It has not answered yet.
    Pending,
    /// A problem.
    Problem(ProblemState),
}

impl SeenState {
    /// Its name in facts and in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Pending => "pending",
            Self::Problem(problem) => problem.name(),
        }
    }

    /// The state of that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "ok" => Some(Self::Ok),
            "pending" => Some(Self::Pending),
            other => ProblemState::from_name(other).map(Self::Problem),
        }
    }

    /// What people call it.
    pub(crate) fn title(self) -> Text {
        match self {
            Self::Ok => Text::new("ok", "正常"),
            Self::Pending => Text::new("not answered yet", "尚无结果"),
            Self::Problem(ProblemState::Warning) => Text::new("in warning", "警告"),
            Self::Problem(ProblemState::Unknown) => Text::new("unknown", "未知"),
            Self::Problem(ProblemState::Critical) => Text::new("critical", "严重"),
        }
    }
}

/// Decides what follows for a rule from the certain state of a check.
///
/// The alert is as bad as the state, but never worse than the rule's `severity`. A check that does
/// not know any more (`unknown` or `pending`, unless `unknown` is asked for) closes nothing.
pub(crate) fn decide(
    condition: &CheckStateCondition,
    severity: Severity,
    standing: &Standing,
    protocol: &str,
    state: SeenState,
) -> Decision {
    let covered = condition.protocols.is_empty()
        || condition.protocols.iter().any(|wanted| wanted == protocol);
    let open = match standing {
        Standing::Open { reading, .. } => Some(reading),
        Standing::Dismissed { .. } => return Decision::Hold,
        Standing::Idle | Standing::Pending { .. } | Standing::Quiet { .. } => None,
    };
    match (open, state) {
        (None, SeenState::Problem(problem)) if covered && condition.states.contains(&problem) => {
            Decision::Open(reading(severity, problem, false))
        }
        (None, _) => Decision::Hold,
        (Some(_), _) if !covered => Decision::Close,
        (Some(told), SeenState::Problem(problem)) if condition.states.contains(&problem) => {
            update(told, reading(severity, problem, false))
        }
        (Some(told), SeenState::Pending | SeenState::Problem(ProblemState::Unknown)) => {
            update(told, Reading { no_data: true, ..*told })
        }
        (Some(_), SeenState::Ok | SeenState::Problem(_)) => Decision::Close,
    }
}

fn reading(most: Severity, problem: ProblemState, no_data: bool) -> Reading {
    Reading { severity: problem.severity().min(most), value: None, no_data }
}

fn update(told: &Reading, new: Reading) -> Decision {
    if *told == new { Decision::Hold } else { Decision::Update(new) }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use kernel::Time;

    use super::*;

    /// Plays certain states of a `tcp` check, one letter each.
    fn check(states: &[ProblemState], protocols: &[&str], played: &str, expected: &Expect) {
        let condition = CheckStateCondition {
            states: states.to_vec(),
            protocols: protocols.iter().map(|&name| name.to_owned()).collect(),
        };
        let (mut standing, mut shown) = (Standing::Idle, String::new());
        for letter in played.chars() {
            let name = match letter {
                'o' => "ok",
                'w' => "warning",
                'c' => "critical",
                'u' => "unknown",
                _ => "pending",
            };
            let state = SeenState::from_name(name).unwrap();
            let decision = decide(&condition, Severity::Critical, &standing, "tcp", state);
            let told = match decision {
                Decision::Open(reading) | Decision::Update(reading) => {
                    let updated_at = Time::from_seconds(0);
                    standing = Standing::Open { reading, updated_at, quiet_since: None };
                    let silent = if reading.no_data { " no data" } else { "" };
                    format!(" {}{silent}", reading.severity.name())
                }
                Decision::Close => {
                    standing = Standing::Idle;
                    String::new()
                }
                _ => String::new(),
            };
            let verb = format!("{decision:?}");
            let verb = verb.split(['(', ' ']).next().unwrap_or_default();
            shown.push_str(&format!("{name}: {verb}{told}\n"));
        }
        expected.assert_eq(&shown);
    }

    #[test]
    fn severity_follows_the_state() {
        check(
            &ProblemState::ALL,
            &[],
            "ocwuoo",
            &expect![[r"
            ok: Hold
            critical: Open critical
            warning: Update warning
            unknown: Hold
            ok: Close
            ok: Hold
        "]],
        );
    }

    #[test]
    fn check_that_does_not_know_closes_nothing() {
        check(
            &[ProblemState::Critical],
            &[],
            "cupcwuo",
            &expect![[r"
            critical: Open critical
            unknown: Update critical no data
            pending: Hold
            critical: Update critical
            warning: Close
            unknown: Hold
            ok: Hold
        "]],
        );
    }

    #[test]
    fn only_named_protocols_are_watched() {
        check(
            &ProblemState::ALL,
            &["http", "dns"],
            "c",
            &expect![[r"
            critical: Hold
        "]],
        );
        check(
            &ProblemState::ALL,
            &["http", "tcp"],
            "c",
            &expect![[r"
            critical: Open critical
        "]],
        );
    }

    #[test]
    fn alert_is_never_worse_than_its_rule() {
        let states = ProblemState::ALL.to_vec();
        let condition = CheckStateCondition { states, protocols: Vec::new() };
        let state = SeenState::Problem(ProblemState::Critical);
        for (most, expected) in [
            (Severity::Info, Severity::Info),
            (Severity::Warning, Severity::Warning),
            (Severity::Critical, Severity::Critical),
        ] {
            let decided = decide(&condition, most, &Standing::Idle, "tcp", state);
            let reading = Reading { severity: expected, value: None, no_data: false };
            assert_eq!(decided, Decision::Open(reading));
        }
    }

    #[test]
    fn dismissed_check_stays_dismissed() {
        let condition =
            CheckStateCondition { states: ProblemState::ALL.to_vec(), protocols: Vec::new() };
        let standing = Standing::Dismissed { since: Time::from_seconds(0) };
        let state = SeenState::Problem(ProblemState::Critical);
        let decided = decide(&condition, Severity::Critical, &standing, "tcp", state);
        assert_eq!(decided, Decision::Hold);
    }
}
