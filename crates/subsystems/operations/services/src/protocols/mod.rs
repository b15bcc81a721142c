//! The ways of asking whether a service works: one file or folder each.
//!
//! Every protocol reads a typed specification (unknown keys are refused, everything has a limit)
//! and makes a check of it. A check never outlives its timeout, reads a bounded amount whatever the
//! other side sends, and asks the outbound guard about every address before the first packet.

pub mod dns;
pub mod http;
pub mod ping;
pub mod process;
pub mod systemd_unit;
pub mod tcp;

mod reach;
mod spec;
mod tls;
mod verdict;

use std::path::PathBuf;
use std::sync::Arc;

use probe::outcome::Protocol;

/// Where the checks of this machine look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Where the proc file system is mounted.
    pub proc_root: PathBuf,
    /// The program that asks systemd: a path, or a name looked up in `PATH`.
    pub systemctl: PathBuf,
}

impl Default for Places {
    fn default() -> Self {
        Self { proc_root: "/proc".into(), systemctl: "systemctl".into() }
    }
}

/// Returns all protocols, looking at this machine in the usual places.
#[must_use]
pub fn all() -> Vec<Box<dyn Protocol>> {
    all_in(&Places::default())
}

/// Returns all protocols, looking at this machine in `places`.
#[must_use]
pub fn all_in(places: &Places) -> Vec<Box<dyn Protocol>> {
    let trust = Arc::new(tls::Trust::default());
    vec![
        Box::new(ping::PingProtocol),
        Box::new(tcp::TcpProtocol::new(Arc::clone(&trust))),
        Box::new(http::HttpProtocol::new(trust)),
        Box::new(dns::DnsProtocol),
        Box::new(process::ProcessProtocol::new(places.proc_root.clone())),
        Box::new(systemd_unit::SystemdUnitProtocol::new(places.systemctl.clone())),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::all;

    #[test]
    fn every_protocol_refuses_an_unknown_key_and_names_it() {
        for protocol in all() {
            let fault = protocol.parse(json!({ "colour": "red" })).unwrap_err();
            assert_eq!(fault.field, "colour", "{}", protocol.name());
            assert!(!fault.expected.zh.is_empty());
        }
    }

    #[test]
    fn every_protocol_refuses_what_is_no_object() {
        for protocol in all() {
            for wrong in [json!(null), json!([]), json!("x"), json!(7)] {
                let fault = protocol.parse(wrong.clone()).unwrap_err();
                assert!(!fault.expected.en.is_empty(), "{} {wrong}", protocol.name());
            }
        }
    }

    #[test]
    fn every_schema_lists_its_keys_in_both_languages_and_is_closed() {
        for protocol in all() {
            let schema = protocol.schema();
            assert_eq!(schema["additionalProperties"], json!(false), "{}", protocol.name());
            for (key, property) in schema["properties"].as_object().unwrap() {
                assert!(property["title"].is_string(), "{} {key}", protocol.name());
                assert!(property["x-title-zh"].is_string(), "{} {key}", protocol.name());
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::BTreeSet<_> = all().iter().map(|p| p.name()).collect();
        assert_eq!(names.len(), all().len());
    }
}
