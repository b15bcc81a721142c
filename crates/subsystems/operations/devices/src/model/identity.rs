//! What the register is told of a host.

use serde_json::{Map, Value};

use crate::collect::HostAttributes;

/// Interfaces and disks told to the register; a host of containers has thousands of interfaces.
const LISTED_MAX: usize = 64;
/// The time of the start is worked out from the clock of the day and moves with it a little.
const BOOT_WOBBLE_S: i64 = 60;

/// What tells the host from all others: its machine-id, else its name.
pub(crate) fn identity(attributes: &HostAttributes) -> String {
    match attributes.machine_id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => id.to_owned(),
        None => name(attributes),
    }
}

/// What to call it.
pub(crate) fn name(attributes: &HostAttributes) -> String {
    let name = attributes.hostname.trim();
    if name.is_empty() { "localhost".to_owned() } else { name.to_owned() }
}

/// The host's attributes as the register keeps them, without what is a measurement and would
/// differ at each look: the processor's speed now and the links' states.
///
/// `known`: what the register has.
pub(crate) fn register_attributes(
    attributes: &HostAttributes,
    known: Option<&Map<String, Value>>,
) -> Map<String, Value> {
    let mut told = match serde_json::to_value(attributes) {
        Ok(Value::Object(object)) => object,
        // Plain structs of texts and numbers always become an object.
        _ => Map::new(),
    };
    if let Some(Value::Object(cpu)) = told.get_mut("cpu") {
        cpu.remove("mhz");
    }
    if let Some(Value::Array(interfaces)) = told.get_mut("interfaces") {
        interfaces.retain(|interface| !comes_and_goes(interface));
        interfaces.truncate(LISTED_MAX);
        for interface in interfaces.iter_mut().filter_map(Value::as_object_mut) {
            interface.remove("state");
        }
    }
    if let Some(Value::Array(disks)) = told.get_mut("disks") {
        disks.truncate(LISTED_MAX);
    }
    let booted = |map: &Map<String, Value>| map.get("booted_at_s").and_then(Value::as_i64);
    if let (Some(before), Some(now)) = (known.and_then(booted), booted(&told))
        && before.abs_diff(now) <= BOOT_WOBBLE_S.unsigned_abs()
    {
        told.insert("booted_at_s".to_owned(), before.into());
    }
    told
}

/// The machine's ends of cables to its containers.
fn comes_and_goes(interface: &Value) -> bool {
    interface.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with("veth"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::collect::{
        CpuAttributes, HostAttributes, InterfaceAttributes, OsAttributes, ProductAttributes,
    };

    fn host() -> HostAttributes {
        let interface = |name: &str| InterfaceAttributes {
            name: name.to_owned(),
            mac: None,
            mtu_bytes: Some(1500),
            state: Some("up".to_owned()),
            addresses: Vec::new(),
        };
        HostAttributes {
            hostname: "web1".to_owned(),
            fqdn: None,
            machine_id: Some("abc".to_owned()),
            os: OsAttributes::default(),
            kernel_release: "6.1".to_owned(),
            kernel_version: String::new(),
            architecture: "x86_64".to_owned(),
            booted_at_s: Some(1000),
            cpu: CpuAttributes { mhz: Some(2400.0), ..CpuAttributes::default() },
            memory_bytes: None,
            swap_bytes: None,
            virtualisation: None,
            product: ProductAttributes::default(),
            timezone: None,
            interfaces: vec![interface("eth0"), interface("veth12ab")],
            disks: Vec::new(),
        }
    }

    #[test]
    fn machine_id_identifies_and_the_name_where_there_is_none() {
        assert_eq!(identity(&host()), "abc");
        let nameless = HostAttributes { machine_id: None, ..host() };
        assert_eq!(identity(&nameless), "web1");
        let blank = HostAttributes { hostname: String::new(), ..nameless };
        assert_eq!((identity(&blank), name(&blank)), ("localhost".into(), "localhost".into()));
    }

    #[test]
    fn measurements_are_no_attributes() {
        let told = register_attributes(&host(), None);
        assert!(told["cpu"].get("mhz").is_none());
        let eth0 = json!([{"name": "eth0", "mac": null, "mtu_bytes": 1500, "addresses": []}]);
        assert_eq!(told["interfaces"], eth0);
    }

    #[test]
    fn start_that_wobbles_is_the_same_start() {
        let booted = |before: i64, now| {
            let host = HostAttributes { booted_at_s: Some(now), ..host() };
            let known = json!({ "booted_at_s": before });
            register_attributes(&host, known.as_object())["booted_at_s"].clone()
        };
        assert_eq!(booted(1000, 1001), 1000);
        assert_eq!(booted(1000, 5000), 5000);
    }
}
