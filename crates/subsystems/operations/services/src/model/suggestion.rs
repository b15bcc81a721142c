use std::net::IpAddr;

use serde_json::json;

use super::{SeenService, SuggestedCheck, Surroundings, address_to_check, item::transport_name};
use crate::known::{Confidence, Evidence, Identified, Suggestion, Transport, suggest};

/// The check that fits a service at `addresses`, if one does.
///
/// Where checks may not go (this very server's port, a link-local address) its process is watched
/// instead. What only the port speaks for is asked for a connection and no more, once its process
/// or its silence speaks against it: a wrong guess would be a false alarm.
pub(super) fn fitting(
    evidence: &Evidence<'_>,
    identified: Option<&Identified>,
    addresses: &[IpAddr],
    around: Surroundings<'_>,
) -> Option<SuggestedCheck> {
    let address = address_to_check(addresses, around.ipv6_loopback)
        .filter(|address| around.guard.permit(*address, Some(evidence.port)).is_ok())
        .filter(|_| identified.is_none_or(|found| found.kind != "mainstay"));
    let Some(address) = address else {
        let spec = json!({ "name": evidence.comm });
        let by_process = SuggestedCheck { protocol: "process".to_owned(), spec };
        return (!evidence.comm.is_empty()).then_some(by_process);
    };
    let host = address.to_string();
    let suggestion = suggest(evidence, identified, &host)?;
    let guessed = identified.is_some_and(|found| found.confidence == Confidence::Possible);
    let suggestion = if guessed && is_doubtful(evidence, &suggestion) {
        suggest(evidence, None, &host)?
    } else {
        suggestion
    };
    Some(SuggestedCheck { protocol: suggestion.protocol.to_owned(), spec: suggestion.spec })
}

/// The check that presumes nothing of what `seen` is: a connection, or its process.
pub(crate) fn cautious(seen: &SeenService, ipv6_loopback: bool) -> Option<SuggestedCheck> {
    if seen.key.proto == transport_name(Transport::Udp) {
        let comm = &seen.process.as_ref()?.comm;
        let spec = json!({ "name": comm });
        return Some(SuggestedCheck { protocol: "process".to_owned(), spec });
    }
    let host = address_to_check(&seen.addresses, ipv6_loopback)?.to_string();
    let spec = json!({ "host": host, "port": seen.key.port });
    Some(SuggestedCheck { protocol: "tcp".to_owned(), spec })
}

/// Whether a guess by the port is contradicted: by a process of another name, by words that
/// nobody knows, or by the silence of one that should speak first.
fn is_doubtful(evidence: &Evidence<'_>, suggestion: &Suggestion) -> bool {
    let spec = &suggestion.spec;
    let speaks_first = spec.get("expect").is_some() && spec.get("send").is_none();
    !evidence.comm.is_empty() || !evidence.banner.is_empty() || speaks_first
}

#[cfg(test)]
mod tests {
    use probe::guard::OutboundGuard;
    use probe::local;

    use super::super::seen::{sightings, tests::socket};
    use super::*;

    fn suggested(sockets: &[local::Listening], banner: &str) -> String {
        let guard = OutboundGuard { own_ports: vec![8420], ..OutboundGuard::default() };
        let around = Surroundings { guard: &guard, ipv6_loopback: true };
        let seen = SeenService::of(&sightings(sockets)[0], banner.as_bytes(), around);
        seen.suggested_check
            .map_or("none".to_owned(), |check| format!("{} {}", check.protocol, check.spec))
    }

    #[test]
    fn suggestion_fits_what_is_known_and_where_it_listens() {
        let own = Some((1, "mainstay"));
        let tool = Some((2, "tool"));
        let tcp = r#"tcp {"host":"127.0.0.1","port":22}"#;
        for (addr, port, process, banner, expected) in [
            ("0.0.0.0", 80, Some((3, "nginx")), "", r#"http {"#),
            ("0.0.0.0", 22, Some((3, "sshd")), "", r#"tcp {"expect":"SSH-""#),
            ("0.0.0.0", 22, tool, "", tcp),
            ("0.0.0.0", 22, None, "", tcp),
            ("0.0.0.0", 22, None, "SSH-2.0-x", r#"tcp {"expect":"SSH-""#),
            ("0.0.0.0", 80, None, "", r#"http {"#),
            ("0.0.0.0", 80, None, "what?", r#"tcp {"host":"127.0.0.1","port":80}"#),
            ("0.0.0.0", 80, tool, "", r#"tcp {"host":"127.0.0.1","port":80}"#),
            ("192.0.2.1", 9999, tool, "", r#"tcp {"host":"192.0.2.1","port":9999}"#),
            ("0.0.0.0", 9999, own, "", r#"process {"name":"mainstay"}"#),
            ("127.0.0.1", 8420, tool, "", r#"process {"name":"tool"}"#),
            ("127.0.0.1", 8420, None, "", "none"),
            ("fe80::1", 80, Some((3, "nginx")), "", r#"process {"name":"nginx"}"#),
        ] {
            let found = suggested(&[socket(addr, port, process)], banner);
            assert!(found.starts_with(expected), "{addr} {port} {process:?} {banner}: {found}");
        }
    }

    #[test]
    fn udp_is_watched_by_its_process_unless_it_can_be_asked() {
        let udp = |port, process| {
            let mut socket = socket("0.0.0.0", port, process);
            socket.proto = local::Transport::Udp;
            suggested(&[socket], "")
        };
        assert_eq!(udp(123, Some((1, "chronyd"))), r#"process {"name":"chronyd"}"#);
        assert!(udp(53, Some((1, "dnsmasq"))).starts_with("dns {"));
        assert_eq!(udp(123, None), "none");
    }
}
