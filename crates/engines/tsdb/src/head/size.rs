//! How much memory a head takes, about.

use super::Head;
use crate::Labels;

/// A series besides its labels and points: its slot, and its places in maps and lists.
const SERIES_BYTES: usize = 300;
/// A unit, tile, row or page besides its content: the allocations.
const PIECE_BYTES: usize = 64;

/// What a series takes as soon as it is known.
pub(crate) fn series_bytes(labels: &Labels) -> usize {
    let texts = labels.iter().map(|(name, value)| name.len() + value.len() + 16);
    texts.sum::<usize>() + SERIES_BYTES
}

impl Head {
    /// Bytes in memory, about.
    pub(crate) fn bytes(&self) -> usize {
        let groups = self.groups.iter().map(|group| {
            let units = group.units.iter().map(|unit| {
                unit.bytes.len() + unit.ends.len() * 4 + unit.times.len() * 8 + PIECE_BYTES
            });
            let (pieces, cells) = group.open_cells();
            units.sum::<usize>() + pieces * PIECE_BYTES + cells * 8 + group.members.len() * 4
        });
        let histograms = self.histograms.values().map(|run| {
            let pages = run.packed.iter().map(|page| page.bytes.len() + PIECE_BYTES);
            let open = run.open().iter().map(|point| crate::histograms::size(&point.histogram));
            pages.sum::<usize>() + open.sum::<usize>() + PIECE_BYTES
        });
        let points = groups.sum::<usize>() + histograms.sum::<usize>();
        points + self.late_count * 16 + self.labels_bytes
    }
}
