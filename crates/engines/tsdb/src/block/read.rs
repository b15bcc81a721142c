//! A block: its summary is read when it is opened, its index when it is asked first.

use super::shares::Counted;
use super::v1::{self, OldIndex};
use super::v2::{self, Index, Summary};
use super::{FOOTER_BYTES, KIND, Origin};
use crate::codec::Cursor;
use crate::files::{self, HEADER_BYTES};
use crate::intern::Interner;
use crate::locks::{lock, read, write};
use crate::{Labels, Selector, TimeRange, TsdbError};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};

/// A block file.
pub(crate) struct Block {
    pub(crate) path: PathBuf,
    pub(crate) origin: Origin,
    pub(crate) span: TimeRange,
    pub(crate) bytes: u64,
    pub(crate) points: u64,
    /// Of the file's format.
    pub(crate) version: u8,
    /// None where it is opened for each reading: there can be thousands of such blocks.
    file: Option<File>,
    /// Whether the file goes with this.
    doomed: AtomicBool,
    pub(super) inner: Inner,
    damaged: AtomicBool,
    /// Asked since the last upkeep.
    used: AtomicBool,
    /// What has been deleted.
    erased: RwLock<Vec<Erased>>,
    /// Whether anything has, so that whoever reads a series need not look there.
    any_erased: AtomicBool,
    /// What the series of some rules take.
    pub(super) counted: Mutex<Option<Counted>>,
}

/// The number of what no deletion hides, but a rule.
const LET_GO: u64 = 0;

/// Points of some series in a range that are not shown any more.
struct Erased {
    /// Number of the deletion, or [`LET_GO`].
    number: u64,
    /// Ascending.
    series: Vec<u32>,
    range: TimeRange,
}

pub(super) enum Inner {
    Old(OldIndex),
    New { summary: Summary, index: Mutex<Option<Arc<Index>>> },
}

impl Block {
    /// Opens a block and reads its summary.
    ///
    /// Errors: [`TsdbError::NewerVersion`], [`TsdbError::Damaged`], the system's.
    pub(crate) fn open(path: &Path, interner: &Interner) -> Result<Self, TsdbError> {
        let file = File::open(path).map_err(TsdbError::io("open", path))?;
        let bytes = file.metadata().map_err(TsdbError::io("open", path))?.len();
        let damaged = |offset, what| TsdbError::Damaged { path: path.to_path_buf(), offset, what };
        let mut header = [0; HEADER_BYTES];
        if bytes < v1::BYTES_MIN {
            return Err(damaged(bytes, "the block is cut off"));
        }
        file.read_exact_at(&mut header, 0).map_err(TsdbError::io("read", path))?;
        let version = files::check_header(&header, KIND, path)?;
        let footer_at = bytes - FOOTER_BYTES as u64;
        let mut footer = [0; FOOTER_BYTES];
        file.read_exact_at(&mut footer, footer_at).map_err(TsdbError::io("read", path))?;
        let place = read_footer(&footer).filter(|(offset, size, _)| {
            offset.checked_add(u64::from(*size)).is_some_and(|end| end <= footer_at)
        });
        let Some((offset, size, sum)) = place else {
            return Err(damaged(footer_at, "the footer fails its checksum"));
        };
        let mut raw = vec![0; size as usize];
        file.read_exact_at(&mut raw, offset).map_err(TsdbError::io("read", path))?;
        if !files::agree(crc32fast::hash(&raw), sum) {
            return Err(damaged(offset, "the index fails its checksum"));
        }
        let senseless = || damaged(offset, "the index makes no sense");
        let (origin, span, points, inner) = if version == 1 {
            let (origin, index) = OldIndex::decode(&raw, interner).ok_or_else(senseless)?;
            (origin, index.span(), index.points(), Inner::Old(index))
        } else {
            let summary = Summary::decode(&raw).ok_or_else(senseless)?;
            let (origin, span, points) = (summary.origin.clone(), summary.span, summary.points);
            (origin, span, points, Inner::New { summary, index: Mutex::new(None) })
        };
        let (path, damaged, used) = (path.to_path_buf(), false.into(), true.into());
        let (erased, any_erased) = (RwLock::default(), AtomicBool::new(false));
        Ok(Self {
            path,
            origin,
            span,
            bytes,
            points,
            version,
            file: Some(file),
            doomed: AtomicBool::new(false),
            inner,
            damaged,
            used,
            erased,
            any_erased,
            counted: Mutex::default(),
        })
    }

    /// The same without the file open.
    pub(crate) fn closed(mut self) -> Self {
        self.file = None;
        self
    }

    /// Lets the file be removed when nobody reads this any more.
    pub(crate) fn remove_at_last(&self) {
        self.doomed.store(true, Ordering::Relaxed);
    }

    /// The number of its file, which is its sequence unless it is a roll-up that was written anew.
    pub(crate) fn number(&self) -> Option<u64> {
        self.path.file_stem()?.to_str()?.parse().ok()
    }

    /// Tells whether a part of it could not be read.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// The index, from the file if need be.
    pub(super) fn index(&self) -> Result<Arc<Index>, TsdbError> {
        let Inner::New { summary, index } = &self.inner else {
            return Err(self.damage(0, "a block of version 1 has no such index"));
        };
        self.used.store(true, Ordering::Relaxed);
        let mut known = lock(index);
        if let Some(index) = &*known {
            return Ok(Arc::clone(index));
        }
        let names = self.section(summary, v2::NAMES)?;
        let times = self.section(summary, v2::TIMES)?;
        let values = self.section(summary, v2::VALUES)?;
        let histograms = self.optional_section(v2::HISTOGRAMS)?;
        let index = Index::decode(&names, &times, &values, histograms.as_deref());
        // The numbers of series go by the summary.
        let index = index.filter(|index| index.names.len() as u64 == summary.series).map(Arc::new);
        let offset = summary.sections.first().map_or(0, |section| section.place.offset);
        let index = index.ok_or_else(|| self.damage(offset, "the index makes no sense"))?;
        *known = Some(Arc::clone(&index));
        Ok(index)
    }

    /// A section that not every block has.
    pub(super) fn optional_section(&self, tag: u8) -> Result<Option<Vec<u8>>, TsdbError> {
        let Inner::New { summary, .. } = &self.inner else { return Ok(None) };
        if summary.sections.iter().any(|section| section.tag == tag) {
            return self.section(summary, tag).map(Some);
        }
        Ok(None)
    }

    fn section(&self, summary: &Summary, tag: u8) -> Result<Vec<u8>, TsdbError> {
        let section = summary.sections.iter().find(|section| section.tag == tag);
        let section = section.ok_or_else(|| self.damage(0, "a part of the index is missing"))?;
        let raw = self.bytes_at(section.place.offset, section.place.bytes)?;
        if !files::agree(crc32fast::hash(&raw), section.sum) {
            return Err(self.damage(section.place.offset, "a part of the index fails its checksum"));
        }
        Ok(raw)
    }

    /// Gives the index's memory back if nobody asked since the last call; returns what it takes.
    pub(crate) fn rest(&self) -> usize {
        let Inner::New { index, .. } = &self.inner else { return 0 };
        let mut known = lock(index);
        if !self.used.swap(false, Ordering::Relaxed) {
            *known = None;
        }
        known.as_ref().map_or(0, |index| index.size())
    }

    /// Gives the index's memory back.
    pub(super) fn forget_index(&self) {
        if let Inner::New { index, .. } = &self.inner {
            *lock(index) = None;
        }
    }

    /// Bytes of the index in memory.
    pub(crate) fn size(&self) -> usize {
        let Inner::New { index, .. } = &self.inner else { return 0 };
        lock(index).as_ref().map_or(0, |index| index.size())
    }

    /// Tells whether its series stand in the order of [`super::names::order`].
    pub(crate) fn is_ordered(&self) -> bool {
        matches!(self.inner, Inner::New { .. })
    }

    /// How many series there are.
    pub(crate) fn series(&self) -> u64 {
        match &self.inner {
            Inner::Old(index) => index.len() as u64,
            Inner::New { summary, .. } => summary.series,
        }
    }

    /// The label set of a series, made anew.
    pub(crate) fn fresh_labels(&self, series: u32) -> Result<Labels, TsdbError> {
        match &self.inner {
            Inner::Old(index) => Ok(index.labels(series).clone()),
            Inner::New { .. } => Ok(self.index()?.names.make(series)),
        }
    }

    /// Label sets of many series.
    pub(crate) fn labels_of(
        &self,
        series: &[u32],
        interner: &Interner,
    ) -> Result<Vec<Labels>, TsdbError> {
        match &self.inner {
            Inner::Old(index) => Ok(series.iter().map(|one| index.labels(*one).clone()).collect()),
            Inner::New { .. } => {
                let index = self.index()?;
                let share = |one: &u32| index.names.labels(*one, |labels| interner.shared(labels));
                Ok(series.iter().map(share).collect())
            }
        }
    }

    /// Numbers of the matching series that may have points in `range`.
    pub(crate) fn matching(
        &self,
        selector: &Selector,
        range: TimeRange,
    ) -> Result<Vec<u32>, TsdbError> {
        if !self.span.overlaps(&range) {
            return Ok(Vec::new());
        }
        match &self.inner {
            Inner::Old(index) => Ok(index.matching(selector, range)),
            Inner::New { .. } => {
                let index = self.index().inspect_err(|_| self.mark())?;
                let mut found = index.names.matching(selector);
                if range.from_ms > self.span.from_ms || range.to_ms < self.span.to_ms {
                    found.retain(|series| index.touches(*series, range));
                }
                Ok(found)
            }
        }
    }

    /// Numbers of all series.
    pub(crate) fn all(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.series()).unwrap_or(u32::MAX)
    }

    /// The label names that any series has.
    pub(crate) fn label_names(&self) -> Result<Vec<String>, TsdbError> {
        match &self.inner {
            Inner::Old(index) => {
                let labels = self.all().flat_map(|series| index.labels(series).iter());
                Ok(labels.map(|(name, _)| name.to_owned()).collect())
            }
            Inner::New { .. } => Ok(self.index()?.names.label_names().map(str::to_owned).collect()),
        }
    }

    /// Tells whether a series may have the label: one of a block that cannot be read may.
    pub(crate) fn may_have_label(&self, name: &str) -> bool {
        match &self.inner {
            Inner::Old(_) => true,
            Inner::New { .. } => self.index().map_or(true, |index| index.names.has_label(name)),
        }
    }

    /// The values of a label.
    pub(crate) fn label_values(&self, name: &str) -> Result<Vec<String>, TsdbError> {
        match &self.inner {
            Inner::Old(index) => {
                let values = self.all().filter_map(|series| index.labels(series).get(name));
                Ok(values.map(str::to_owned).collect())
            }
            Inner::New { .. } => {
                Ok(self.index()?.names.label_values(name).map(str::to_owned).collect())
            }
        }
    }

    /// Hides points of some series, which ascend.
    pub(crate) fn erase(&self, number: u64, series: Vec<u32>, range: TimeRange) {
        let mut erased = write(&self.erased);
        erased.push(Erased { number, series, range });
        self.any_erased.store(true, Ordering::Release);
    }

    /// Hides all points of some series, which ascend, as a rule has let go of them. No file says
    /// so: the next start finds it out again.
    pub(crate) fn let_go(&self, series: Vec<u32>) {
        self.let_go_before(series, i64::MAX);
    }

    /// The same, of the points before a time.
    pub(crate) fn let_go_before(&self, series: Vec<u32>, before_ms: i64) {
        let to_ms = if before_ms == i64::MAX { i64::MAX } else { before_ms.saturating_sub(1) };
        self.erase(LET_GO, series, TimeRange { from_ms: i64::MIN, to_ms });
    }

    /// Tells whether points are hidden that a rule has let go of.
    pub(crate) fn is_let_go(&self) -> bool {
        read(&self.erased).iter().any(|erased| erased.number == LET_GO)
    }

    /// Tells whether points are hidden.
    pub(crate) fn is_erased(&self) -> bool {
        !read(&self.erased).is_empty()
    }

    /// The ranges of a series that are hidden.
    pub(super) fn hidden(&self, series: u32) -> Vec<TimeRange> {
        if !self.any_erased.load(Ordering::Acquire) {
            return Vec::new();
        }
        let erased = read(&self.erased);
        let of = erased.iter().filter(|erased| erased.series.binary_search(&series).is_ok());
        of.map(|erased| erased.range).collect()
    }

    /// Numbers of the deletions that hide points.
    pub(crate) fn erasures(&self) -> Vec<u64> {
        read(&self.erased).iter().map(|erased| erased.number).collect()
    }

    pub(super) fn bytes_at(&self, offset: u64, bytes: u32) -> Result<Vec<u8>, TsdbError> {
        self.bytes_with_room(offset, bytes, 0)
    }

    /// The same, and behind them so many that are 0.
    pub(super) fn bytes_with_room(
        &self,
        offset: u64,
        bytes: u32,
        room: usize,
    ) -> Result<Vec<u8>, TsdbError> {
        let end = offset.checked_add(u64::from(bytes));
        if end.is_none_or(|end| end > self.bytes) {
            return Err(self.damage(offset, "a part lies outside of the file"));
        }
        let mut raw = vec![0; bytes as usize + room];
        let opened;
        let file = match &self.file {
            Some(file) => file,
            None => {
                opened = File::open(&self.path).map_err(TsdbError::io("open", &self.path))?;
                &opened
            }
        };
        if file.read_exact_at(&mut raw[..bytes as usize], offset).is_err() {
            return Err(self.damage(offset, "a part cannot be read"));
        }
        Ok(raw)
    }

    pub(super) fn mark(&self) {
        self.damaged.store(true, Ordering::Relaxed);
    }

    pub(super) fn damage(&self, offset: u64, what: &'static str) -> TsdbError {
        TsdbError::Damaged { path: self.path.clone(), offset, what }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.doomed.load(Ordering::Relaxed)
            && let Err(error) = files::remove(&self.path)
        {
            // The next start finds it.
            tracing::warn!("series store: {error}");
        }
    }
}

/// Offset, size and checksum of the summary.
fn read_footer(footer: &[u8; FOOTER_BYTES]) -> Option<(u64, u32, u32)> {
    let mut cursor = Cursor::new(footer);
    let place = (cursor.u64()?, cursor.u32()?, cursor.u32()?);
    let told = cursor.u32()?;
    files::agree(crc32fast::hash(&footer[..FOOTER_BYTES - 4]), told).then_some(place)
}
