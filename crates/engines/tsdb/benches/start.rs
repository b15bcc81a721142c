//! What a start costs after `kill -9`. Run with `cargo bench -p tsdb --bench start`; prints
//! `name: number`.
//!
//! A child process takes in what `HOSTS` (default 1,000) machines of 120 series say each 15 s,
//! `STEPS` (default 480) times, and ends without a word; the store it leaves is opened then.

mod machines;

use machines::{Machine, SERIES, cpu_s, labels, number_of};
use std::path::Path;
use std::process::Command;
use tsdb::{DiskStore, Options, RefSample, SeriesRef, SeriesStore};

/// Names the folder, for the child.
const FOLDER: &str = "TSDB_START_FOLDER";

/// Takes everything in and ends as a process that is killed does.
fn fill(dir: &Path, hosts: usize, steps: i64) {
    let store = DiskStore::open(dir, Options::default()).expect("a new store");
    let series_ref = |host, number| store.series_ref(&labels(host, number)).expect("room");
    let refs = |host| (0..SERIES).map(|number| series_ref(host, number)).collect();
    let refs: Vec<Vec<SeriesRef>> = (0..hosts).map(refs).collect();
    let mut machines: Vec<Machine> = (0..hosts).map(Machine::new).collect();
    let mut batch: Vec<RefSample> = Vec::new();
    for step in 0..steps {
        for (machine, refs) in machines.iter_mut().zip(&refs) {
            machine.scrape(step, &mut |number, at_ms, value| {
                batch.push(RefSample { series: refs[number], at_ms, value });
            });
            if batch.len() >= 2_000 {
                store.append_refs(&batch).expect("the disk is there");
                batch.clear();
            }
        }
        if step % 10 == 0 {
            store.sync().expect("the disk is there");
        }
    }
    store.append_refs(&batch).expect("the disk is there");
    std::process::abort();
}

fn main() {
    let (hosts, steps) = (number_of("HOSTS", 1_000), number_of("STEPS", 480) as i64);
    if let Some(folder) = std::env::var_os(FOLDER) {
        fill(Path::new(&folder), hosts, steps);
    }
    let dir = tempfile::tempdir().expect("a temporary folder");
    let this = std::env::current_exe().expect("it is running");
    let mut child = Command::new(this).env(FOLDER, dir.path()).spawn().expect("it runs twice");
    child.wait().expect("it ends");
    for round in ["first", "second", "third"] {
        let before = cpu_s();
        let store = DiskStore::open(dir.path(), Options::default()).expect("the store it left");
        println!("{round} start, CPU s: {:.2}", cpu_s() - before);
        let stats = store.stats();
        println!("series: {}", stats.series_live);
        println!("samples: {}", stats.points_live);
        println!("log and head files, MB: {:.0}", stats.wal_bytes as f64 / 1e6);
    }
}
