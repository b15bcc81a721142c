//! What the browser is shown of the host.

use std::sync::Arc;

use axum::http::StatusCode;
use kernel::Caller;
use resources::ResourceChange;
use serde_json::{Value, json};
use testkit::{Client, SeededIds};

use crate::house::{House, Machine};

fn client(house: &House, host: Option<devices::Host>) -> Client {
    let clock = Arc::new(house.clock.clone());
    Client::of_routes(devices::subsystem::routes(host), clock, Arc::new(SeededIds::new(1)))
}

#[tokio::test]
async fn viewer_sees_the_host_at_a_glance_once_it_was_read_twice() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    let client = client(&house, Some(host.clone())).as_viewer();
    host.read().await;
    let fresh = client.get("/api/v1/hosts").await;
    assert_eq!(fresh.json["items"][0]["glance"], Value::Null);
    assert_eq!(fresh.json["next"], Value::Null);
    machine.work(4, 6);
    house.tick(&host).await;
    let item = client.get("/api/v1/hosts").await.json["items"][0].clone();
    assert_eq!(item["resource_id"], json!(host.resource_id()));
    assert_eq!((&item["name"], &item["attributes"]["hostname"]), (&json!("web1"), &json!("web1")));
    let glance = &item["glance"];
    assert_eq!(glance["at"], "2027-01-15T08:00:10Z");
    assert_eq!((&glance["cpu_used_ratio"], &glance["cpu_cores"]), (&json!(0.4), &json!(1)));
    assert_eq!(glance["load"], json!([2.0, 1.0, 0.5]));
    assert_eq!(glance["pressure"], json!({"cpu": null, "memory": null, "io": null}));
    assert_eq!(glance["disks"][0]["utilisation_ratio"], 0.4);
    let change = ResourceChange { name: Some("Front".to_owned()), ..ResourceChange::default() };
    let (id, console) = (host.resource_id(), Caller::console());
    house.register().change(&console, id, 1, &change).await.unwrap();
    let item = client.get("/api/v1/hosts").await.json["items"][0].clone();
    assert_eq!(item["name"], "Front", "what a person called it");
    let one = client.get(&format!("/api/v1/hosts/{}", host.resource_id())).await;
    assert_eq!((one.status, one.json), (StatusCode::OK, item));
}

#[tokio::test]
async fn glance_has_exactly_the_words_of_the_contract() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    host.read().await;
    house.tick(&host).await;
    let shown = client(&house, Some(host)).get("/api/v1/hosts").await;
    let glance = shown.json["items"][0]["glance"].clone();
    let words =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    expect_test::expect![[r#"
        at clock_offset_s cpu_cores cpu_used_ratio disks file_systems interfaces load memory_total_bytes memory_used_ratio pressure processes sockets swap_total_bytes swap_used_ratio temperature_celsius top_cpu top_memory units_failed uptime_s users_logged_in
        device latency_s queue read_bytes_per_s utilisation_ratio write_bytes_per_s
        device fstype inodes_used_ratio mountpoint readonly size_bytes used_ratio
        device drops_per_s errors_per_s receive_bytes_per_s speed_bytes transmit_bytes_per_s up
        blocked running total zombie
        established listen time_wait"#]]
    .assert_eq(
        &[
            &glance,
            &glance["disks"][0],
            &glance["file_systems"][0],
            &glance["interfaces"][0],
            &glance["processes"],
            &glance["sockets"],
        ]
        .map(|part| words(part).join(" "))
        .join("\n"),
    );
}

#[tokio::test]
async fn strangers_others_and_hosts_that_are_not_watched_are_refused() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    let watched = client(&house, Some(host));
    assert_eq!(watched.as_stranger().get("/api/v1/hosts").await.status, StatusCode::UNAUTHORIZED);
    let other = "/api/v1/hosts/01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(watched.get(other).await.status, StatusCode::NOT_FOUND);
    assert_eq!(watched.get("/api/v1/hosts/seven").await.status, StatusCode::BAD_REQUEST);
    let nothing = client(&house, None);
    assert_eq!(nothing.get("/api/v1/hosts").await.json["items"], json!([]));
    assert_eq!(nothing.get(other).await.status, StatusCode::NOT_FOUND);
}
