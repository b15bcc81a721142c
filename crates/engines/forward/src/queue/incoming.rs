//! What is put in together.

use std::collections::HashMap;

use ::series::{Exemplar, HistogramSample, Labels, Sample};

use super::record::Item;

/// Samples on their way into the queue, under the names that they have at the far side.
#[derive(Debug, Clone, Copy, Default)]
pub struct Incoming<'i> {
    /// Floats.
    pub samples: &'i [Sample],
    /// Native histograms.
    pub histograms: &'i [HistogramSample],
    /// Exemplars with their series.
    pub exemplars: &'i [(Labels, Exemplar)],
}

impl<'i> Incoming<'i> {
    /// Floats alone.
    #[must_use]
    pub fn floats(samples: &'i [Sample]) -> Self {
        Self { samples, ..Self::default() }
    }

    /// What goes by each of so many lanes, in pieces of so many samples.
    pub(super) fn parts(self, lanes: usize, samples_max: usize) -> Vec<Vec<Vec<Item<'i>>>> {
        let mut samples: Vec<Vec<Item<'i>>> = vec![Vec::new(); lanes];
        let mut exemplars = samples.clone();
        let floats = self.samples.iter().map(Item::Float);
        for item in floats.chain(self.histograms.iter().map(Item::Histogram)) {
            samples.get_mut(lane_of(item, lanes)).into_iter().for_each(|lane| lane.push(item));
        }
        for (labels, exemplar) in self.exemplars {
            let item = Item::Exemplar(labels, exemplar);
            exemplars.get_mut(lane_of(item, lanes)).into_iter().for_each(|lane| lane.push(item));
        }
        let lanes = samples.iter().zip(&exemplars);
        lanes.map(|(samples, exemplars)| pieces(samples, exemplars, samples_max)).collect()
    }
}

fn lane_of(item: Item<'_>, lanes: usize) -> usize {
    // A remainder of a number of lanes, which fits.
    usize::try_from(item.labels().xxh3() % lanes.max(1) as u64).unwrap_or(0)
}

/// Remote write 2.0 has no place for an exemplar without a sample of its series: it goes with the
/// last one.
fn pieces<'i>(
    samples: &[Item<'i>],
    exemplars: &[Item<'i>],
    samples_max: usize,
) -> Vec<Vec<Item<'i>>> {
    let mut pieces: Vec<Vec<Item<'i>>> =
        samples.chunks(samples_max.max(1)).map(<[Item<'i>]>::to_vec).collect();
    if exemplars.is_empty() {
        return pieces;
    }
    let mut last: HashMap<&Labels, usize> = HashMap::new();
    for (at, piece) in pieces.iter().enumerate() {
        last.extend(piece.iter().map(|item| (item.labels(), at)));
    }
    for exemplar in exemplars {
        if let Some(at) = last.get(exemplar.labels()) {
            pieces[*at].push(*exemplar);
        }
    }
    pieces
}
