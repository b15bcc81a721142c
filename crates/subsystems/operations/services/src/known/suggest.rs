//! Which check fits what was found.

use serde_json::{Value, json};

use super::table::Suggest;
use super::{Evidence, Identified, Transport};

/// A check that fits: the protocol's name and a specification that it accepts.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The protocol: see `services::protocols::all`.
    pub protocol: &'static str,
    /// Its specification.
    pub spec: Value,
}

/// Ports that speak TLS from the first byte.
const TLS_PORTS: [u16; 9] = [443, 465, 636, 993, 995, 5671, 6443, 8443, 9443];

/// Suggests a check of what listens at `host`.
///
/// Over UDP only DNS can be asked without knowing more: anything else is watched by its process,
/// and `None` is returned if that is not known either.
#[must_use]
pub fn suggest(
    evidence: &Evidence<'_>,
    identified: Option<&Identified>,
    host: &str,
) -> Option<Suggestion> {
    let port = evidence.port;
    let check = identified.map_or(Suggest::Connect, |found| found.known.check);
    if let Suggest::Dns = check {
        let server = if host.contains(':') && !host.starts_with('[') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        };
        let spec = json!({ "name": "localhost", "server": server, "match": "any_answer" });
        return Some(Suggestion { protocol: "dns", spec });
    }
    if evidence.transport == Transport::Udp {
        let spec = json!({ "name": evidence.comm });
        return (!evidence.comm.is_empty()).then_some(Suggestion { protocol: "process", spec });
    }
    let (protocol, spec) = match check {
        Suggest::Web(path) => ("http", web(host, port, path)),
        Suggest::Expect(text) => ("tcp", json!({ "host": host, "port": port, "expect": text })),
        Suggest::Talk(send, expect) => {
            ("tcp", json!({ "host": host, "port": port, "send": send, "expect": expect }))
        }
        Suggest::Connect | Suggest::Dns => ("tcp", json!({ "host": host, "port": port })),
    };
    Some(Suggestion { protocol, spec })
}

/// Any answer below 500 is a sign of life; where it redirects to is another service's business.
/// A certificate cannot be for an address such as 127.0.0.1, but its end is worth watching.
fn web(host: &str, port: u16, path: &str) -> Value {
    let bracketed = host.contains(':') && !host.starts_with('[');
    let host = if bracketed { format!("[{host}]") } else { host.to_owned() };
    let mut spec = json!({ "status": ["100-499"], "redirects_max": 0 });
    if TLS_PORTS.contains(&port) {
        spec["url"] = json!(format!("https://{host}:{port}{path}"));
        spec["certificate"] = json!({ "verify": false, "warning_days": 21, "critical_days": 7 });
    } else {
        spec["url"] = json!(format!("http://{host}:{port}{path}"));
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::identify;
    use crate::known::table::KNOWN;
    use crate::protocols;

    fn suggestion(transport: Transport, port: u16, comm: &str, host: &str) -> Option<Suggestion> {
        let evidence = Evidence { transport, port, comm, exe: "", cmdline: "", banner: b"" };
        suggest(&evidence, identify(&evidence).as_ref(), host)
    }

    #[test]
    fn every_suggestion_is_accepted_by_its_protocol() {
        let protocols = protocols::all();
        for known in KNOWN {
            for (transport, port) in known.ports {
                for host in ["127.0.0.1", "::1", "db.example"] {
                    let comm = known.programs.first().copied().unwrap_or("java");
                    let Some(found) = suggestion(*transport, *port, comm, host) else {
                        panic!("nothing suggested for {}", known.kind);
                    };
                    // A name server is asked by address only.
                    if found.protocol == "dns" && host == "db.example" {
                        continue;
                    }
                    let protocol = protocols.iter().find(|p| p.name() == found.protocol).unwrap();
                    let parsed = protocol.parse(found.spec.clone());
                    assert!(parsed.is_ok(), "{} {:?} {:?}", known.kind, found, parsed.err());
                }
            }
        }
    }

    #[test]
    fn a_fitting_check_is_suggested() {
        let spec = |found: Option<Suggestion>| found.map(|s| (s.protocol, s.spec));
        assert_eq!(
            spec(suggestion(Transport::Tcp, 22, "sshd", "127.0.0.1")),
            Some(("tcp", json!({ "host": "127.0.0.1", "port": 22, "expect": "SSH-" })))
        );
        let (protocol, web) = spec(suggestion(Transport::Tcp, 443, "nginx", "::1")).unwrap();
        assert_eq!((protocol, web["url"].as_str()), ("http", Some("https://[::1]:443/")));
        assert_eq!(web["certificate"]["verify"], json!(false));
        assert_eq!(
            spec(suggestion(Transport::Udp, 123, "chronyd", "127.0.0.1")),
            Some(("process", json!({ "name": "chronyd" })))
        );
        assert_eq!(
            spec(suggestion(Transport::Tcp, 61000, "mine", "127.0.0.1")),
            Some(("tcp", json!({ "host": "127.0.0.1", "port": 61000 })))
        );
        assert_eq!(suggestion(Transport::Udp, 61000, "", "127.0.0.1"), None);
    }
}
