use super::{
    condition::{Derive, Operator},
    severity::Severity,
    shipped::{Shipped, ShippedCondition},
};

/// Images and mounted media are always full.
const FILES_USED: &str =
    "mainstay_filesystem_used_ratio{fstype!~\"squashfs|iso9660|udf|erofs|cramfs\"}";
const INODES_USED: &str =
    "mainstay_filesystem_inodes_used_ratio{fstype!~\"squashfs|iso9660|udf|erofs|cramfs\"}";

/// Where a read-only file system is a fault: kinds that are written to, in places that are written
/// to. Images, mounted media and immutable systems are read-only on purpose.
const READ_ONLY: &str = "node_filesystem_readonly{\
    fstype=~\"ext[234]|xfs|btrfs|f2fs|jfs|zfs\",\
    mountpoint=~\"/|/(var|home|srv|data|opt)(/.*)?\"}";

/// Rules about file systems and disks.
pub(crate) const STORAGE: [Shipped; 6] = [
    Shipped {
        key: "file-system-filling",
        name: ["File system is filling up", "文件系统空间不足"],
        summary: [
            "Delete or move what is not needed, or enlarge the file system, before writes fail.",
            "请在写入失败之前清理、迁移文件或扩容。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: FILES_USED,
            derive: (Derive::Last, 120),
            limit: (Operator::Above, 0.85),
            clear: 0.8,
            for_s: 60,
        },
    },
    Shipped {
        key: "file-system-full",
        name: ["File system is nearly full", "文件系统即将写满"],
        summary: [
            "Free some space now: programs that write to it are about to fail.",
            "请立即释放空间，写入该文件系统的程序即将失败。",
        ],
        severity: Severity::Critical,
        condition: ShippedCondition::Threshold {
            selector: FILES_USED,
            derive: (Derive::Last, 120),
            limit: (Operator::Above, 0.95),
            clear: 0.92,
            for_s: 60,
        },
    },
    Shipped {
        key: "inodes-filling",
        name: ["File system runs out of inodes", "文件系统 inode 不足"],
        summary: [
            "There are very many files: find the folder with millions of small ones and thin \
             it out.",
            "文件数量过多，请找出存放大量小文件的目录并清理。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: INODES_USED,
            derive: (Derive::Last, 120),
            limit: (Operator::Above, 0.85),
            clear: 0.8,
            for_s: 60,
        },
    },
    Shipped {
        key: "inodes-full",
        name: ["File system has hardly any inodes left", "文件系统 inode 即将耗尽"],
        summary: [
            "No new file can be made soon, whatever the free space says: delete files now.",
            "即使仍有剩余空间也将无法新建文件，请立即删除文件。",
        ],
        severity: Severity::Critical,
        condition: ShippedCondition::Threshold {
            selector: INODES_USED,
            derive: (Derive::Last, 120),
            limit: (Operator::Above, 0.95),
            clear: 0.92,
            for_s: 60,
        },
    },
    Shipped {
        key: "file-system-read-only",
        name: ["File system became read-only", "文件系统变为只读"],
        summary: [
            "The kernel makes a file system read-only after errors of the disk: read the \
             kernel log and check the disk.",
            "内核在磁盘出错后会把文件系统改为只读，请查看内核日志并检查磁盘。",
        ],
        severity: Severity::Critical,
        condition: ShippedCondition::Threshold {
            selector: READ_ONLY,
            derive: (Derive::Last, 120),
            limit: (Operator::AtLeast, 1.0),
            clear: 1.0,
            for_s: 60,
        },
    },
    Shipped {
        key: "disk-saturated",
        name: ["Disk is busy all the time", "磁盘持续繁忙"],
        summary: [
            "The disk has been busy for ten minutes: what needs it is slow.",
            "磁盘已持续繁忙十分钟，依赖它的程序会变慢。",
        ],
        severity: Severity::Warning,
        condition: ShippedCondition::Threshold {
            selector: "mainstay_disk_utilisation_ratio",
            derive: (Derive::Last, 60),
            limit: (Operator::Above, 0.95),
            clear: 0.85,
            for_s: 600,
        },
    },
];
