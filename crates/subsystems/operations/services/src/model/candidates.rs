use std::collections::BTreeSet;

use super::{SeenService, ServiceKey};
use crate::known::Confidence;

/// Sockets that nobody knows are admitted at their second scan in a row: much of what listens for
/// a moment (a download, a test) is no service. Known services need not wait.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    seen_before: BTreeSet<ServiceKey>,
}

impl Candidates {
    /// Which of `strangers`, all those of this scan, become items now. The others are remembered
    /// until the next scan.
    pub(crate) fn admit<'a>(&mut self, strangers: &[&'a SeenService]) -> BTreeSet<&'a ServiceKey> {
        let admitted = strangers
            .iter()
            .filter(|seen| seen.confidence >= Some(Confidence::Likely) || self.knows(&seen.key))
            .map(|seen| &seen.key)
            .collect();
        self.seen_before = strangers.iter().map(|seen| seen.key.clone()).collect();
        admitted
    }

    fn knows(&self, key: &ServiceKey) -> bool {
        self.seen_before.contains(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::seen::tests::seen;

    #[test]
    fn unknown_sockets_wait_for_a_second_scan_in_a_row_and_known_services_do_not() {
        let (nginx, tool) = (seen(80, "nginx", 1), seen(40_000, "tool", 2));
        let mut candidates = Candidates::default();
        let mut admit = |strangers: &[&SeenService]| {
            let admitted = candidates.admit(strangers);
            admitted.iter().map(|key| key.port).collect::<Vec<_>>()
        };
        assert_eq!(admit(&[&nginx, &tool]), [80]);
        assert_eq!(admit(&[]), [0_u16; 0], "gone again");
        assert_eq!(admit(&[&tool]), [0_u16; 0], "it starts over");
        assert_eq!(admit(&[&tool]), [40_000]);
    }
}
