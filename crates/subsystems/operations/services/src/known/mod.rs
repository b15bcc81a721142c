//! Known services: from what listens on a port to what it is and how it is checked.

mod banner;
mod suggest;
mod table;

use kernel::Text;
use serde::{Deserialize, Serialize};

pub use self::banner::{BANNER_BYTES_MAX, BANNER_WAIT, read_banner};
pub use self::suggest::{Suggestion, suggest};
use self::table::{KNOWN, Known, Suggest, WEB_PORTS};

/// What carries the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// What is known of a listening socket. Whatever could not be read is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence<'a> {
    /// What carries it.
    pub transport: Transport,
    /// The port it listens on.
    pub port: u16,
    /// The kernel's name of the process (`/proc/PID/comm`), at most 15 bytes.
    pub comm: &'a str,
    /// The path of the program (`/proc/PID/exe`).
    pub exe: &'a str,
    /// The command line, arguments separated by spaces.
    pub cmdline: &'a str,
    /// What it said when it was connected to, see [`read_banner`].
    pub banner: &'a [u8],
}

/// How sure an identification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Only the port speaks for it.
    Possible,
    /// The process or the banner speaks for it.
    Likely,
    /// Two of process, banner and port agree.
    Certain,
}

/// What a listening socket most likely is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// A stable name: `nginx`, `postgresql`, `tongweb`.
    pub kind: &'static str,
    /// The name for people.
    pub title: Text,
    /// How sure this is.
    pub confidence: Confidence,
    known: &'static Known,
}

/// Says what a socket is: the process weighs most, then the banner, then the port. Of two that
/// weigh the same the first of the table wins.
#[must_use]
pub fn identify(evidence: &Evidence<'_>) -> Option<Identified> {
    let mut best: Option<(u8, &'static Known)> = None;
    for known in KNOWN {
        let weight = weigh(known, evidence);
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, known));
        }
    }
    let (weight, known) = best?;
    let confidence = match weight {
        1 => Confidence::Possible,
        2 | 4 => Confidence::Likely,
        _ => Confidence::Certain,
    };
    let title = Text::new(known.en, known.zh);
    Some(Identified { kind: known.kind, title, confidence, known })
}

/// 4 for the process, 2 for the banner, 1 for the port.
fn weigh(known: &Known, evidence: &Evidence<'_>) -> u8 {
    let program = evidence.exe.strip_suffix(" (deleted)").unwrap_or(evidence.exe);
    let program = program.rsplit('/').next().unwrap_or("");
    let named = known.programs.iter().any(|name| {
        // The kernel cuts its own name for the process at 15 bytes.
        let comm = &name[..name.len().min(15)];
        (!evidence.comm.is_empty() && evidence.comm == comm) || program == *name
    });
    let marked = known.markers.iter().any(|marker| evidence.cmdline.contains(marker));
    let spoken = known.banners.iter().any(|start| {
        let window = &evidence.banner[..evidence.banner.len().min(BANNER_BYTES_MAX)];
        window.windows(start.len()).any(|at| at == start.as_bytes())
    });
    // Web servers have no port of their own: the general ones count once something else speaks.
    let web = (named || marked || spoken)
        && matches!(known.check, Suggest::Web(_))
        && WEB_PORTS.contains(&evidence.port);
    let ported = web || known.ports.contains(&(evidence.transport, evidence.port));
    u8::from(named || marked) * 4 + u8::from(spoken) * 2 + u8::from(ported)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(
        port: u16,
        comm: &str,
        cmdline: &str,
        banner: &str,
    ) -> Option<(&'static str, Confidence)> {
        let evidence = Evidence {
            transport: Transport::Tcp,
            port,
            comm,
            exe: "",
            cmdline,
            banner: banner.as_bytes(),
        };
        identify(&evidence).map(|found| (found.kind, found.confidence))
    }

    #[test]
    fn process_beats_banner_beats_port() {
        use Confidence::{Certain, Likely, Possible};
        let table = [
            (22, "sshd", "", "", Some(("ssh", Certain))),
            (22, "", "", "", Some(("ssh", Possible))),
            (2222, "sshd", "", "", Some(("ssh", Likely))),
            (2222, "", "", "SSH-2.0-OpenSSH_9.2p1 Debian\r\n", Some(("ssh", Likely))),
            (22, "python3", "", "SSH-2.0-x", Some(("ssh", Certain))),
            (3306, "nginx", "", "", Some(("nginx", Likely))),
            (3306, "mariadbd", "", "", Some(("mysql", Certain))),
            (80, "apache2", "", "", Some(("apache", Certain))),
            (80, "", "", "", Some(("http", Possible))),
            (5236, "dmserver", "", "", Some(("dameng", Certain))),
            (54321, "kingbase", "", "", Some(("kingbase", Certain))),
            (54321, "", "", "", Some(("kingbase", Possible))),
            (2881, "observer", "", "", Some(("oceanbase", Certain))),
            (25, "master", "", "220 mx ESMTP Postfix (Debian)\r\n", Some(("postfix", Certain))),
            (21, "", "", "220 (vsFTPd 3.0.3)\r\n", Some(("ftp", Certain))),
            (5900, "", "", "RFB 003.008\n", Some(("vnc", Certain))),
            (
                8080,
                "java",
                "java -Dx org.apache.catalina.startup.Bootstrap",
                "",
                Some(("tomcat", Certain)),
            ),
            (7001, "java", "java weblogic.Server", "", Some(("weblogic", Certain))),
            (9060, "java", "java -Dtongweb.home=/opt/TongWeb7", "", Some(("tongweb", Certain))),
            (9092, "java", "java kafka.Kafka server.properties", "", Some(("kafka", Certain))),
            (
                9100,
                "prometheus-node-exporter"[..15].as_ref(),
                "",
                "",
                Some(("node_exporter", Certain)),
            ),
            (61234, "something", "", "", None),
            (0, "", "", "", None),
        ];
        for (port, comm, cmdline, banner, expected) in table {
            assert_eq!(ask(port, comm, cmdline, banner), expected, "{port} {comm} {banner}");
        }
    }

    #[test]
    fn the_program_file_counts_even_if_it_was_replaced() {
        let evidence = Evidence {
            transport: Transport::Tcp,
            port: 1,
            comm: "x",
            exe: "/usr/sbin/nginx (deleted)",
            cmdline: "",
            banner: b"",
        };
        assert_eq!(identify(&evidence).unwrap().kind, "nginx");
    }

    #[test]
    fn udp_and_tcp_ports_are_not_mixed_up() {
        let udp = |port| Evidence {
            transport: Transport::Udp,
            port,
            comm: "",
            exe: "",
            cmdline: "",
            banner: b"",
        };
        assert_eq!(identify(&udp(161)).unwrap().kind, "snmp");
        assert_eq!(identify(&udp(123)).unwrap().kind, "ntp");
        assert_eq!(identify(&udp(3306)), None);
    }

    #[test]
    fn kinds_are_unique_and_titled_in_both_languages() {
        let kinds: std::collections::BTreeSet<_> = KNOWN.iter().map(|known| known.kind).collect();
        assert_eq!(kinds.len(), KNOWN.len());
        assert!(KNOWN.len() >= 60);
        for known in KNOWN {
            assert!(!known.en.is_empty() && !known.zh.is_empty());
            assert!(
                known
                    .kind
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            );
            assert!(known.programs.len() + known.markers.len() + known.ports.len() > 0);
        }
    }
}
