//! One breach of one law.

use std::fmt;

/// Where a law is broken, which law, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Breach {
    /// Path from the root of the repository.
    path: String,
    /// Line, from 1.
    line: usize,
    /// One word that names the law.
    law: &'static str,
    /// What is wrong, and what to do.
    what: String,
}

impl Breach {
    /// A breach of `law` at `path:line`; `line` counts from 1.
    pub(crate) fn new(law: &'static str, path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, law, what: what.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.law, self.what)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Breach;

    /// All breaches, one a line, for comparison in tests.
    pub(crate) fn listed(breaches: &[Breach]) -> String {
        breaches.iter().map(|breach| format!("{breach}\n")).collect()
    }

    #[test]
    fn a_breach_reads_as_a_compiler_message() {
        let breach = Breach::new("size", "crates/kernel/src/lib.rs", 7, "too long: split it");
        assert_eq!(breach.to_string(), "crates/kernel/src/lib.rs:7: size: too long: split it");
    }
}
