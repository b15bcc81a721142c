//! How full the file systems are.

use super::glance::FileSystemGlance;
use super::rates::ratio;
use super::snapshot::FileSystem;

/// Images that are made full and stay so.
const ALWAYS_FULL: [&str; 5] = ["squashfs", "iso9660", "erofs", "cramfs", "udf"];

/// Every file system once, in the order of their mounting.
///
/// One that is mounted at several places (bind mounts, subvolumes) is shown where it was mounted
/// first, as df(1) does it: it is full only once. One that does not answer is left out.
pub(crate) fn file_systems(mounted: &[FileSystem]) -> Vec<FileSystemGlance> {
    let mut seen: Vec<&str> = Vec::new();
    let mut shown = Vec::new();
    for file_system in mounted {
        let device = file_system.device.as_str();
        // Only a path names the device: every tmpfs is called `tmpfs`.
        let again = device.starts_with('/') && seen.contains(&device);
        if again || file_system.size_bytes <= 0.0 || ALWAYS_FULL.contains(&&*file_system.fstype) {
            continue;
        }
        seen.push(device);
        shown.push(glance(file_system));
    }
    shown
}

fn glance(file_system: &FileSystem) -> FileSystemGlance {
    let used = (file_system.size_bytes - file_system.free_bytes).max(0.0);
    let files_used = (file_system.files - file_system.files_free).max(0.0);
    FileSystemGlance {
        mountpoint: file_system.mountpoint.clone(),
        device: file_system.device.clone(),
        fstype: file_system.fstype.clone(),
        size_bytes: file_system.size_bytes,
        // What is kept for root counts as neither used nor free, as in df(1).
        used_ratio: ratio(used, used + file_system.avail_bytes).unwrap_or(0.0),
        inodes_used_ratio: ratio(files_used, file_system.files),
        readonly: file_system.readonly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_system(device: &str, mountpoint: &str, sizes: [f64; 5]) -> FileSystem {
        let [size_bytes, free_bytes, avail_bytes, files, files_free] = sizes;
        let (device, mountpoint) = (device.to_owned(), mountpoint.to_owned());
        let fstype = "ext4".to_owned();
        FileSystem {
            device,
            mountpoint,
            fstype,
            readonly: false,
            size_bytes,
            free_bytes,
            avail_bytes,
            files,
            files_free,
        }
    }

    #[test]
    fn used_is_what_df_shows() {
        for (sizes, used, inodes) in [
            // 100 in all, 25 free, 15 of them for everybody: 75 of 90.
            ([100.0, 25.0, 15.0, 1000.0, 900.0], 75.0 / 90.0, Some(0.1)),
            ([100.0, 0.0, 0.0, 1000.0, 0.0], 1.0, Some(1.0)),
            ([100.0, 100.0, 100.0, 0.0, 0.0], 0.0, None),
            // A file system that says more is free than there is.
            ([100.0, 120.0, 110.0, 10.0, 20.0], 0.0, Some(0.0)),
        ] {
            let shown = file_systems(&[file_system("/dev/a", "/", sizes)]);
            assert_eq!((shown[0].used_ratio, shown[0].inodes_used_ratio), (used, inodes));
        }
    }

    #[test]
    fn device_is_shown_once_and_silent_mounts_and_images_are_not() {
        let full = [10.0, 5.0, 5.0, 1.0, 1.0];
        let image = FileSystem {
            fstype: "squashfs".to_owned(),
            ..file_system("/dev/loop0", "/snap/a", [10.0, 0.0, 0.0, 1.0, 0.0])
        };
        let shown = file_systems(&[
            file_system("/dev/a", "/", full),
            file_system("/dev/a", "/etc/hosts", full),
            file_system("tmpfs", "/tmp", full),
            file_system("tmpfs", "/var/tmp", full),
            file_system("nfs:/x", "/dead", [0.0; 5]),
            image,
        ]);
        let places: Vec<&str> = shown.iter().map(|shown| shown.mountpoint.as_str()).collect();
        assert_eq!(places, ["/", "/tmp", "/var/tmp"]);
    }
}
