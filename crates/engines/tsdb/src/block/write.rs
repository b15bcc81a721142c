//! Writes a block: columns as they come, then the index, then its place.

use super::{
    CHUNK_POINTS_MAX, CHUNK_SPAN_MS, Chunk, Entry, FOOTER_BYTES, KIND, Origin, Place, SUFFIX,
    SUM_BYTES, column, index,
};
use crate::files;
use crate::{Labels, Point, TsdbError};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_128;

/// A block being written under a temporary name; dropped without `finish`, it disappears.
pub(crate) struct BlockWriter {
    origin: Origin,
    dir: PathBuf,
    temporary: PathBuf,
    file: BufWriter<File>,
    offset: u64,
    /// Columns of times already written, by the hash of the times.
    times: HashMap<u128, Place>,
    entries: Vec<Entry>,
}

impl BlockWriter {
    pub(crate) fn create(dir: &Path, origin: Origin) -> Result<Self, TsdbError> {
        let temporary = dir.join(format!("{:016}.tmp", origin.sequence));
        let file = File::create(&temporary).map_err(TsdbError::io("create", &temporary))?;
        let mut writer = Self {
            origin,
            dir: dir.to_path_buf(),
            temporary,
            file: BufWriter::with_capacity(256 << 10, file),
            offset: 0,
            times: HashMap::new(),
            entries: Vec::new(),
        };
        writer.write(&files::header(KIND))?;
        Ok(writer)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), TsdbError> {
        self.file.write_all(bytes).map_err(TsdbError::io("write", &self.temporary))?;
        self.offset += bytes.len() as u64;
        Ok(())
    }

    /// Adds a series; labels must ascend from call to call, points by time.
    pub(crate) fn push(&mut self, labels: &Labels, points: &[Point]) -> Result<(), TsdbError> {
        let span = |point: &Point| point.at_ms.div_euclid(CHUNK_SPAN_MS);
        let mut chunks = Vec::new();
        for part in points.chunk_by(|a, b| span(a) == span(b)) {
            for part in part.chunks(CHUNK_POINTS_MAX) {
                chunks.push(self.chunk(part)?);
            }
        }
        if !chunks.is_empty() {
            self.entries.push(Entry { labels: labels.clone(), chunks: chunks.into() });
        }
        Ok(())
    }

    fn chunk(&mut self, points: &[Point]) -> Result<Chunk, TsdbError> {
        let times: Vec<i64> = points.iter().map(|point| point.at_ms).collect();
        let values: Vec<f64> = points.iter().map(|point| point.value).collect();
        let raw: Vec<u8> = times.iter().flat_map(|time| time.to_le_bytes()).collect();
        let hash = xxh3_128(&raw);
        let written = match self.times.get(&hash) {
            Some(place) => *place,
            None => {
                let place = self.column(&column::encode_times(&times)?)?;
                self.times.insert(hash, place);
                place
            }
        };
        Ok(Chunk {
            min_ms: times[0],
            max_ms: times[times.len() - 1],
            points: u32::try_from(points.len()).expect("CHUNK_POINTS_MAX is below 2^32"),
            times: written,
            values: self.column(&column::encode_values(&values)?)?,
        })
    }

    fn column(&mut self, bytes: &[u8]) -> Result<Place, TsdbError> {
        let size = u32::try_from(SUM_BYTES + bytes.len()).expect("a chunk has few points");
        let place = Place { offset: self.offset, bytes: size };
        self.write(&crc32fast::hash(bytes).to_le_bytes())?;
        self.write(bytes)?;
        Ok(place)
    }

    /// Completes the file and gives it its name; returns its path.
    ///
    /// When this returns, file and name are on stable storage.
    pub(crate) fn finish(mut self) -> Result<PathBuf, TsdbError> {
        let index = index::encode(&self.origin, &self.entries);
        let mut footer = Vec::with_capacity(FOOTER_BYTES);
        footer.extend_from_slice(&self.offset.to_le_bytes());
        let size = u32::try_from(index.len()).map_err(|_| TsdbError::Damaged {
            path: self.temporary.clone(),
            offset: self.offset,
            what: "the index would be longer than 4 GiB",
        })?;
        footer.extend_from_slice(&size.to_le_bytes());
        footer.extend_from_slice(&crc32fast::hash(&index).to_le_bytes());
        footer.extend_from_slice(&crc32fast::hash(&footer).to_le_bytes());
        self.write(&index)?;
        self.write(&footer)?;
        self.file.flush().map_err(TsdbError::io("write", &self.temporary))?;
        self.file.get_ref().sync_all().map_err(TsdbError::io("sync", &self.temporary))?;
        let path = self.dir.join(format!("{:016}.{SUFFIX}", self.origin.sequence));
        fs::rename(&self.temporary, &path).map_err(TsdbError::io("rename", &self.temporary))?;
        files::sync_dir(&self.dir)?;
        Ok(path)
    }
}

impl Drop for BlockWriter {
    fn drop(&mut self) {
        // After `finish` the name is gone. A file that cannot be removed is removed at next start.
        let _ = fs::remove_file(&self.temporary);
    }
}
