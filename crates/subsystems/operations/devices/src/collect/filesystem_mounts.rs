//! Which file systems are mounted, from `/proc/1/mounts`. Source: proc_pid_mounts(5), fstab(5).

use super::error::CollectError;
use super::roots::Roots;

/// A mounted file system worth watching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    /// What is mounted.
    pub(crate) device: String,
    /// Where.
    pub(crate) mountpoint: String,
    /// Its type, `ext4`.
    pub(crate) fstype: String,
    /// Nobody may write.
    pub(crate) readonly: bool,
}

/// node_exporter's default exclusions: types that hold no data of their own …
const TYPES_EXCLUDED: [&str; 24] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "fusectl",
    "hugetlbfs",
    "iso9660",
    "mqueue",
    "nsfs",
    "overlay",
    "proc",
    "procfs",
    "pstore",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "squashfs",
    "sysfs",
    "tracefs",
];
/// … and folders below which mounts are the system's own or come and go.
const FOLDERS_EXCLUDED: [&str; 6] = ["/dev", "/proc", "/run", "/sys", "/mnt", "/media"];
/// … and folders below which every mount belongs to a container.
const BELOW_EXCLUDED: [&str; 2] = ["/var/lib/docker/", "/var/lib/containers/storage/"];
/// No machine has more file systems worth watching; a runaway container host may.
pub(crate) const MOUNTS_MAX: usize = 512;

/// Reads the mounts of the first process, or our own where we may not see those.
///
/// The same device, place and type mounted twice is one mount, as only the upper one is seen.
pub(crate) fn read(roots: &Roots) -> Result<Vec<Mount>, CollectError> {
    let text = roots
        .proc_text("1/mounts")
        .or_else(|_| roots.proc_text("self/mounts"))
        .or_else(|_| roots.proc_text("mounts"))?;
    let mut mounts: Vec<Mount> = Vec::new();
    for line in text.lines() {
        let mount = parse(line)?;
        let known = |m: &Mount| {
            (&m.device, &m.mountpoint, &m.fstype)
                == (&mount.device, &mount.mountpoint, &mount.fstype)
        };
        if !excluded(&mount) && !mounts.iter().any(known) && mounts.len() < MOUNTS_MAX {
            mounts.push(mount);
        }
    }
    Ok(mounts)
}

fn parse(line: &str) -> Result<Mount, CollectError> {
    let mut words = line.split(' ');
    let (Some(device), Some(mountpoint), Some(fstype), Some(options)) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(CollectError::malformed("1/mounts", line, "device, place, type, options"));
    };
    Ok(Mount {
        device: unescaped(device),
        mountpoint: unescaped(mountpoint),
        fstype: fstype.to_owned(),
        readonly: options.split(',').any(|option| option == "ro"),
    })
}

fn excluded(mount: &Mount) -> bool {
    let place = mount.mountpoint.as_str();
    let under = |folder: &str| {
        place.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    TYPES_EXCLUDED.contains(&mount.fstype.as_str())
        || FOLDERS_EXCLUDED.iter().any(|folder| under(folder))
        || BELOW_EXCLUDED
            .iter()
            .any(|folder| place.strip_prefix(folder).is_some_and(|rest| !rest.is_empty()))
}

/// The kernel writes space, tab, line feed and backslash as three octal digits.
fn unescaped(word: &str) -> String {
    word.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    fn places(mounts: &str) -> Vec<String> {
        let machine = Fixture::new().with("proc/1/mounts", mounts);
        read(&machine.roots()).unwrap().into_iter().map(|mount| mount.mountpoint).collect()
    }

    #[test]
    fn captured_file_gives_the_root_only() {
        assert_eq!(places(include_str!("captured/mounts.txt")), ["/"]);
    }

    #[test]
    fn data_is_kept_and_the_systems_own_mounts_are_not() {
        let text = "/dev/sda2 /srv/my\\040data ext4 rw 0 0\nsrv:/x /home nfs4 ro,soft 0 0\n\
            tmpfs /run/user/0 tmpfs rw 0 0\n/dev/sdb1 /mnt ext4 rw 0 0\n\
            /dev/sdb2 /mntx ext4 rw 0 0\noverlay / overlay rw 0 0\n\
            /dev/sdc /var/lib/docker ext4 rw 0 0\nshm /var/lib/docker/c/shm tmpfs rw 0 0\n\
            srv:/x /home nfs4 rw 0 0\n";
        assert_eq!(places(text), ["/srv/my data", "/home", "/mntx", "/var/lib/docker"]);
    }

    #[test]
    fn readonly_is_an_option_of_its_own() {
        assert!(parse("d / ext4 ro,relatime 0 0").unwrap().readonly);
        assert!(!parse("d / ext4 rw,errors=remount-ro 0 0").unwrap().readonly);
    }

    #[test]
    fn truncated_line_is_refused_and_own_mounts_stand_in() {
        let cut = Fixture::new().with("proc/1/mounts", "/dev/sda /srv");
        assert!(matches!(read(&cut.roots()), Err(CollectError::Malformed { .. })));
        let own = Fixture::new().with("proc/self/mounts", "/dev/sda /srv ext4 rw 0 0\n");
        assert_eq!(read(&own.roots()).unwrap().len(), 1);
    }
}
