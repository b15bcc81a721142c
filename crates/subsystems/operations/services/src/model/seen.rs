use std::collections::BTreeMap;
use std::net::IpAddr;

use kernel::Text;
use probe::guard::OutboundGuard;
use probe::local::{self, Listening, ProcessIdentity};

use super::{
    Owner, ServiceKey, SuggestedCheck, UNKNOWN_KIND, item::transport_name, suggestion::fitting,
};
use crate::known::{Confidence, Evidence, Transport, identify};

/// Characters of a path or name that are kept.
const TEXT_CHARS_MAX: usize = 1024;

/// Sockets of one program on one port, before anybody knows what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sighting {
    pub(crate) transport: Transport,
    pub(crate) port: u16,
    /// Sorted.
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) process: Option<ProcessIdentity>,
}

/// What a suggestion depends on besides the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// Which addresses checks may reach.
    pub(crate) guard: &'a OutboundGuard,
    /// Whether `::1` is there.
    pub(crate) ipv6_loopback: bool,
}

/// A service as a scan sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenService {
    /// What tells it from the host's other services.
    pub key: ServiceKey,
    /// Where it listens, sorted.
    pub addresses: Vec<IpAddr>,
    /// The process behind it.
    pub process: Option<Owner>,
    /// The kind of service, or [`UNKNOWN_KIND`].
    pub kind: String,
    /// The kind's name for people.
    pub title: Text,
    /// How sure the kind is.
    pub confidence: Option<Confidence>,
    /// The check that fits.
    pub suggested_check: Option<SuggestedCheck>,
}

/// Puts the sockets of one program on one port together: several addresses, and workers that
/// share the port. Of several processes the one with the lowest id stands for all.
pub(crate) fn sightings(sockets: &[Listening]) -> Vec<Sighting> {
    let mut together: BTreeMap<(&str, u16, &str), Sighting> = BTreeMap::new();
    for socket in sockets {
        let transport = match socket.proto {
            local::Transport::Tcp => Transport::Tcp,
            local::Transport::Udp => Transport::Udp,
        };
        let comm = socket.process.as_ref().map_or("", |process| process.comm.as_str());
        let port = socket.port;
        let sighting =
            together.entry((transport_name(transport), port, comm)).or_insert_with(|| {
                let process = socket.process.clone();
                Sighting { transport, port, addresses: Vec::new(), process }
            });
        sighting.addresses.push(socket.addr);
        let pid = |process: &Option<ProcessIdentity>| process.as_ref().map(|process| process.pid);
        if pid(&socket.process) < pid(&sighting.process) {
            sighting.process.clone_from(&socket.process);
        }
    }
    let mut all: Vec<Sighting> = together.into_values().collect();
    for sighting in &mut all {
        sighting.addresses.sort_unstable();
        sighting.addresses.dedup();
    }
    all
}

impl SeenService {
    /// What `sighting` most likely is. `banner`: what it says to whoever connects, empty if it was
    /// not asked.
    pub(crate) fn of(sighting: &Sighting, banner: &[u8], around: Surroundings<'_>) -> Self {
        let process = sighting.process.as_ref();
        let exe = process.and_then(|process| process.exe.as_deref());
        let exe = exe.map(|exe| exe.to_string_lossy().into_owned()).unwrap_or_default();
        let cmdline = process.map(|process| process.cmdline.join(" ")).unwrap_or_default();
        let evidence = Evidence {
            transport: sighting.transport,
            port: sighting.port,
            comm: process.map_or("", |process| &process.comm),
            exe: &exe,
            cmdline: &cmdline,
            banner,
        };
        let identified = identify(&evidence);
        let comm = plain(evidence.comm);
        // Two programs of one kind can share a port at different addresses: two name servers do.
        let name = match identified.as_ref().map(|found| found.kind) {
            Some(kind) if comm.is_empty() || comm == kind => kind.to_owned(),
            Some(kind) => format!("{kind}/{comm}"),
            None if comm.is_empty() => UNKNOWN_KIND.to_owned(),
            None => comm.clone(),
        };
        let title = match &identified {
            Some(found) => found.title.clone(),
            None if comm.is_empty() => Text::new("Unknown service", "未知服务"),
            None => Text::same(comm.clone()),
        };
        let proto = transport_name(sighting.transport);
        Self {
            key: ServiceKey { proto, port: sighting.port, name },
            suggested_check: fitting(&evidence, identified.as_ref(), &sighting.addresses, around),
            kind: identified.as_ref().map_or(UNKNOWN_KIND, |found| found.kind).to_owned(),
            confidence: identified.map(|found| found.confidence),
            title,
            addresses: sighting.addresses.clone(),
            process: process.map(|process| Owner {
                pid: process.pid,
                comm,
                exe: Some(plain(&exe)).filter(|exe| !exe.is_empty()),
                unit: process.unit.as_deref().map(plain),
                user_id: process.uid,
            }),
        }
    }
}

/// One of each key.
pub(crate) fn merged(seen: Vec<SeenService>) -> Vec<SeenService> {
    let mut one_of_each: BTreeMap<ServiceKey, SeenService> = BTreeMap::new();
    for service in seen {
        match one_of_each.get_mut(&service.key) {
            None => drop(one_of_each.insert(service.key.clone(), service)),
            Some(first) => {
                first.addresses.extend(&service.addresses);
                first.addresses.sort_unstable();
                first.addresses.dedup();
            }
        }
    }
    one_of_each.into_values().collect()
}

/// A text of the machine's that may stand in records and on pages.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn socket(addr: &str, port: u16, process: Option<(u32, &str)>) -> Listening {
        let process = process.map(|(pid, comm)| ProcessIdentity {
            pid,
            comm: comm.to_owned(),
            exe: Some(format!("/usr/sbin/{comm}").into()),
            cmdline: vec![comm.to_owned()],
            uid: 0,
            unit: None,
        });
        Listening {
            proto: local::Transport::Tcp,
            addr: addr.parse().unwrap(),
            port,
            inode: 1,
            pid: process.as_ref().map(|process| process.pid),
            process,
        }
    }

    pub(crate) fn seen_all(sockets: &[Listening]) -> Vec<SeenService> {
        let guard = OutboundGuard::default();
        let around = Surroundings { guard: &guard, ipv6_loopback: true };
        let sightings = sightings(sockets);
        merged(sightings.iter().map(|one| SeenService::of(one, b"", around)).collect())
    }

    /// One service of the process `comm` on all IPv4 addresses.
    pub(crate) fn seen(port: u16, comm: &str, pid: u32) -> SeenService {
        seen_all(&[socket("0.0.0.0", port, Some((pid, comm)))]).remove(0)
    }

    #[test]
    fn addresses_and_workers_of_one_service_are_one() {
        let found = seen_all(&[
            socket("0.0.0.0", 80, Some((20, "nginx"))),
            socket("::", 80, Some((10, "nginx"))),
            socket("127.0.0.1", 80, Some((10, "nginx"))),
            socket("192.0.2.1", 53, Some((30, "unbound"))),
            socket("127.0.0.53", 53, Some((31, "systemd-resolve"))),
            socket("0.0.0.0", 40_000, None),
        ]);
        let shown: Vec<String> = found
            .iter()
            .map(|one| {
                let pid = one.process.as_ref().map_or(0, |process| process.pid);
                format!("{} {} {pid} {:?}", one.key.port, one.key.name, one.addresses)
            })
            .collect();
        assert_eq!(shown.len(), 4, "{shown:?}");
        assert!(shown.contains(&"80 nginx 10 [0.0.0.0, 127.0.0.1, ::]".to_owned()), "{shown:?}");
        assert!(shown.contains(&"40000 unknown 0 [0.0.0.0]".to_owned()), "{shown:?}");
    }

    #[test]
    fn control_characters_of_a_path_do_not_get_into_records() {
        let mut strange = socket("0.0.0.0", 9, Some((1, "a\nb")));
        strange.process.as_mut().unwrap().exe = Some("/tmp/x\u{1b}[31m".into());
        let found = &seen_all(&[strange])[0];
        let owner = found.process.as_ref().unwrap();
        assert_eq!((owner.comm.as_str(), owner.exe.as_deref()), ("ab", Some("/tmp/x[31m")));
    }
}
