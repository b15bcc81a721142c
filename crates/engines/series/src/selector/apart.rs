//! Selectors that have no series in common.

use super::{MatchOp, Selector};

impl Selector {
    /// Tells whether no series can match both: a label has to have a value in one of them that the
    /// other does not allow. `false` also where that cannot be told so.
    #[must_use]
    pub fn is_apart_from(&self, other: &Self) -> bool {
        self.denies(other) || other.denies(self)
    }

    /// Whether it does not allow a value that the other demands.
    fn denies(&self, other: &Self) -> bool {
        let demanded = other.matchers().iter().filter(|matcher| matcher.op() == MatchOp::Equal);
        demanded.into_iter().any(|demanded| {
            let own = self.matchers().iter().filter(|own| own.name() == demanded.name());
            own.into_iter().any(|own| !own.accepts(demanded.value()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_apart_if_a_label_would_need_two_values() {
        let golden = [
            ("up", "up", false),
            ("up", "load", true),
            ("up", "{job=\"a\"}", false),
            ("up{job=\"a\"}", "{job=\"b\"}", true),
            ("up{job=\"a\"}", "{job=~\"b|c\"}", true),
            ("up{job!=\"a\"}", "{job=\"a\"}", true),
            ("up{job!~\"a.*\"}", "{job=\"b\"}", false),
            ("{job=~\"a\"}", "{job=~\"b\"}", false),
            ("up{job=\"\"}", "{job=\"a\"}", true),
            ("up{job=\"\"}", "up{job!=\"a\"}", false),
        ];
        for (one, other, apart) in golden {
            let [a, b] = [one, other].map(|text| Selector::parse(text).unwrap());
            assert_eq!((a.is_apart_from(&b), b.is_apart_from(&a)), (apart, apart), "{one} {other}");
        }
    }
}
