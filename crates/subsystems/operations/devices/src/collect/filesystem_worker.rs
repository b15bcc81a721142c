//! A thread that asks file systems for their space, so that only it hangs where one is dead.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use rustix::fs::StatVfs;
use rustix::io::Errno;

/// What statvfs(3) says.
pub(crate) type Answer = Result<StatVfs, Errno>;
/// How a mount is asked; tests pass one that hangs.
pub(crate) type Ask = fn(&Path) -> Answer;

/// The thread, as seen by who asks: a question at a time.
pub(crate) struct Worker {
    pub(crate) questions: Sender<PathBuf>,
    pub(crate) answers: Receiver<Answer>,
}

impl Worker {
    /// `None` where the system gives us no thread. It ends when its `Worker` is dropped.
    pub(crate) fn start(ask: Ask) -> Option<Self> {
        let (questions, asked) = channel::<PathBuf>();
        let (answering, answers) = channel();
        thread::Builder::new()
            .name("filesystems".into())
            .spawn(move || {
                while let Ok(path) = asked.recv() {
                    if answering.send(ask(&path)).is_err() {
                        return;
                    }
                }
            })
            .ok()?;
        Some(Self { questions, answers })
    }
}
