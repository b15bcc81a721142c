use super::WouldAlert;

/// How what a rule would have done differs from what another would have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Difference {
    /// Alerts of both: of the same series, at the same time.
    pub(crate) same: usize,
    /// Alerts that only the new rule would have opened.
    pub(crate) added: usize,
    /// Alerts that only the saved rule would have opened.
    pub(crate) gone: usize,
}

/// Compares what a new rule and the saved one would have opened.
pub(crate) fn difference(new: &[WouldAlert], saved: &[WouldAlert]) -> Difference {
    let missing = |these: &[WouldAlert], those: &[WouldAlert]| {
        these.iter().filter(|one| !those.iter().any(|other| overlap(one, other))).count()
    };
    let added = missing(new, saved);
    Difference { same: new.len() - added, added, gone: missing(saved, new) }
}

fn overlap(one: &WouldAlert, other: &WouldAlert) -> bool {
    let before_end = |from, to: Option<kernel::Time>| to.is_none_or(|to| from < to);
    one.subject == other.subject && before_end(one.from, other.to) && before_end(other.from, one.to)
}

#[cfg(test)]
mod tests {
    use kernel::Time;

    use super::*;

    fn alert(subject: &str, from: i64, to: Option<i64>) -> WouldAlert {
        WouldAlert {
            subject: subject.to_owned(),
            from: Time::from_seconds(from),
            to: to.map(Time::from_seconds),
            value: None,
        }
    }

    #[test]
    fn alerts_of_the_same_series_at_the_same_time_are_the_same() {
        let saved = [alert("a", 10, Some(20)), alert("a", 50, None), alert("b", 10, Some(20))];
        let new = [alert("a", 15, Some(30)), alert("a", 60, Some(70)), alert("c", 1, None)];
        let expected = Difference { same: 2, added: 1, gone: 1 };
        assert_eq!(difference(&new, &saved), expected);
        let touching = [alert("b", 20, Some(30))];
        assert_eq!(difference(&touching, &saved).same, 0);
    }
}
