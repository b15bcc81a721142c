//! What is told about series besides their points: exemplars, and what metrics mean.

use crate::Labels;
use crate::codec::{Cursor, put_text, put_varint, put_zigzag};
use crate::head::ByLabels;
use crate::wal::{put_labels, take_labels};
use std::collections::{BTreeMap, VecDeque};

pub use series::Exemplar;

/// Most metrics of which is known what they mean.
const METRICS_MAX: usize = 100_000;
/// Longest text about a metric in bytes.
const TEXT_BYTES_MAX: usize = 4_096;

/// What a metric means, as its source says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// counter, gauge, histogram, summary, …
    pub kind: String,
    /// In which unit.
    pub unit: String,
    /// For whom reads it.
    pub help: String,
}

/// One of both, as log and head files keep it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Note {
    /// Of a series.
    Exemplar(Labels, Exemplar),
    /// Of a metric.
    Metadata(String, Metadata),
}

/// A mark in front of each note.
const EXEMPLAR: u8 = 1;
const METADATA: u8 = 2;

pub(crate) fn put_notes(to: &mut Vec<u8>, notes: &[Note]) {
    put_varint(to, notes.len() as u64);
    for note in notes {
        match note {
            Note::Exemplar(series, exemplar) => {
                to.push(EXEMPLAR);
                put_labels(to, series, None);
                put_labels(to, &exemplar.labels, None);
                put_zigzag(to, exemplar.at_ms);
                to.extend_from_slice(&exemplar.value.to_bits().to_le_bytes());
            }
            Note::Metadata(metric, metadata) => {
                to.push(METADATA);
                for text in [metric, &metadata.kind, &metadata.unit, &metadata.help] {
                    put_text(to, text);
                }
            }
        }
    }
}

pub(crate) fn take_notes(cursor: &mut Cursor<'_>) -> Option<Vec<Note>> {
    let mut notes = Vec::new();
    for _ in 0..cursor.count(5)? {
        notes.push(match cursor.byte()? {
            EXEMPLAR => {
                let (series, labels) = (take_labels(cursor, None)?, take_labels(cursor, None)?);
                let (at_ms, value) = (cursor.zigzag()?, f64::from_bits(cursor.u64()?));
                Note::Exemplar(series, Exemplar { labels, at_ms, value })
            }
            METADATA => {
                let mut text = || cursor.text().map(str::to_owned);
                let (metric, kind) = (text()?, text()?);
                Note::Metadata(metric, Metadata { kind, unit: text()?, help: text()? })
            }
            _ => return None,
        });
    }
    Some(notes)
}

/// All of it, in memory.
pub(crate) struct Aside {
    exemplars: VecDeque<(Labels, Exemplar)>,
    /// The newest exemplar's time of each series.
    newest: ByLabels<i64>,
    exemplars_max: usize,
    metadata: BTreeMap<String, Metadata>,
}

impl Aside {
    pub(crate) fn new(exemplars_max: usize) -> Self {
        let (exemplars, newest) = (VecDeque::new(), ByLabels::default());
        Self { exemplars, newest, exemplars_max, metadata: BTreeMap::new() }
    }

    /// Tells whether a note would change anything.
    pub(crate) fn is_news(&self, note: &Note) -> bool {
        match note {
            Note::Exemplar(series, exemplar) => {
                let newest = self.newest.get(series);
                self.exemplars_max > 0 && newest.is_none_or(|newest| *newest < exemplar.at_ms)
            }
            Note::Metadata(metric, metadata) => {
                let texts = [metric, &metadata.kind, &metadata.unit, &metadata.help];
                let fits = texts.iter().all(|text| text.len() <= TEXT_BYTES_MAX);
                let known = self.metadata.get(metric);
                let room = known.is_some() || self.metadata.len() < METRICS_MAX;
                fits && room && known != Some(metadata)
            }
        }
    }

    /// Takes a note; tells whether it was news.
    pub(crate) fn take(&mut self, note: Note) -> bool {
        if !self.is_news(&note) {
            return false;
        }
        match note {
            Note::Exemplar(series, exemplar) => {
                if self.exemplars.len() >= self.exemplars_max
                    && let Some((series, oldest)) = self.exemplars.pop_front()
                    && self.newest.get(&series) == Some(&oldest.at_ms)
                {
                    self.newest.remove(&series);
                }
                self.newest.insert(series.clone(), exemplar.at_ms);
                self.exemplars.push_back((series, exemplar));
            }
            Note::Metadata(metric, metadata) => {
                self.metadata.insert(metric, metadata);
            }
        }
        true
    }

    pub(crate) fn exemplars(&self) -> impl Iterator<Item = &(Labels, Exemplar)> {
        self.exemplars.iter()
    }

    pub(crate) fn metadata(&self) -> &BTreeMap<String, Metadata> {
        &self.metadata
    }

    /// Everything, for a head file.
    pub(crate) fn notes(&self) -> Vec<Note> {
        let exemplars = self.exemplars.iter().cloned();
        let metadata = self.metadata.iter().map(|(m, about)| (m.clone(), about.clone()));
        let exemplars = exemplars.map(|(series, exemplar)| Note::Exemplar(series, exemplar));
        exemplars.chain(metadata.map(|(m, about)| Note::Metadata(m, about))).collect()
    }
}
