//! The selectors in a tree.

use super::ast::{Expr, Kind, Selector};

impl Expr {
    /// All selectors in the expression, in the order in which they stand.
    #[must_use]
    pub fn selectors(&self) -> Vec<&Selector> {
        match &self.kind {
            Kind::Vector(selector) | Kind::Matrix(selector, _) => vec![selector],
            _ => self.children().into_iter().flat_map(Self::selectors).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{ParseOptions, parse};

    #[test]
    fn selectors_are_found_wherever_they_stand() {
        let query = "sum(rate(a[5m])) / on (x) b{c=\"d\"} + max_over_time(e[1h:1m]) > 1";
        let expr = parse(query, ParseOptions { experimental: false }).unwrap();
        let names: Vec<&str> = expr.selectors().iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "e"]);
    }
}
