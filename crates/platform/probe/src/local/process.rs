//! What a process is. Source: proc_pid(5), proc_pid_cgroup(5).

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of a command line that are kept.
const COMMAND_BYTES_MAX: u64 = 16_384;

/// A process as far as it tells what service it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessIdentity {
    /// Its id.
    pub pid: u32,
    /// Name of the command, at most 15 bytes.
    pub comm: String,
    /// The program's file; `None` where we may not look.
    pub exe: Option<PathBuf>,
    /// The command with its arguments, as the process gives them.
    pub cmdline: Vec<String>,
    /// The user it acts as.
    pub uid: u32,
    /// The systemd unit it belongs to, `nginx.service` or a `.scope`.
    pub unit: Option<String>,
}

/// Looks at one process. `None` if the process has ended meanwhile.
pub(super) fn identity(proc: &Path, pid: u32) -> Option<ProcessIdentity> {
    let folder = proc.join(pid.to_string());
    let status = start_of(&folder.join("status"), 8192)?;
    let cmdline = start_of(&folder.join("cmdline"), COMMAND_BYTES_MAX).unwrap_or_default();
    Some(ProcessIdentity {
        pid,
        comm: start_of(&folder.join("comm"), 64)?.trim_end_matches('\n').to_owned(),
        exe: fs::read_link(folder.join("exe")).ok().map(without_deleted),
        cmdline: arguments(&cmdline),
        uid: effective_uid(&status)?,
        unit: start_of(&folder.join("cgroup"), 8192).as_deref().and_then(unit),
    })
}

/// A program that was replaced by an upgrade while it runs is still that program.
fn without_deleted(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_suffix(" (deleted)")) {
        Some(before) => before.into(),
        None => path,
    }
}

fn arguments(cmdline: &str) -> Vec<String> {
    let text = cmdline.trim_end_matches('\0');
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\0').map(str::to_owned).collect()
}

/// The second number of `Uid: real effective saved file`.
fn effective_uid(status: &str) -> Option<u32> {
    let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    ids.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The first part of the control group's path that is no slice is the unit. Source:
/// systemd's CONTROL_GROUP_INTERFACE.
fn unit(cgroup: &str) -> Option<String> {
    // On mixed hierarchies systemd's own tells; elsewhere there is only the unified one.
    let own = cgroup.lines().find_map(|line| Some(line.split_once(":name=systemd:")?.1));
    let path = own.or_else(|| cgroup.lines().find_map(|line| line.strip_prefix("0::")))?;
    let part = path.split('/').find(|part| !part.is_empty() && !part.ends_with(".slice"))?;
    let known = part.ends_with(".service") || part.ends_with(".scope");
    known.then(|| part.to_owned())
}

/// The beginning of a small file; bytes that are no UTF-8 are replaced.
pub(super) fn start_of(path: &Path, bytes_max: u64) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(bytes_max).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_is_the_first_part_that_is_no_slice() {
        for (cgroup, expected) in [
            ("0::/system.slice/ssh.service\n", Some("ssh.service")),
            (
                "0::/system.slice/system-getty.slice/getty@tty1.service\n",
                Some("getty@tty1.service"),
            ),
            ("0::/user.slice/user-0.slice/session-3.scope\n", Some("session-3.scope")),
            ("3:cpu:/\n1:name=systemd:/system.slice/cron.service\n0::/\n", Some("cron.service")),
            ("0::/\n", None),
            ("0::/init.scope\n", Some("init.scope")),
            ("0::/kubepods/pod1\n", None),
        ] {
            assert_eq!(unit(cgroup).as_deref(), expected, "{cgroup}");
        }
    }
}
