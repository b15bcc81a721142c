//! What it costs to take in, keep and read machine metrics. Run with `cargo bench -p tsdb`; prints
//! `name: number`.
//!
//! `HOSTS` (default 200) machines of 120 series are scraped each 15 s for `STEPS` (480) times, each
//! at times of its own, some milliseconds early or late. All of it is read `SCANS` (3) times. CPU
//! time is the process's, without what making the numbers takes.

mod machines;

use machines::{Machine, SERIES, STEP_MS, cpu_s, labels, number_of};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use tsdb::{
    DiskStore, Options, RefSample, SelectLimits, Selector, SeriesRef, SeriesStore, TimeRange,
};

fn resident_mb() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("RssAnon")).unwrap_or("");
    let kb = line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}

struct Load {
    machines: Vec<Machine>,
    refs: Vec<Vec<SeriesRef>>,
    steps: i64,
}

impl Load {
    /// Plays everything; `store` is none to see what making the numbers costs.
    fn play(&mut self, store: Option<&DiskStore>) -> u64 {
        let mut batch: Vec<RefSample> = Vec::new();
        let mut count = 0;
        for step in 0..self.steps {
            for (machine, refs) in self.machines.iter_mut().zip(&self.refs) {
                machine.scrape(step, &mut |number, at_ms, value| {
                    batch.push(RefSample { series: refs[number], at_ms, value });
                });
                if batch.len() >= 2_000 {
                    count += batch.len() as u64;
                    if let Some(store) = store {
                        store.append_refs(&batch).expect("the disk is there");
                    }
                    batch.clear();
                }
            }
            if let Some(store) = store.filter(|_| step % 10 == 0) {
                store.sync().expect("the disk is there");
            }
        }
        if let Some(store) = store {
            store.append_refs(&batch).expect("the disk is there");
        }
        count + batch.len() as u64
    }
}

fn scan(name: &str, store: &DiskStore, threads: usize) {
    let count = AtomicU64::new(0);
    let before = cpu_s();
    for _ in 0..number_of("SCANS", 3) {
        let limits = SelectLimits { series_max: usize::MAX, points_max: usize::MAX };
        let selection = store.selection(&Selector::everything(), TimeRange::ALL, &limits);
        let selection = selection.expect("there is no limit");
        selection.for_each(threads, &|_, column| {
            count.fetch_add(column.values.len() as u64, Ordering::Relaxed);
            ControlFlow::Continue(())
        });
    }
    let took = cpu_s() - before;
    let rate = count.load(Ordering::Relaxed) as f64 / took / 1e6;
    println!("{name}, million samples per CPU second: {rate:.0}");
}

fn folder_bytes(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    let size = |entry: std::fs::DirEntry| {
        let meta = entry.metadata().ok();
        meta.map_or(0, |m| if m.is_dir() { folder_bytes(&entry.path()) } else { m.len() })
    };
    entries.flatten().map(size).sum()
}

fn main() {
    let (hosts, steps) = (number_of("HOSTS", 200), number_of("STEPS", 480) as i64);
    let dir = tempfile::tempdir().expect("a temporary folder");
    let options = Options::default();
    let store = DiskStore::open(dir.path(), options.clone()).expect("a new store");
    let machines = || (0..hosts).map(Machine::new).collect();
    let series_ref = |host, number| store.series_ref(&labels(host, number)).expect("room");
    let refs = |host| (0..SERIES).map(|number| series_ref(host, number)).collect();
    let refs: Vec<Vec<SeriesRef>> = (0..hosts).map(refs).collect();
    let mut load = Load { machines: machines(), refs, steps };
    let before = cpu_s();
    load.play(None);
    let making = cpu_s() - before;
    load.machines = machines();
    println!("anonymous memory before, MB: {:.0}", resident_mb());
    let before = cpu_s();
    let samples = load.play(Some(&store)) as f64;
    println!("series: {}", hosts * SERIES);
    println!("samples: {samples}");
    println!("take in, CPU us/sample: {:.3}", (cpu_s() - before - making) * 1e6 / samples);
    println!("anonymous memory, all in the head, MB: {:.0}", resident_mb());
    println!("log and head files, bytes/sample: {:.2}", store.stats().wal_bytes as f64 / samples);
    scan("scan of memory", &store, 2);
    let end_ms = 1_700_000_000_000 + (steps + 1) * STEP_MS;
    drop(store);
    let before = cpu_s();
    let store = DiskStore::open(dir.path(), options).expect("the same store");
    println!("start with all of it in log and head files, CPU s: {:.2}", cpu_s() - before);
    let before = cpu_s();
    store.maintain(end_ms + 3 * 3_600_000).expect("the disk is there");
    println!("to blocks, CPU us/sample: {:.3}", (cpu_s() - before) * 1e6 / samples);
    let bytes = |what: &str| println!("{what}: {:.3}", folder_bytes(dir.path()) as f64 / samples);
    bytes("blocks, bytes/sample, all files");
    scan("scan of blocks", &store, 2);
    let before = cpu_s();
    store.maintain(end_ms + 3 * 24 * 3_600_000).expect("the disk is there");
    println!("merge to a day, CPU us/sample: {:.3}", (cpu_s() - before) * 1e6 / samples);
    bytes("a block a day, bytes/sample, all files");
    scan("scan of a block a day", &store, 2);
    println!("anonymous memory after, MB: {:.0}", resident_mb());
}
