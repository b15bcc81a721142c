//! The three administrators exclude each other: nobody has two of the duties, now or later. Pure.

use std::collections::BTreeMap;

use kernel::{Text, Time};

use super::role::Duty;

/// That a user has a duty from some time to another, and by which way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DutyClaim {
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) duty: Duty,
    pub(crate) role: String,
    /// Names of the groups, the post or the delegator in between.
    pub(crate) by: Vec<String>,
    pub(crate) from: Time,
    pub(crate) to: Option<Time>,
}

/// Two duties that would meet in one hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyConflict {
    /// In whose.
    pub user_name: String,
    /// The one: duty and the way to it.
    pub one: (Duty, String),
    /// The other.
    pub other: (Duty, String),
    /// From when on both would be held.
    pub from: Time,
}

impl DutyConflict {
    /// What is said about it.
    #[must_use]
    pub fn text(&self) -> Text {
        let (one, other) = (self.one.0.title(), self.other.0.title());
        let (one_way, other_way) = (&self.one.1, &self.other.1);
        Text::new(
            format!(
                "`{}` would have two duties that exclude each other: {} ({one_way}) and {} \
                 ({other_way}), from {} on",
                self.user_name, one.en, other.en, self.from
            ),
            format!(
                "“{}”将同时承担互斥的两项职责：{}（{one_way}）与{}（{other_way}），自 {} 起",
                self.user_name, one.zh, other.zh, self.from
            ),
        )
    }
}

impl DutyClaim {
    /// `wei → desk → staff → system-administrator`.
    fn way(&self) -> String {
        let mut way = self.user_name.clone();
        for step in self.by.iter().chain([&self.role]) {
            way.push_str(" → ");
            way.push_str(step);
        }
        way
    }

    /// From when on both hold, if they ever do at once.
    fn meets(&self, other: &Self) -> Option<Time> {
        let from = self.from.max(other.from);
        let over = |to: Option<Time>| to.is_some_and(|to| to <= from);
        (!over(self.to) && !over(other.to)).then_some(from)
    }
}

/// Who would hold two duties, and by which ways.
pub(crate) type Conflicts = BTreeMap<(String, (Duty, String), (Duty, String)), DutyConflict>;

/// Every pair of different duties that one user would hold at the same time, by every two ways.
pub(crate) fn conflicts(claims: &[DutyClaim]) -> Conflicts {
    let mut of_user: BTreeMap<&str, Vec<&DutyClaim>> = BTreeMap::new();
    for claim in claims {
        of_user.entry(&claim.user_id).or_default().push(claim);
    }
    let mut found = BTreeMap::new();
    for claims in of_user.values() {
        for (index, one) in claims.iter().enumerate() {
            for other in claims[index + 1..].iter().filter(|other| other.duty != one.duty) {
                let Some(from) = one.meets(other) else { continue };
                let (one, other) = if one.duty < other.duty { (one, other) } else { (other, one) };
                let (one_way, other_way) = ((one.duty, one.way()), (other.duty, other.way()));
                let key = (one.user_id.clone(), one_way.clone(), other_way.clone());
                let user_name = one.user_name.clone();
                let conflict = DutyConflict { user_name, one: one_way, other: other_way, from };
                found.entry(key).or_insert(conflict);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(user: &str, duty: Duty, by: &[&str], from: i64, to: Option<i64>) -> DutyClaim {
        DutyClaim {
            user_id: user.to_owned(),
            user_name: user.to_owned(),
            duty,
            role: format!("{}-administrator", duty.name()),
            by: by.iter().map(|&name| name.to_owned()).collect(),
            from: Time::from_seconds(from),
            to: to.map(Time::from_seconds),
        }
    }

    #[test]
    fn two_duties_meet_only_in_one_hand_and_at_one_time() {
        use Duty::{Audit, System};
        let one = claim("wei", System, &[], 100, Some(200));
        for (other, meets_at) in [
            (claim("wei", Audit, &["staff"], 0, None), Some(100)),
            (claim("wei", Audit, &[], 150, None), Some(150)),
            (claim("wei", Audit, &[], 200, None), None),
            (claim("wei", Audit, &[], 0, Some(100)), None),
            (claim("wei", System, &[], 0, None), None),
            (claim("mara", Audit, &[], 0, None), None),
        ] {
            let found = conflicts(&[one.clone(), other.clone()]);
            let at = found.into_values().next().map(|conflict| conflict.from);
            assert_eq!(at, meets_at.map(Time::from_seconds), "{other:?}");
        }
    }

    #[test]
    fn refusal_tells_both_ways() {
        let claims = [
            claim("wei", Duty::System, &[], 0, None),
            claim("wei", Duty::Audit, &["desk", "staff"], 0, None),
        ];
        let text = conflicts(&claims).into_values().next().unwrap().text();
        assert!(text.en.contains("wei → desk → staff → audit-administrator"), "{text}");
        assert!(text.zh.contains("wei → system-administrator"), "{}", text.zh);
    }
}
