//! Readings become series, and two of them figures.

use crate::house::{House, Machine};

#[tokio::test]
async fn readings_become_series_of_the_host_with_the_right_rates() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    host.read().await;
    assert!(host.glance().is_none(), "one reading tells no rate");
    machine.work(4, 6);
    house.tick(&host).await;
    machine.work(5, 15);
    house.tick(&host).await;
    assert_eq!(house.points("mainstay_cpu_used_ratio"), [(10, 0.4), (20, 0.1)]);
    let utilisation = house.points(r#"mainstay_disk_utilisation_ratio{device="sda"}"#);
    assert_eq!(utilisation, [(10, 0.4), (20, 0.1)]);
    assert_eq!(house.points("mainstay_load_per_core"), [(10, 1.0), (20, 1.0)]);
    assert_eq!(house.points("node_load5").len(), 3);

    let labels = &house.select("node_load5")[0].labels;
    assert_eq!(labels.get("resource"), Some(host.resource_id().to_string().as_str()));
    assert_eq!((labels.get("instance"), labels.get("job")), (Some("web1"), Some("node")));

    let glance = host.glance().unwrap();
    assert_eq!(glance.cpu_used_ratio, Some(0.1));
    assert_eq!(glance.disks[0].read_bytes_per_s, 102.4);
    assert_eq!(glance.disks[0].latency_s, 1.0);
    assert_eq!(glance.file_systems[0].mountpoint, "/");
    assert_eq!(glance.at.to_string(), "2027-01-15T08:00:20Z");
}

#[tokio::test]
async fn counter_that_fell_is_no_negative_rate() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    machine.work(1000, 0);
    host.read().await;
    machine.work(2, 8);
    house.tick(&host).await;
    let glance = host.glance().unwrap();
    assert_eq!(glance.disks[0].read_bytes_per_s, 204.8);
    assert_eq!(glance.cpu_used_ratio, Some(0.0));
}

#[tokio::test]
async fn this_machine_can_be_watched() {
    let house = House::new().await;
    let host = house.host(devices::collect::Roots::system()).await;
    host.read().await;
    for _ in 0..3 {
        // The kernel's counters move by real time, ours by hand: only what is no rate is looked at.
        house.tick(&host).await;
    }
    let progress = *host.progress().borrow();
    assert_eq!((progress.readings, progress.readings_failed), (4, 0));
    assert_eq!(progress.samples_refused, 0);
    assert!(progress.samples_stored > 4 * 200, "{progress:?}");
    let glance = host.glance().unwrap();
    assert!(glance.memory_total_bytes.unwrap() > 1e6);
    assert!((0.0..=1.0).contains(&glance.memory_used_ratio.unwrap()));
    assert!(glance.uptime_s.unwrap() > 0.0 && glance.cpu_cores > 0);
    assert!(glance.processes.total > 0.0 && !glance.top_memory.is_empty());
    let used = house.points("mainstay_memory_used_ratio");
    assert_eq!(used.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [10, 20, 30]);
}

#[tokio::test]
async fn collector_that_fails_for_a_while_hides_nothing_else() {
    let (house, machine) = (House::new().await, Machine::new());
    let host = house.host(machine.roots()).await;
    host.read().await;
    machine.write("proc/diskstats", "broken\n");
    house.tick(&host).await;
    assert!(host.glance().unwrap().disks.is_empty());
    machine.work(1, 19);
    house.tick(&host).await;
    assert!(host.glance().unwrap().disks.is_empty(), "a rate needs two readings");
    house.tick(&host).await;
    assert_eq!(host.glance().unwrap().disks.len(), 1);
    assert_eq!(house.points("node_load5").len(), 4);
    assert_eq!(host.progress().borrow().readings_failed, 0);
}
