use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::Path,
};

use jiff::Timestamp;
use kernel::{Fault, Ids, Text, Time};
use tsdb::DiskStore;

/// So many may lie there: each holds on to what the store has let go of.
const SNAPSHOTS_MAX: usize = 100;
/// What a directory ends in while it is being filled.
const UNFINISHED: &str = ".tmp";

/// What becomes of the newest hours, which are in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// They are in the snapshot.
    Included,
    /// They are not, and neither are exemplars and metadata.
    Skipped,
}

/// `20270115T080000Z-2be650b6d019eb54`, as Prometheus calls them.
///
/// Errors: the clock is beyond all years.
pub(super) fn name(now: Time, ids: &dyn Ids) -> Result<String, Fault> {
    let at = Timestamp::from_millisecond(now.millis()).map_err(Fault::internal)?;
    let [a, b, c, d, e, f, g, h, ..] = ids.secret();
    let chance = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
    Ok(format!("{}-{chance:016x}", at.strftime("%Y%m%dT%H%M%SZ")))
}

/// Puts a snapshot under `dir`, which is made where it is missing. It bears its name once it is
/// whole, and not before.
///
/// Errors: there are too many; the disk's.
pub(super) fn take(store: &DiskStore, dir: &Path, name: &str, head: Head) -> Result<(), Fault> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(Fault::internal)?;
    if sweep(dir).map_err(Fault::internal)? >= SNAPSHOTS_MAX {
        return Err(too_many());
    }
    let unfinished = dir.join(format!("{name}{UNFINISHED}"));
    DirBuilder::new().mode(0o700).create(&unfinished).map_err(Fault::internal)?;
    let taken = store.snapshot(&unfinished).map_err(Fault::internal);
    let taken = taken.and_then(|()| finish(dir, &unfinished, name, head).map_err(Fault::internal));
    if taken.is_err() {
        // Whoever asked learns of the first error; the next snapshot sweeps again.
        let _ = fs::remove_dir_all(&unfinished);
    }
    taken
}

fn finish(dir: &Path, unfinished: &Path, name: &str, head: Head) -> io::Result<()> {
    if head == Head::Skipped {
        let folder = unfinished.join("head");
        fs::remove_dir_all(&folder)?;
        fs::create_dir(&folder)?;
        File::open(unfinished)?.sync_all()?;
    }
    fs::rename(unfinished, dir.join(name))?;
    File::open(dir)?.sync_all()
}

/// Takes away what was cut off before it was whole; tells how many snapshots there are.
fn sweep(dir: &Path) -> io::Result<usize> {
    let mut whole = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(UNFINISHED) {
            fs::remove_dir_all(entry.path())?;
        } else {
            whole += 1;
        }
    }
    Ok(whole)
}

fn too_many() -> Fault {
    let text = Text::new(
        format!("there are {SNAPSHOTS_MAX} snapshots already: remove those that nobody needs"),
        format!("已有 {SNAPSHOTS_MAX} 份快照，请先删除不再需要的快照"),
    );
    Fault::conflict("too-many-snapshots", text)
}
