use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, Hasher, RandomState},
};

use tsdb::{Labels, SeriesError};

use crate::collect::Reading;

/// A series that was not read for so many rounds is forgotten: half a day at ten seconds.
const ROUNDS_KEPT: u64 = 4320;
/// Names kept at most, about 30 MB.
const NAMES_MAX: usize = 100_000;

/// The labels of readings, made once: a round of known series allocates nothing.
pub(crate) struct SeriesNames {
    /// Labels that every series of this host has after its own.
    fixed: Vec<(&'static str, String)>,
    hasher: RandomState,
    /// By the hash of the reading's name and labels.
    known: HashMap<u64, Known>,
    round: u64,
}

struct Known {
    labels: Labels,
    round: u64,
}

impl SeriesNames {
    /// Names with these labels added to each.
    pub(crate) fn new(fixed: Vec<(&'static str, String)>) -> Self {
        Self { fixed, hasher: RandomState::new(), known: HashMap::new(), round: 0 }
    }

    /// Begins a round; forgets what has not been read for long.
    pub(crate) fn begin_round(&mut self) {
        self.round += 1;
        if self.round.is_multiple_of(ROUNDS_KEPT) {
            let oldest = self.round - ROUNDS_KEPT;
            self.known.retain(|_, known| known.round > oldest);
        }
    }

    /// The labels of a reading. Errors: the store does not take such labels.
    pub(crate) fn labels(&mut self, reading: &Reading) -> Result<Labels, SeriesError> {
        let hash = self.hash(reading);
        if let Some(known) = self.known.get_mut(&hash)
            && is_name_of(&known.labels, reading, self.fixed.len())
        {
            known.round = self.round;
            return Ok(known.labels.clone());
        }
        let own = reading.labels.iter().map(|(name, value)| (*name, value.as_str()));
        let fixed = self.fixed.iter().map(|(name, value)| (*name, value.as_str()));
        let labels = Labels::new(&reading.metric, own.chain(fixed))?;
        if self.known.len() < NAMES_MAX {
            self.known.insert(hash, Known { labels: labels.clone(), round: self.round });
        }
        Ok(labels)
    }

    fn hash(&self, reading: &Reading) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        reading.metric.hash(&mut hasher);
        reading.labels.hash(&mut hasher);
        hasher.finish()
    }
}

/// Two names may have the same hash, so the name itself decides.
fn is_name_of(labels: &Labels, reading: &Reading, fixed: usize) -> bool {
    let mut own = 0;
    for (name, value) in reading.labels.iter().filter(|(_, value)| !value.is_empty()) {
        if labels.get(name) != Some(value.as_str()) {
            return false;
        }
        own += 1;
    }
    // The metric's name is a label, too.
    labels.len() == own + fixed + 1 && labels.metric() == reading.metric
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> SeriesNames {
        SeriesNames::new(vec![("instance", "web1".to_owned()), ("job", "node".to_owned())])
    }

    #[test]
    fn same_reading_has_the_same_labels_and_others_have_their_own() {
        let mut names = names();
        let sda = Reading::labelled("node_disk_io_now", "device", "sda", 1.0);
        let first = names.labels(&sda).unwrap();
        assert_eq!(
            first.to_string(),
            r#"node_disk_io_now{device="sda",instance="web1",job="node"}"#
        );
        assert_eq!(names.labels(&Reading { value: 7.0, ..sda }).unwrap(), first);
        assert_eq!(names.known.len(), 1);
        let sdb = Reading::labelled("node_disk_io_now", "device", "sdb", 1.0);
        assert_ne!(names.labels(&sdb).unwrap(), first);
        let blank = Reading::labelled("node_disk_io_now", "device", "", 1.0);
        let bare = names.labels(&blank).unwrap();
        assert_eq!(bare.get("device"), None);
        assert!(is_name_of(&bare, &blank, 2) && !is_name_of(&first, &blank, 2));
    }

    #[test]
    fn name_the_store_would_not_take_is_refused() {
        let mut names = names();
        let twice = Reading::labelled("a", "job", "x", 1.0);
        assert!(matches!(names.labels(&twice), Err(SeriesError::LabelTwice { .. })));
    }

    #[test]
    fn series_not_read_for_long_are_forgotten() {
        let mut names = names();
        names.labels(&Reading::plain("gone", 1.0)).unwrap();
        for _ in 0..=ROUNDS_KEPT {
            names.begin_round();
            names.labels(&Reading::plain("here", 1.0)).unwrap();
        }
        assert_eq!(names.known.len(), 1);
    }
}
