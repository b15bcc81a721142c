//! One ordered way out.

use std::{
    fs::File,
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

    /// Brings what is to be sent to stable storage. Nobody waits for the disk but who calls.
    pub(super) fn sync(&self) -> Result<(), ForwardError> {
        let files = {
            let mut log = self.log();
            log.take_dirty().inspect_err(|_| log.mark_dirty())?
        };
        self.sync_all(files, Log::mark_dirty)
    }

    /// Brings what was acknowledged to stable storage: without it, it may be sent again after a
    /// power cut.
    pub(super) fn sync_cursor(&self) -> Result<(), ForwardError> {
        let file = self.log().take_dirty_cursor()?;
        self.sync_all(file, Log::mark_cursor_dirty)
    }

    /// `refused`: what the disk did not take is to be tried again.
    fn sync_all(
        &self,
        files: impl IntoIterator<Item = File>,
        refused: impl Fn(&mut Log),
    ) -> Result<(), ForwardError> {
        for file in files {
            if let Err(error) = files::sync(&file) {
                let mut log = self.log();
                refused(&mut log);
                return Err(ForwardError::io("sync", log.dir())(error));
            }
        }
        Ok(())
    }
}
