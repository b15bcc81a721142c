//! Sockets that wait for others on this machine, and the processes behind them.
//! Source: proc_pid_net(5), proc_pid_fd(5), proc_pid_cgroup(5).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::process::{ProcessIdentity, identity, start_of};
use super::sockets::sockets;

/// Open files looked at, of all processes together.
const FILES_MAX: usize = 1_000_000;
/// The ports the kernel gives to clients, where it does not say.
const CLIENT_PORTS: RangeInclusive<u16> = 32_768..=60_999;

/// How a service is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Connections.
    Tcp,
    /// Datagrams.
    Udp,
}

/// A port that waits for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// TCP or UDP.
    pub proto: Transport,
    /// The address it is bound to; `0.0.0.0` or `::` for all.
    pub addr: IpAddr,
    /// The port.
    pub port: u16,
    /// The socket, as `/proc/<pid>/fd` names it.
    pub inode: u64,
    /// The process that holds it; `None` where we may not look, or it is in another namespace.
    pub pid: Option<u32>,
    /// What that process is.
    pub process: Option<ProcessIdentity>,
}

/// Why the sockets could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListeningError {
    /// The system refused to let us read the list of sockets.
    #[error("read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A list of sockets does not look like one.
    #[error("understand line {line} of {}: no socket", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
    },
}

/// Lists what listens under `proc` (`/proc`), sorted by transport, port and address.
///
/// Several sockets on one address and port (`SO_REUSEPORT`) are one. UDP knows no listening: an
/// unconnected socket on a port outside the range for clients counts, as inside it nothing tells
/// a service from a client that waits for its answer. Blocks for some milliseconds.
///
/// Errors: no list of sockets can be read or understood. A process that cannot be looked into is
/// no error: its socket has no `process`.
pub fn listening(proc: &Path) -> Result<Vec<Listening>, ListeningError> {
    let mut found = BTreeMap::new();
    let client_ports = client_ports(proc);
    for (file, proto) in [
        ("net/tcp", Transport::Tcp),
        ("net/tcp6", Transport::Tcp),
        ("net/udp", Transport::Udp),
        ("net/udp6", Transport::Udp),
    ] {
        for (addr, port, inode) in sockets(&proc.join(file), proto)? {
            if proto == Transport::Tcp || !client_ports.contains(&port) {
                found.entry((proto, port, addr)).or_insert(inode);
            }
        }
    }
    let owners = owners(proc, found.values().copied().collect());
    let mut identities: HashMap<u32, Option<ProcessIdentity>> = HashMap::new();
    let all = found.into_iter().map(|((proto, port, addr), inode)| {
        let pid = owners.get(&inode).copied();
        let process = pid
            .and_then(|pid| identities.entry(pid).or_insert_with(|| identity(proc, pid)).clone());
        Listening { proto, addr, port, inode, pid, process }
    });
    Ok(all.collect())
}

fn client_ports(proc: &Path) -> RangeInclusive<u16> {
    let text = start_of(&proc.join("sys/net/ipv4/ip_local_port_range"), 64).unwrap_or_default();
    let mut ports = text.split_ascii_whitespace().map(str::parse);
    match (ports.next(), ports.next()) {
        (Some(Ok(first)), Some(Ok(last))) => first..=last,
        _ => CLIENT_PORTS,
    }
}

/// Which process holds each socket. A socket that several hold (a server and its workers) is the
/// one's with the lowest id, who was there first as a rule; but the first process, which opens
/// sockets on behalf of services, only holds what nobody else does.
fn owners(proc: &Path, mut wanted: HashSet<u64>) -> HashMap<u64, u32> {
    let mut pids: Vec<u32> = fs::read_dir(proc)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    pids.sort_unstable_by_key(|pid| (*pid == 1, *pid));
    let mut owners = HashMap::new();
    let mut files_left = FILES_MAX;
    for pid in pids {
        if wanted.is_empty() || files_left == 0 {
            break;
        }
        // Not ours to look into, or ended meanwhile.
        let Ok(files) = fs::read_dir(proc.join(pid.to_string()).join("fd")) else { continue };
        for file in files.flatten().take(files_left) {
            files_left -= 1;
            let Ok(target) = fs::read_link(file.path()) else { continue };
            if let Some(inode) = target.to_str().and_then(socket_inode)
                && wanted.remove(&inode)
            {
                owners.insert(inode, pid);
            }
        }
    }
    owners
}

fn socket_inode(target: &str) -> Option<u64> {
    target.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "  sl  local_address rem_address   st\n";

    struct Machine(tempfile::TempDir);

    impl Machine {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn with(self, path: &str, text: impl AsRef<[u8]>) -> Self {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
            self
        }

        fn with_link(self, path: &str, target: &str) -> Self {
            let path = self.0.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(target, path).unwrap();
            self
        }

        fn listening(&self) -> Result<Vec<Listening>, ListeningError> {
            listening(self.0.path())
        }
    }

    fn row(local: &str, state: &str, inode: u64) -> String {
        format!(
            "   0: {local} 00000000:0000 {state} 0:0 00:0 0     0        0 {inode} 1 ff 100 0 0\n"
        )
    }

    #[test]
    fn listening_sockets_are_found_with_process_and_unit() {
        let rows = [row("00000000:0050", "0A", 11), row("0100007F:1F90", "01", 12)].concat();
        let machine = Machine::new()
            .with("net/tcp", format!("{HEAD}{rows}"))
            .with_link("200/fd/5", "socket:[11]")
            .with_link("100/fd/6", "socket:[11]")
            .with_link("1/fd/7", "socket:[11]")
            .with_link("100/exe", "/usr/sbin/nginx (deleted)")
            .with("100/comm", "nginx\n")
            .with("100/cmdline", "nginx: master process\0-g\0daemon off;\0")
            .with("100/status", "Name:\tnginx\nUid:\t0\t33\t0\t0\n")
            .with("100/cgroup", "0::/system.slice/nginx.service\n");
        let found = machine.listening().unwrap();
        let nginx = ProcessIdentity {
            pid: 100,
            comm: "nginx".into(),
            exe: Some("/usr/sbin/nginx".into()),
            cmdline: vec!["nginx: master process".into(), "-g".into(), "daemon off;".into()],
            uid: 33,
            unit: Some("nginx.service".into()),
        };
        let socket = Listening {
            proto: Transport::Tcp,
            addr: "0.0.0.0".parse().unwrap(),
            port: 80,
            inode: 11,
            pid: Some(100),
            process: Some(nginx),
        };
        assert_eq!(found, [socket]);
    }

    #[test]
    fn one_port_with_many_sockets_is_one_and_unknown_owners_are_no_error() {
        let rows = (20..30).map(|inode| row("00000000:0035", "07", inode)).collect::<String>();
        let client = row("00000000:C350", "07", 40);
        let machine = Machine::new().with("net/udp", format!("{HEAD}{rows}{client}"));
        let found = machine.listening().unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].proto, found[0].port), (Transport::Udp, 53));
        assert_eq!((found[0].pid, &found[0].process), (None, &None));
    }

    #[test]
    fn truncated_list_is_refused_and_a_machine_without_ipv6_is_not() {
        let machine = Machine::new().with("net/tcp", format!("{HEAD}   0: 00000000:0050 0000"));
        let refused = machine.listening().unwrap_err();
        assert!(matches!(refused, ListeningError::Malformed { line: 2, .. }), "{refused}");
        assert_eq!(Machine::new().listening().unwrap(), []);
    }

    #[test]
    fn socket_of_this_very_test_is_found_on_the_real_machine() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = server.local_addr().unwrap().port();
        let found = listening(Path::new("/proc")).unwrap();
        let own = found.iter().find(|socket| socket.port == port).unwrap();
        assert_eq!(own.pid, Some(std::process::id()));
        assert!(own.process.as_ref().unwrap().exe.is_some());
    }
}
