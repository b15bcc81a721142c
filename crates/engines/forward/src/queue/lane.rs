//! One ordered way out.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::log::Log;
use crate::{ForwardError, files};

/// One of a queue's ordered ways.
#[derive(Debug)]
pub struct Lane {
    /// Grows with each change of the number of lanes.
    pub(super) generation: u64,
    log: Mutex<Log>,
}

impl Lane {
    pub(super) fn open(dir: PathBuf, generation: u64) -> Result<Self, ForwardError> {
        Ok(Self { generation, log: Mutex::new(Log::open(dir)?) })
    }

    pub(super) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody waits for the disk but who calls.
    pub(super) fn sync(&self) -> Result<(), ForwardError> {
        let Some((files, path)) = self.log().take_dirty()? else { return Ok(()) };
        for file in files {
            if let Err(error) = files::sync(&file) {
                self.log().mark_dirty();
                return Err(ForwardError::io("sync", &path)(error));
            }
        }
        Ok(())
    }
}
