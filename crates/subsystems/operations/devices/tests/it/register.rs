//! The host in the register: found once, changed when it changes.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use kernel::Caller;
use resources::{Merge, NewResource, ResourceId};
use serde_json::json;
use testkit::{Client, SeededIds};
use tokio::sync::watch;

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

impl House {
    /// What a person had written down before this machine was found.
    async fn host_by_hand(&self) -> ResourceId {
        self.clock.advance(Duration::from_secs(1));
        let new = NewResource { kind: "host".into(), name: "front".into(), ..Default::default() };
        self.register().create(&Caller::console(), &new).await.unwrap().id
    }

    /// `gone` turns out to be `kept`.
    async fn merge(&self, kept: ResourceId, gone: ResourceId) -> Merge {
        self.clock.advance(Duration::from_secs(1));
        let choices = BTreeMap::new();
        self.register().merge(&Caller::console(), kept, gone, &choices).await.unwrap()
    }

    async fn undo(&self, merge: &Merge) {
        self.register().undo_merge(&Caller::console(), merge.id).await.unwrap();
    }

    /// Waits for something while time passes.
    async fn passing<T>(&self, what: impl Future<Output = T>) -> T {
        let time = async {
            loop {
                self.clock.advance(Duration::from_millis(100));
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            done = what => done,
            () = time => unreachable!("time does not end"),
        }
    }

    fn counted(&self, resource: ResourceId) -> usize {
        self.points(&format!("node_load5{{resource=\"{resource}\"}}")).len()
    }
}

#[tokio::test]
async fn running_host_is_measured_as_the_resource_that_it_turned_out_to_be() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    let (own, kept) = (host.resource_id(), house.host_by_hand().await);
    let (stop, stopped) = watch::channel(false);
    let (running, mut progress) = (host.clone(), host.progress());
    let run = tokio::spawn(async move { running.run(stopped).await });
    progress.wait_for(|progress| progress.readings == 1).await.unwrap();
    let merge = house.merge(kept, own).await;
    let standing = host.standing();
    assert_eq!(house.passing(standing.changed(own)).await, kept);
    // One reading may have been under way.
    let before = progress.borrow().readings;
    let read = progress.wait_for(|progress| progress.readings >= before + 2);
    assert!(house.passing(read).await.is_ok());
    assert!(house.counted(kept) > 0, "without a restart");
    house.undo(&merge).await;
    stop.send(true).unwrap();
    run.await.unwrap();

    // The next look, and the next reading, as the loop makes them.
    assert_eq!(host.follow().await.unwrap(), own);
    let (of_own, of_kept) = (house.counted(own), house.counted(kept));
    house.tick(&host).await;
    assert_eq!((house.counted(own), house.counted(kept)), (of_own + 1, of_kept));
}

#[tokio::test]
async fn host_that_started_after_a_merge_is_its_own_again_when_that_is_undone() {
    let (house, machine) = (House::new().await, Machine::new());
    let own = house.host(machine.roots()).await.resource_id();
    let kept = house.host_by_hand().await;
    let merge = house.merge(kept, own).await;
    house.clock.advance(HOUR);
    let host = house.host(machine.roots()).await;
    assert_eq!((host.resource_id(), host.known().resource_id), (kept, kept.to_string()));
    let routes = devices::subsystem::routes(Some(host.clone()));
    let clock = Arc::new(house.clock.clone());
    let client = Client::of_routes(routes, clock, Arc::new(SeededIds::new(1)));
    let shown = client.get(&format!("/api/v1/hosts/{kept}")).await;
    assert_eq!((shown.status.as_u16(), &shown.json["name"]), (200, &json!("front")));
    house.undo(&merge).await;
    // The page that is asked for first knows it already.
    let shown = client.get("/api/v1/hosts").await;
    assert_eq!(shown.json["items"][0]["resource_id"], json!(own));
    assert_eq!(client.get(&format!("/api/v1/hosts/{kept}")).await.status.as_u16(), 404);
    assert_eq!(host.known().resource_id, own.to_string());
}
