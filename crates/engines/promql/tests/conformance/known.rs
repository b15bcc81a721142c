//! Evaluations that are known to differ, each with its reason.

/// File, line of the `eval`, reason.
pub(crate) const KNOWN: [(&str, usize, &str); 0] = [];

pub(crate) fn reason(file: &str, line: usize) -> Option<&'static str> {
    let found = KNOWN.iter().find(|known| known.0 == file && known.1 == line);
    found.map(|known| known.2)
}
