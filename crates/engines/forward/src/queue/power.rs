//! The power is cut at any moment: what somebody has waited for is there.

use std::{
    collections::BTreeSet,
    ops::Range,
    path::{Path, PathBuf},
};

use ::series::{Labels, Sample};
use tempfile::TempDir;

use super::{Incoming, Queue, QueueOptions};
use crate::files::{fault, power};

const NOW_MS: i64 = 1_800_000_000_000;
/// Samples of a round: a file is full after a few.
const SAMPLES: i64 = 120;

fn options() -> QueueOptions {
    QueueOptions { lanes: 2, batch_samples_max: 50, bytes_max: 1 << 20, ..QueueOptions::default() }
}

fn samples(numbers: Range<i64>) -> Vec<Sample> {
    let sample = |number: i64| {
        // Names that do not pack.
        let host: String = (1..6)
            .map(|part| format!("{:016x}", (number * 8 + part).wrapping_mul(0x1e37_79b9_7f4a_7c15)))
            .collect();
        let labels = Labels::new("load", [("host", host)]).unwrap();
        Sample { labels, at_ms: NOW_MS + number, value: 1.0 }
    };
    numbers.map(sample).collect()
}

/// A queue whose disk forgets what was not synced.
struct Scene {
    queue: Queue,
    dir: PathBuf,
    kept: TempDir,
    /// Put in, and waited for.
    durable: BTreeSet<i64>,
    arrived: BTreeSet<i64>,
}

impl Scene {
    fn new() -> Self {
        let kept = tempfile::tempdir().unwrap();
        let dir = kept.path().canonicalize().unwrap();
        let queue = Self::open(&dir);
        Self { queue, dir, kept, durable: BTreeSet::new(), arrived: BTreeSet::new() }
    }

    fn open(dir: &Path) -> Queue {
        fault::fail_after(None);
        power::watch(dir);
        Queue::open(dir, options()).unwrap()
    }

    fn put(&mut self, numbers: Range<i64>, waits: bool) {
        let samples = samples(numbers.clone());
        let ticket = self.queue.append(NOW_MS, Incoming::floats(&samples)).unwrap();
        if waits {
            self.queue.make_durable(ticket).unwrap();
            self.durable.extend(numbers);
        }
    }

    /// Sends the next batch of each lane; tells whether there was one.
    fn send(&mut self) -> bool {
        let mut sent = false;
        for lane in self.queue.lanes() {
            if let Some(batch) = self.queue.next(&lane, NOW_MS).unwrap() {
                let points = batch.series.iter().flat_map(|series| &series.points);
                self.arrived.extend(points.map(|point| point.at_ms - NOW_MS));
                self.queue.acknowledge(&lane, &batch).unwrap();
                sent = true;
            }
        }
        sent
    }

    fn cut(self) -> Self {
        let Self { queue, dir, kept: before, durable, arrived } = self;
        let kept = tempfile::tempdir().unwrap();
        let after = kept.path().canonicalize().unwrap();
        power::cut(&dir, &after);
        std::mem::forget(queue);
        drop(before);
        let queue = Self::open(&after);
        Self { queue, dir: after, kept, durable, arrived }
    }
}

#[test]
fn what_was_waited_for_is_there_after_a_power_cut_and_so_is_what_comes_behind() {
    let mut cut_short = 0;
    for end in 0..24 {
        let mut scene = Scene::new();
        for round in 0..=end {
            scene.put(round * SAMPLES..(round + 1) * SAMPLES, round % 3 == 0);
            if round % 2 == 1 {
                scene.send();
            }
            if round % 5 == 4 {
                scene.queue.sync().unwrap();
            }
        }
        let before = scene.queue.standing().samples;
        let mut scene = scene.cut();
        cut_short += u32::from(scene.queue.standing().samples < before);
        // Behind what the power cut has left in pieces.
        scene.put(10_000..10_001, true);
        let mut scene = scene.cut();
        while scene.send() {}
        let lost: Vec<&i64> = scene.durable.difference(&scene.arrived).collect();
        assert!(
            lost.is_empty(),
            "cut after round {end}: {} are lost: {:?}",
            lost.len(),
            &lost[..1]
        );
        assert!(scene.kept.path().exists());
    }
    assert!(cut_short > 0, "power cuts lose what nobody has waited for");
}

#[test]
fn who_waits_for_what_others_have_brought_about_waits_for_no_disk() {
    let scene = Scene::new();
    let first = scene.queue.append(NOW_MS, Incoming::floats(&samples(0..1))).unwrap();
    let second = scene.queue.append(NOW_MS, Incoming::floats(&samples(1..2))).unwrap();
    scene.queue.make_durable(second).unwrap();
    let steps = fault::steps();
    scene.queue.make_durable(first).unwrap();
    scene.queue.make_all_durable().unwrap();
    assert_eq!(fault::steps(), steps);
    // A disk that refuses is tried again by the next who waits.
    let third = scene.queue.append(NOW_MS, Incoming::floats(&samples(2..3))).unwrap();
    fault::fail_after(Some(0));
    assert!(scene.queue.make_durable(third).is_err());
    fault::fail_after(None);
    scene.queue.make_durable(third).unwrap();
    assert!(fault::steps() > 0);
}
