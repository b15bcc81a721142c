//! The host in the register: found once, changed when it changes.

use std::time::Duration;

use serde_json::json;

use crate::house::{House, Machine};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn host_is_put_into_the_register_and_a_restart_finds_it_again() {
    let (house, machine) = (House::new().await, Machine::new());
    let first = house.host(machine.roots()).await;
    let resource = house.register().get(first.resource_id()).await.unwrap();
    assert_eq!((resource.kind.as_str(), resource.name.as_str()), ("host", "web1"));
    assert_eq!(resource.identity.as_deref(), Some("0123456789abcdef0123456789abcdef"));
    assert_eq!(resource.attributes["timezone"], "Asia/Shanghai");
    let shown = first.attributes();
    // What the machine does not tell is null to us, and not there in the register.
    let told = shown.iter().filter(|(_, value)| !value.is_null());
    assert!(told.eq(resource.attributes.iter()), "{shown:?}");
    let created = house.facts("resource.created").await;
    assert_eq!(created.len(), 1);
    assert_eq!(created[0].actor.name, "discovery");

    house.clock.advance(HOUR);
    let second = house.host(machine.roots()).await;
    assert_eq!(second.resource_id(), first.resource_id());
    assert_eq!(house.facts("resource.created").await.len(), 1);
    assert!(house.facts("resource.changed").await.is_empty());
}

#[tokio::test]
async fn changed_attribute_is_journalled_once_within_the_hour() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    host.read().await;
    machine.write("root/etc/timezone", "Europe/Berlin\n");
    house.tick(&host).await;
    assert!(house.facts("resource.changed").await.is_empty(), "not before its time");
    for _ in 0..3 {
        house.clock.advance(HOUR);
        host.read().await;
    }
    let facts = house.facts("resource.changed").await;
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].detail["fields"], json!(["attributes.timezone"]));
    let zone =
        |side: &Option<serde_json::Value>| side.as_ref().unwrap()["attributes"]["timezone"].clone();
    assert_eq!(zone(&facts[0].before), "Asia/Shanghai");
    assert_eq!(zone(&facts[0].after), "Europe/Berlin");
    assert_eq!(host.attributes()["timezone"], "Europe/Berlin");
}

#[tokio::test]
async fn measurements_do_not_change_the_register() {
    let (house, machine) = (House::new().await, Machine::new());
    machine.write("proc/cpuinfo", "processor : 0\ncpu MHz : 2400.1\n");
    let host = house.host(machine.roots()).await;
    machine.write("proc/cpuinfo", "processor : 0\ncpu MHz : 900.5\n");
    machine.write("sys/class/net/eth0/operstate", "down\n");
    machine.write("proc/stat", "cpu0 1 1 1 1 1 1 1 1\nbtime 1799990001\n");
    house.clock.advance(HOUR);
    host.read().await;
    assert!(house.facts("resource.changed").await.is_empty());
    drop(host);
    house.host(machine.roots()).await;
    assert!(house.facts("resource.changed").await.is_empty());
}

#[tokio::test]
async fn machine_without_id_is_known_by_its_name() {
    let (house, machine) = (House::new().await, Machine::new());
    machine.write("root/etc/machine-id", "");
    let first = house.host(machine.roots()).await;
    let resource = house.register().get(first.resource_id()).await.unwrap();
    assert_eq!(resource.identity.as_deref(), Some("web1"));
    assert_eq!(house.host(machine.roots()).await.resource_id(), first.resource_id());
}
