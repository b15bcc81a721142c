//! Space and inodes of the mounted file systems. Source: statvfs(3).
//!
//! statvfs on a network file system whose server is gone never returns, and a thread in it cannot
//! be stopped. So a worker thread asks; when it does not answer in time, it is left behind with
//! the mount it hangs on, that mount is not asked again until the worker comes back, and another
//! worker goes on. At most [`STUCK_MAX`] workers are ever left behind.

use std::path::PathBuf;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use rustix::fs::StatVfs;

use super::error::CollectError;
use super::filesystem_mounts::{Mount, read};
use super::filesystem_worker::{Answer, Ask, Worker};
use super::reading::Reading;
use super::roots::Roots;

/// How long one mount may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_millis(500);
/// How many workers may hang before the mounts that are left are no longer asked.
const STUCK_MAX: usize = 8;

/// The file systems' collector, with the workers that hang.
pub(crate) struct Filesystems {
    ask: Ask,
    answer_limit: Duration,
    worker: Option<Worker>,
    stuck: Vec<(String, Worker)>,
}

impl Filesystems {
    /// Asks by statvfs(3).
    pub(crate) fn new() -> Self {
        Self::asking(|path| rustix::fs::statvfs(path), ANSWER_LIMIT)
    }

    fn asking(ask: Ask, answer_limit: Duration) -> Self {
        Self { ask, answer_limit, worker: None, stuck: Vec::new() }
    }

    /// Adds `node_filesystem_*{device,fstype,mountpoint}`.
    ///
    /// Errors: [`CollectError::MountsSilent`] beside the readings of the mounts that answered.
    pub(crate) fn collect(
        &mut self,
        roots: &Roots,
        out: &mut Vec<Reading>,
    ) -> Result<(), CollectError> {
        let mounts = read(roots)?;
        self.take_back_workers();
        let mut silent = Vec::new();
        for mount in mounts {
            let place = mount.mountpoint.trim_start_matches('/');
            let answer = self.answer(&mount.mountpoint, roots.root.join(place));
            if answer.is_none() {
                silent.push(mount.mountpoint.clone());
            }
            add(&mount, answer.and_then(Result::ok), out);
        }
        if silent.is_empty() {
            return Ok(());
        }
        Err(CollectError::MountsSilent { mounts: silent, limit: self.answer_limit })
    }

    /// A worker that answered after all is free again; the question it answered is too old.
    fn take_back_workers(&mut self) {
        for (mountpoint, worker) in std::mem::take(&mut self.stuck) {
            if worker.answers.try_recv().is_err() {
                self.stuck.push((mountpoint, worker));
            } else if self.worker.is_none() {
                self.worker = Some(worker);
            }
        }
    }

    /// `None`: the mount does not answer, now or since an earlier time.
    fn answer(&mut self, mountpoint: &str, path: PathBuf) -> Option<Answer> {
        if self.stuck.len() >= STUCK_MAX || self.stuck.iter().any(|(at, _)| at == mountpoint) {
            return None;
        }
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => Worker::start(self.ask)?,
        };
        worker.questions.send(path).ok()?;
        match worker.answers.recv_timeout(self.answer_limit) {
            Ok(answer) => {
                self.worker = Some(worker);
                Some(answer)
            }
            Err(RecvTimeoutError::Timeout) => {
                self.stuck.push((mountpoint.to_owned(), worker));
                None
            }
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }
}

fn add(mount: &Mount, answer: Option<StatVfs>, out: &mut Vec<Reading>) {
    let mut push = |metric: &'static str, value: f64| {
        let labels = vec![
            ("device", mount.device.clone()),
            ("fstype", mount.fstype.clone()),
            ("mountpoint", mount.mountpoint.clone()),
        ];
        out.push(Reading::with(metric, labels, value));
    };
    push("node_filesystem_device_error", if answer.is_some() { 0.0 } else { 1.0 });
    push("node_filesystem_readonly", if mount.readonly { 1.0 } else { 0.0 });
    let Some(vfs) = answer else { return };
    let block_bytes = vfs.f_frsize as f64;
    push("node_filesystem_size_bytes", vfs.f_blocks as f64 * block_bytes);
    push("node_filesystem_free_bytes", vfs.f_bfree as f64 * block_bytes);
    push("node_filesystem_avail_bytes", vfs.f_bavail as f64 * block_bytes);
    push("node_filesystem_files", vfs.f_files as f64);
    push("node_filesystem_files_free", vfs.f_ffree as f64);
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::fixture::{Fixture, lines};
    use super::*;

    const LIMIT: Duration = Duration::from_millis(40);
    const MOUNTS: &str = "/dev/a / ext4 rw 0 0\nnfs:/x /dead nfs4 rw 0 0\n";

    fn machine(mounts: &str) -> Fixture {
        let machine = Fixture::new().with("proc/1/mounts", mounts);
        std::fs::create_dir_all(machine.path("root")).unwrap();
        machine
    }

    fn collect(filesystems: &mut Filesystems, machine: &Fixture) -> (bool, String) {
        let mut out = Vec::new();
        let silent = filesystems.collect(&machine.roots(), &mut out).is_err();
        (silent, lines(&out))
    }

    #[test]
    fn mounted_file_system_has_size_and_inodes() {
        let machine = machine("/dev/a / ext4 ro 0 0\n");
        let (silent, rendered) = collect(&mut Filesystems::new(), &machine);
        assert!(!silent);
        assert_eq!(rendered.lines().count(), 7, "{rendered}");
        let labels = "{device=\"/dev/a\",fstype=\"ext4\",mountpoint=\"/\"}";
        assert!(rendered.contains(&format!("node_filesystem_readonly{labels} 1\n")), "{rendered}");
        assert!(rendered.contains(&format!("node_filesystem_device_error{labels} 0\n")));
    }

    #[test]
    fn place_that_is_gone_is_a_device_error_and_no_fault() {
        let machine = machine("/dev/a /gone ext4 rw 0 0\n");
        let (silent, rendered) = collect(&mut Filesystems::new(), &machine);
        assert!(!silent);
        assert_eq!(rendered.lines().count(), 2, "{rendered}");
        assert!(
            rendered
                .contains("device_error{device=\"/dev/a\",fstype=\"ext4\",mountpoint=\"/gone\"} 1")
        );
    }

    #[test]
    fn dead_mount_hides_no_other_is_not_asked_twice_and_comes_back() {
        static HANGING: Mutex<()> = Mutex::new(());
        let machine = machine(MOUNTS);
        std::fs::create_dir_all(machine.path("root/dead")).unwrap();
        let mut filesystems = Filesystems::asking(
            |path| {
                if path.ends_with("dead") {
                    drop(HANGING.lock());
                }
                rustix::fs::statvfs(path)
            },
            LIMIT,
        );

        let hanging = HANGING.lock().unwrap();
        let (silent, rendered) = collect(&mut filesystems, &machine);
        assert!(silent);
        assert!(rendered.contains("size_bytes{device=\"/dev/a\""), "{rendered}");
        assert!(!rendered.contains("size_bytes{device=\"nfs:/x\""), "{rendered}");
        assert_eq!(filesystems.stuck.len(), 1);
        assert!(collect(&mut filesystems, &machine).0);
        assert_eq!(filesystems.stuck.len(), 1, "a hanging mount costs one thread and no more");

        drop(hanging);
        // The worker needs a moment to come back; each round waits for another mount's answer.
        let recovered = (0..10_000).any(|_| !collect(&mut filesystems, &machine).0);
        assert!(recovered);
        assert!(filesystems.stuck.is_empty());
    }

    #[test]
    fn workers_left_behind_are_bounded() {
        static HANGING: Mutex<()> = Mutex::new(());
        let mounts: String = (0..20).map(|i| format!("nfs:/{i} /d{i} nfs4 rw 0 0\n")).collect();
        let machine = machine(&mounts);
        let mut filesystems = Filesystems::asking(
            |path| {
                drop(HANGING.lock());
                rustix::fs::statvfs(path)
            },
            LIMIT,
        );
        let hanging = HANGING.lock().unwrap();
        let (silent, rendered) = collect(&mut filesystems, &machine);
        assert!(silent);
        assert_eq!(filesystems.stuck.len(), STUCK_MAX);
        assert_eq!(rendered.matches("device_error").count(), 20);
        drop(hanging);
    }
}
