use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{
    JournalError,
    seal::{
        canon::RawRow,
        chain::{Seal, hex},
        checkpoint::Checkpoint,
        keys::KeyEntry,
    },
};

/// The version of the format that is written and read.
pub(crate) const VERSION: u32 = 1;
/// How hard it is compressed (zstd's default).
const LEVEL: i32 = 3;
/// Bytes of one line at most.
const LINE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// One line of an archive: docs/formats/journal-archive.md.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Line {
    /// The first line.
    Archive {
        version: u32,
        first_seq: i64,
        made_at: i64,
        /// The chain's value before the first seal.
        before: String,
    },
    /// A key of the journal, public part only.
    Key(KeyEntry),
    /// A seal; the rows under it follow.
    Seal(Seal),
    /// A row.
    Row(RawRow),
    /// A checkpoint of a seal before it.
    Checkpoint(Checkpoint),
    /// The last line: SHA-256 over all bytes before it, uncompressed.
    End { rows: u64, sha256: String, key_id: String, signature: String },
}

/// What is signed at the end of a file.
pub(crate) fn end_statement(rows: u64, sha256: &str) -> String {
    format!("mainstay-journal-archive-end v=1 rows={rows} sha256={sha256}")
}

/// An archive that is being written.
pub(crate) struct ArchiveWriter {
    path: PathBuf,
    partial: PathBuf,
    out: zstd::stream::write::Encoder<'static, BufWriter<File>>,
    hash: Sha256,
    pub(crate) rows: u64,
}

impl ArchiveWriter {
    pub(crate) fn create(folder: &Path, name: &str) -> Result<Self, JournalError> {
        let path = folder.join(name);
        let partial = folder.join(format!("{name}.partial"));
        let attempt = || -> io::Result<_> {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            let mut options = fs::OpenOptions::new();
            let file =
                options.create(true).truncate(true).write(true).mode(0o600).open(&partial)?;
            let mut out = zstd::stream::write::Encoder::new(BufWriter::new(file), LEVEL)?;
            out.include_checksum(true)?;
            Ok(out)
        };
        let out = attempt().map_err(|error| unusable(&path, &error))?;
        Ok(Self { path, partial, out, hash: Sha256::new(), rows: 0 })
    }

    pub(crate) fn write(&mut self, line: &Line) -> Result<(), JournalError> {
        let mut text = serde_json::to_vec(line).map_err(|error| unusable(&self.path, &error))?;
        text.push(b'\n');
        if !matches!(line, Line::End { .. }) {
            self.hash.update(&text);
        }
        self.rows += u64::from(matches!(line, Line::Row(_)));
        self.out.write_all(&text).map_err(|error| unusable(&self.path, &error))
    }

    /// The SHA-256 over what was written so far.
    pub(crate) fn sha256(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    /// Brings the file to stable storage under its name.
    pub(crate) fn finish(self) -> Result<PathBuf, JournalError> {
        let Self { path, partial, out, .. } = self;
        let attempt = || -> io::Result<()> {
            let file = out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()?;
            fs::rename(&partial, &path)?;
            let folder = path.parent().unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()
        };
        attempt().map_err(|error| unusable(&path, &error))?;
        Ok(path)
    }
}

/// An archive that is being read, line by line.
pub(crate) struct ArchiveReader {
    path: PathBuf,
    lines: BufReader<zstd::stream::read::Decoder<'static, BufReader<HashingReader>>>,
    hash: Sha256,
}

impl ArchiveReader {
    pub(crate) fn open(path: &Path) -> Result<Self, JournalError> {
        let attempt = || -> io::Result<_> {
            let file = HashingReader { file: File::open(path)?, hash: Sha256::new(), bytes: 0 };
            zstd::stream::read::Decoder::new(file)
        };
        let decoder = attempt().map_err(|error| unusable(path, &error))?;
        Ok(Self { path: path.to_owned(), lines: BufReader::new(decoder), hash: Sha256::new() })
    }

    /// The next line, with the SHA-256 of all before it; `None` at the end of the file.
    pub(crate) fn next(&mut self) -> Result<Option<(Line, String)>, JournalError> {
        let mut text = Vec::new();
        let mut limited = (&mut self.lines).take(LINE_BYTES_MAX);
        let read = limited.read_until(b'\n', &mut text);
        if read.map_err(|error| unusable(&self.path, &error))? == 0 {
            return Ok(None);
        }
        let line: Line =
            serde_json::from_slice(&text).map_err(|error| unusable(&self.path, &error))?;
        // Only the end is compared: hashing so far is not asked for at every line.
        let before = match line {
            Line::End { .. } => hex(&self.hash.clone().finalize()),
            _ => String::new(),
        };
        self.hash.update(&text);
        Ok(Some((line, before)))
    }

    /// The SHA-256 of the whole file as it is on disk, and its size.
    pub(crate) fn finish(mut self) -> Result<(String, u64), JournalError> {
        let file = self.lines.get_mut().get_mut();
        let rest = io::copy(file, &mut io::sink());
        rest.map_err(|error| unusable(&self.path, &error))?;
        let inner = file.get_ref();
        Ok((hex(&inner.hash.clone().finalize()), inner.bytes))
    }
}

struct HashingReader {
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Read for HashingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

/// The SHA-256 of a file and its size.
pub(crate) fn digest(path: &Path) -> Result<(String, i64), JournalError> {
    let attempt = || -> io::Result<HashingReader> {
        let mut reader = HashingReader { file: File::open(path)?, hash: Sha256::new(), bytes: 0 };
        io::copy(&mut reader, &mut io::sink())?;
        Ok(reader)
    };
    let read = attempt().map_err(|error| unusable(path, &error))?;
    Ok((hex(&read.hash.finalize()), i64::try_from(read.bytes).unwrap_or(i64::MAX)))
}

pub(crate) fn unusable(path: &Path, error: &dyn std::fmt::Display) -> JournalError {
    JournalError::ArchiveUnusable { path: path.display().to_string(), said: error.to_string() }
}
