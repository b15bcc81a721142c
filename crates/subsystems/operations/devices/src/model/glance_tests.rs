use super::*;
use crate::model::snapshot;

fn glance(before: &str, now: &str) -> Glance {
    Glance::of(&snapshot(100, before), &snapshot(110, now))
}

#[test]
fn processors_are_used_by_all_but_idle_and_waiting() {
    for (before, now, used) in [
        // Two processors for ten seconds: 5 of 20 worked.
        (
            "node_cpu_seconds_total{cpu=0,mode=user} 1
             node_cpu_seconds_total{cpu=0,mode=idle} 1
             node_cpu_seconds_total{cpu=1,mode=iowait} 1",
            "node_cpu_seconds_total{cpu=0,mode=user} 6
             node_cpu_seconds_total{cpu=0,mode=idle} 6
             node_cpu_seconds_total{cpu=1,mode=iowait} 11",
            Some(0.25),
        ),
        // Idle time went back a tick.
        (
            "node_cpu_seconds_total{cpu=0,mode=user} 1
             node_cpu_seconds_total{cpu=0,mode=idle} 500.01",
            "node_cpu_seconds_total{cpu=0,mode=user} 11
             node_cpu_seconds_total{cpu=0,mode=idle} 500.00",
            Some(1.0),
        ),
        // A processor that was switched on in between does not count yet.
        (
            "node_cpu_seconds_total{cpu=0,mode=idle} 1",
            "node_cpu_seconds_total{cpu=0,mode=idle} 11
             node_cpu_seconds_total{cpu=1,mode=user} 900",
            Some(0.0),
        ),
        ("", "", None),
    ] {
        assert_eq!(glance(before, now).cpu_used_ratio, used, "{now}");
    }
}

#[test]
fn memory_is_used_when_it_is_not_available_and_no_swap_is_not_full() {
    let shown = glance(
        "",
        "node_memory_MemTotal_bytes 1000
         node_memory_MemFree_bytes 10
         node_memory_MemAvailable_bytes 400
         node_memory_SwapTotal_bytes 0
         node_memory_SwapFree_bytes 0",
    );
    assert_eq!(shown.memory_used_ratio, Some(0.6));
    assert_eq!((shown.swap_total_bytes, shown.swap_used_ratio), (Some(0.0), Some(0.0)));
    assert_eq!(glance("", "").memory_used_ratio, None);
}

#[test]
fn pressure_is_the_share_of_time_in_which_somebody_waited() {
    let shown = glance(
        "node_pressure_cpu_waiting_seconds_total 5
         node_pressure_io_waiting_seconds_total 50",
        "node_pressure_cpu_waiting_seconds_total 7.5
         node_pressure_io_waiting_seconds_total 2
         node_pressure_memory_waiting_seconds_total 1",
    );
    let expected = Pressure { cpu: Some(0.25), memory: None, io: Some(0.2) };
    assert_eq!(shown.pressure, expected);
}

#[test]
fn largest_commands_come_first_and_new_ones_wait_for_a_second_reading() {
    let shown = glance(
        "node_cpu_seconds_total{cpu=0,mode=idle} 1
         node_cpu_seconds_total{cpu=1,mode=idle} 1
         mainstay_process_group_cpu_seconds_total{group=web} 10
         mainstay_process_group_cpu_seconds_total{group=db} 10
         mainstay_process_group_cpu_seconds_total{group=idle} 10",
        "node_cpu_seconds_total{cpu=0,mode=idle} 2
         node_cpu_seconds_total{cpu=1,mode=idle} 2
         mainstay_process_group_cpu_seconds_total{group=web} 12
         mainstay_process_group_cpu_seconds_total{group=db} 20
         mainstay_process_group_cpu_seconds_total{group=idle} 10
         mainstay_process_group_cpu_seconds_total{group=fresh} 99
         mainstay_process_group_resident_memory_bytes{group=web} 7
         mainstay_process_group_resident_memory_bytes{group=fresh} 9",
    );
    let cpu: Vec<_> = shown.top_cpu.iter().map(|top| (top.group.as_str(), top.ratio)).collect();
    assert_eq!(cpu, [("db", 0.5), ("web", 0.1)]);
    let memory: Vec<_> = shown.top_memory.iter().map(|top| top.group.as_str()).collect();
    assert_eq!(memory, ["fresh", "web"]);
}

#[test]
fn clock_without_a_source_has_no_offset() {
    let offset = "node_timex_offset_seconds -0.25\nnode_timex_sync_status ";
    assert_eq!(glance("", &format!("{offset}1")).clock_offset_s, Some(0.25));
    assert_eq!(glance("", &format!("{offset}0")).clock_offset_s, None);
}

#[test]
fn two_readings_at_one_moment_divide_by_nothing() {
    let same = "node_disk_io_time_seconds_total{device=sda} 1
                node_network_receive_bytes_total{device=eth0} 5
                mainstay_process_group_cpu_seconds_total{group=web} 10";
    let shown = Glance::of(&snapshot(5, same), &snapshot(5, same));
    assert!(shown.disks.is_empty() && shown.interfaces.is_empty() && shown.top_cpu.is_empty());
}
