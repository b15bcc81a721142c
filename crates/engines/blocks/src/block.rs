//! A block: its files together.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    ChunkFault, ChunkMeta, Damage, Entry, Fault, Index, Meta, Points, Tombstones, decode,
    segment::Segment,
};

/// How long the names of blocks are.
const NAME_CHARS: usize = 26;
/// Most segments of a block: those of 512 MiB hold 2 TiB.
const SEGMENTS_MAX: usize = 4_096;

/// A block that is open for reading.
#[derive(Debug)]
pub struct Block {
    folder: PathBuf,
    meta: Meta,
    index: Index,
    tombstones: Tombstones,
    /// In the order of their names; one that cannot be read is damage for each of its chunks.
    segments: Vec<Result<Segment, Damage>>,
}

/// The folders of the blocks in a data directory of Prometheus, by name; a folder that is a block
/// itself alone. Those that Prometheus was still writing or deleting are left out.
///
/// Errors: the system's.
pub fn find(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if folder.join("meta.json").exists() {
        return Ok(vec![folder.to_owned()]);
    }
    let mut blocks = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_named = name.len() == NAME_CHARS
            && name.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        if is_named && path.is_dir() {
            blocks.push(path);
        }
    }
    blocks.sort();
    Ok(blocks)
}

impl Block {
    /// Opens a block.
    ///
    /// Errors: one of the files is damaged without which nothing can be read: `meta.json`,
    /// `tombstones`, the beginning or end of `index`.
    pub fn open(folder: &Path) -> Result<Self, Damage> {
        let (meta, index) = (folder.join("meta.json"), folder.join("index"));
        let meta = Meta::read(&bytes_of(&meta)?).map_err(|fault| fault.of(&meta))?;
        let index = Index::read(bytes_of(&index)?).map_err(|fault| fault.of(&index))?;
        let stones = folder.join("tombstones");
        let tombstones = match stones.exists() {
            true => Tombstones::read(&bytes_of(&stones)?).map_err(|fault| fault.of(&stones))?,
            false => Tombstones::default(),
        };
        let segments = segments(&folder.join("chunks"))?;
        Ok(Self { folder: folder.to_owned(), meta, index, tombstones, segments })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the block says of itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// How many series there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// All series in the order of their labels. Errors: of each one that is damaged.
    pub fn series(&self) -> impl Iterator<Item = Result<Entry<'_>, Damage>> {
        let file = self.folder.join("index");
        let entries = (0..self.index.len()).map_while(move |place| self.index.entry(place));
        entries.map(move |entry| entry.map_err(|fault| fault.of(&file)))
    }

    /// The points of a series that are not deleted, ascending by time. What is damaged is added to
    /// `damages`, and left out.
    pub fn points(&self, series: &Entry<'_>, damages: &mut Vec<Damage>) -> Points {
        let mut points = Points::default();
        for chunk in &series.chunks {
            if let Err(damage) = self.chunk(*chunk, &mut points) {
                damages.push(damage);
            }
        }
        self.tombstones.erase(series.number, &mut points);
        points.floats.sort_by_key(|(at_ms, _)| *at_ms);
        points.floats.dedup_by_key(|(at_ms, _)| *at_ms);
        points.histograms.sort_by_key(|histogram| histogram.at_ms);
        points.histograms.dedup_by_key(|histogram| histogram.at_ms);
        points
    }

    fn chunk(&self, chunk: ChunkMeta, points: &mut Points) -> Result<(), Damage> {
        let segment = match self.segments.get(chunk.segment as usize) {
            Some(Ok(segment)) => segment,
            Some(Err(damage)) => return Err(damage.clone()),
            None => {
                let name = format!("{:06}", u64::from(chunk.segment) + 1);
                let file = self.folder.join("chunks").join(name);
                return Err(Fault::new(0, "is missing").of(&file));
            }
        };
        let (encoding, data) = segment.chunk(chunk.at)?;
        decode(encoding, &data, points).map_err(|fault: ChunkFault| {
            Fault::new(chunk.at as usize, fault.to_string()).of(&segment.path)
        })
    }
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, Damage> {
    fs::read(file).map_err(|error| Damage::io(file, &error))
}

/// Errors: the folder cannot be listed.
fn segments(folder: &Path) -> Result<Vec<Result<Segment, Damage>>, Damage> {
    let failed = |error: io::Error| Damage::io(folder, &error);
    let mut numbered = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let number = path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        let known = number.filter(|number| *number as usize <= SEGMENTS_MAX);
        numbered.extend(known.map(|number| (number, path)));
    }
    numbered.sort();
    let mut segments = Vec::new();
    for (number, path) in numbered {
        // A file that is missing between others must not move those behind it.
        while segments.len() + 1 < number as usize {
            let file = folder.join(format!("{:06}", segments.len() + 1));
            segments.push(Err(Fault::new(0, "is missing").of(&file)));
        }
        segments.push(Segment::open(path));
    }
    Ok(segments)
}
