//! Disks: transfers, bytes, times and queue, from `/proc/diskstats`. Source: kernel's
//! admin-guide/iostats.rst.

use super::error::CollectError;
use super::parse::number;
use super::reading::Reading;
use super::roots::{Roots, text};

/// Bytes of a sector in this file, whatever the disk's own sector size is.
const SECTOR_BYTES: f64 = 512.0;
const MILLISECONDS: f64 = 0.001;

/// The columns after the name: metric, and what one unit of the column is in the metric's unit.
/// Discards came with Linux 4.18, flushes with 5.5; later columns are not ours to know.
const COLUMNS: [(&str, f64); 17] = [
    ("node_disk_reads_completed_total", 1.0),
    ("node_disk_reads_merged_total", 1.0),
    ("node_disk_read_bytes_total", SECTOR_BYTES),
    ("node_disk_read_time_seconds_total", MILLISECONDS),
    ("node_disk_writes_completed_total", 1.0),
    ("node_disk_writes_merged_total", 1.0),
    ("node_disk_written_bytes_total", SECTOR_BYTES),
    ("node_disk_write_time_seconds_total", MILLISECONDS),
    ("node_disk_io_now", 1.0),
    ("node_disk_io_time_seconds_total", MILLISECONDS),
    ("node_disk_io_time_weighted_seconds_total", MILLISECONDS),
    ("node_disk_discards_completed_total", 1.0),
    ("node_disk_discards_merged_total", 1.0),
    ("node_disk_discarded_sectors_total", 1.0),
    ("node_disk_discard_time_seconds_total", MILLISECONDS),
    ("node_disk_flush_requests_total", 1.0),
    ("node_disk_flush_requests_time_seconds_total", MILLISECONDS),
];
/// Columns that every kernel since 2.6 writes for a whole disk.
const COLUMNS_MIN: usize = 11;

/// Label of `node_disk_info` and the key of the udev database it comes from.
const UDEV_LABELS: [(&str, &str); 5] = [
    ("model", "E:ID_MODEL="),
    ("path", "E:ID_PATH="),
    ("revision", "E:ID_REVISION="),
    ("serial", "E:ID_SERIAL_SHORT="),
    ("wwn", "E:ID_WWN="),
];

/// Adds `node_disk_*{device}` for every device but partitions, loop and RAM disks.
pub(crate) fn collect(roots: &Roots, out: &mut Vec<Reading>) -> Result<(), CollectError> {
    let stats = roots.proc_text("diskstats")?;
    for line in stats.lines() {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [major, minor, device, columns @ ..] = words.as_slice() else {
            return Err(CollectError::malformed("diskstats", line, "major, minor and name"));
        };
        if ignored(device) {
            continue;
        }
        if columns.len() < COLUMNS_MIN {
            return Err(CollectError::malformed("diskstats", line, "eleven columns"));
        }
        out.push(info(roots, device, major, minor));
        for ((metric, unit), word) in COLUMNS.iter().zip(columns) {
            let value = number("diskstats", word)? * unit;
            out.push(Reading::labelled(*metric, "device", *device, value));
        }
    }
    Ok(())
}

/// What udev found out about the disk; empty labels where it does not run (containers).
fn info(roots: &Roots, device: &str, major: &str, minor: &str) -> Reading {
    let path = roots.root.join("run/udev/data").join(format!("b{major}:{minor}"));
    let udev = text(&path, 65_536).unwrap_or_default();
    let mut labels = vec![
        ("device", device.to_owned()),
        ("major", major.to_owned()),
        ("minor", minor.to_owned()),
    ];
    for (label, key) in UDEV_LABELS {
        let value = udev.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
        labels.push((label, value.to_owned()));
    }
    Reading::with("node_disk_info", labels, 1.0)
}

/// node_exporter's default: `^(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$`.
pub(super) fn ignored(device: &str) -> bool {
    let stem = device.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.len() == device.len() {
        return false;
    }
    if matches!(stem, "ram" | "loop" | "fd") {
        return true;
    }
    if let Some(disk) = stem.strip_suffix(|c: char| c.is_ascii_lowercase())
        && matches!(disk, "hd" | "sd" | "vd" | "xvd")
    {
        return true;
    }
    let nvme = stem.strip_prefix("nvme").and_then(|rest| rest.strip_suffix('p'));
    nvme.and_then(|rest| rest.split_once('n'))
        .is_some_and(|(controller, namespace)| digits(controller) && digits(namespace))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn captured_file_gives_two_disks_and_no_loops() {
        let text = include_str!("captured/diskstats.txt");
        let rendered = Fixture::new().with("proc/diskstats", text).render(collect);
        assert_eq!(rendered.lines().count(), 2 * 18, "{rendered}");
        assert!(!rendered.contains("loop"), "{rendered}");
    }

    #[test]
    fn sectors_and_milliseconds_become_bytes_and_seconds_and_udev_names_the_disk() {
        let machine = Fixture::new()
            .with("proc/diskstats", " 8 0 sda 1 2 3 4000 5 6 7 8000 9 10000 11000\n 8 1 sda1 1\n")
            .with("root/run/udev/data/b8:0", "N:sda\nE:ID_MODEL=EVO_870\nE:ID_WWN=0x5002\n");
        expect![[r#"
            node_disk_info{device="sda"
              major="8"
              minor="0"
              model="EVO_870"
              path=""
              revision=""
              serial=""
              wwn="0x5002"} 1
            node_disk_reads_completed_total{device="sda"} 1
            node_disk_reads_merged_total{device="sda"} 2
            node_disk_read_bytes_total{device="sda"} 1536
            node_disk_read_time_seconds_total{device="sda"} 4
            node_disk_writes_completed_total{device="sda"} 5
            node_disk_writes_merged_total{device="sda"} 6
            node_disk_written_bytes_total{device="sda"} 3584
            node_disk_write_time_seconds_total{device="sda"} 8
            node_disk_io_now{device="sda"} 9
            node_disk_io_time_seconds_total{device="sda"} 10
            node_disk_io_time_weighted_seconds_total{device="sda"} 11
        "#]]
        .assert_eq(&machine.render(collect).replace(',', "\n  "));
    }

    #[test]
    fn truncated_line_is_refused_and_columns_of_a_new_kernel_are_ignored() {
        let cut = Fixture::new().with("proc/diskstats", "8 0 sda 1 2 3\n").render(collect);
        assert!(cut.starts_with("understand diskstats"), "{cut}");
        let line = format!("8 0 sda{}\n", " 1".repeat(25));
        let new = Fixture::new().with("proc/diskstats", line).render(collect);
        assert_eq!(new.lines().count(), 18);
    }

    #[test]
    fn partitions_are_ignored_and_whole_disks_are_not() {
        for device in ["ram0", "loop12", "fd0", "sda1", "xvda15", "nvme0n1p2", "hdc3"] {
            assert!(ignored(device), "{device}");
        }
        for device in ["sda", "nvme0n1", "dm-0", "md127", "mmcblk0p1", "zram0", "sdaa1", "sr0"] {
            assert!(!ignored(device), "{device}");
        }
    }
}
