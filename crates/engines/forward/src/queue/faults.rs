//! The disk is full from any single step of a queue's work on, and has room again later.

use std::{collections::BTreeMap, path::Path};

use ::series::{Labels, Sample};

use super::{Incoming, Lane, Queue, QueueOptions};
use crate::{Batch, files::fault};

const NOW_MS: i64 = 1_800_000_000_000;
/// Rounds of work, so that files are begun and left.
const ROUNDS: i64 = 16;
/// Samples of a round: so many different series that a file is full after a few.
const SAMPLES: i64 = 120;

fn options() -> QueueOptions {
    // The least length of files, of which there is room for all.
    QueueOptions { lanes: 2, batch_samples_max: 50, bytes_max: 1 << 20, ..QueueOptions::default() }
}

/// What became of each sample.
struct Scene {
    queue: Queue,
    /// Times at which it came to the far side, by its number.
    arrived: BTreeMap<i64, u32>,
    /// Put in, and the queue said yes.
    taken: Vec<i64>,
    /// Put in, and it said no: some of them may be in it.
    refused: Vec<i64>,
    failures: u32,
    /// What came to the far side while the disk was full.
    arrived_meanwhile: Vec<i64>,
}

fn sample(at: i64) -> Sample {
    // Names that do not pack.
    let host: String = (1..6)
        .map(|part| format!("{:016x}", (at * 8 + part).wrapping_mul(0x1e37_79b9_7f4a_7c15)))
        .collect();
    let labels = Labels::new("load", [("host", host)]).unwrap();
    Sample { labels, at_ms: NOW_MS + at, value: 1.0 }
}

impl Scene {
    fn open(dir: &Path) -> Self {
        let queue = Queue::open(dir, options()).unwrap();
        let (taken, refused, arrived_meanwhile) = Default::default();
        Self { queue, arrived: BTreeMap::new(), taken, refused, failures: 0, arrived_meanwhile }
    }

    fn put(&mut self, round: i64) {
        let numbers = round * SAMPLES..(round + 1) * SAMPLES;
        let samples: Vec<Sample> = numbers.clone().map(sample).collect();
        match self.queue.append(NOW_MS + round, Incoming::floats(&samples)) {
            Ok(_) => self.taken.extend(numbers),
            Err(_) => {
                self.failures += 1;
                self.refused.extend(numbers);
            }
        }
    }

    fn arrive(&mut self, batch: &Batch) {
        for point in batch.series.iter().flat_map(|series| &series.points) {
            let number = point.at_ms - NOW_MS;
            *self.arrived.entry(number).or_default() += 1;
            self.arrived_meanwhile.push(number);
        }
    }

    /// Sends the next batch of a lane; tells whether there was one.
    fn send(&mut self, lane: &Lane) -> bool {
        match self.queue.next(lane, NOW_MS) {
            Ok(None) => false,
            Err(_) => {
                self.failures += 1;
                true
            }
            Ok(Some(batch)) => {
                assert!(!batch.again, "nothing was under way");
                self.arrive(&batch);
                self.failures += u32::from(self.queue.acknowledge(lane, &batch).is_err());
                true
            }
        }
    }

    fn live(&mut self, rounds: std::ops::Range<i64>) {
        for round in rounds {
            self.put(round);
            // Less goes out than comes in.
            if round % 3 > 0 {
                for lane in self.queue.lanes() {
                    self.send(&lane);
                    self.send(&lane);
                }
            }
            self.failures += u32::from(self.queue.sync().is_err());
        }
    }

    fn drain(&mut self) {
        for lane in self.queue.lanes() {
            for _ in 0..10_000 {
                if !self.send(&lane) {
                    break;
                }
            }
        }
    }
}

/// How many steps the work has, of which each may be the first for which there is no room.
fn steps() -> u32 {
    let dir = tempfile::tempdir().unwrap();
    let mut whole = Scene::open(dir.path());
    fault::fail_after(None);
    whole.live(0..ROUNDS);
    let steps = fault::steps();
    whole.drain();
    assert_eq!((whole.failures, whole.arrived.len() as i64), (0, ROUNDS * SAMPLES));
    assert!(steps > 100, "{steps}");
    let lanes = std::fs::read_dir(dir.path()).unwrap();
    let newest = lanes.flat_map(|lane| std::fs::read_dir(lane.unwrap().path()).unwrap());
    let begun = newest.filter(|file| !file.as_ref().unwrap().path().ends_with("0000000001.queue"));
    assert!(begun.count() > 2, "files were begun and left");
    steps
}

/// Files on disk and what the queue says of them.
fn bytes_on_disk(dir: &Path) -> u64 {
    let lanes = std::fs::read_dir(dir).unwrap();
    let files = lanes.flat_map(|lane| std::fs::read_dir(lane.unwrap().path()).unwrap());
    let queues = files
        .map(|file| file.unwrap())
        .filter(|file| file.path().extension().is_some_and(|extension| extension == "queue"));
    queues.map(|file| file.metadata().unwrap().len()).sum()
}

#[test]
fn queue_goes_on_when_there_is_room_again_and_each_sample_arrives_once_or_is_counted() {
    for step in 0..steps() {
        let dir = tempfile::tempdir().unwrap();
        let mut scene = Scene::open(dir.path());
        fault::fail_after(Some(step));
        scene.live(0..ROUNDS);
        assert!(scene.failures > 0, "step {step}: nobody learned of it");
        fault::fail_after(None);
        let refused = scene.refused.len();
        scene.live(ROUNDS..ROUNDS + 3);
        assert_eq!(scene.refused.len(), refused, "step {step}: there is room");
        scene.drain();
        let standing = scene.queue.standing();
        assert_eq!((standing.samples, standing.dropped_damaged), (0, 0), "step {step}");
        for number in &scene.taken {
            assert_eq!(scene.arrived.get(number), Some(&1), "step {step}: {number}");
        }
        assert!(scene.arrived.values().all(|count| *count == 1), "step {step}");
        let put = scene.taken.len() + scene.refused.len();
        let lost = put - scene.arrived.len();
        assert_eq!(standing.dropped_disk, lost as u64, "step {step}: what is lost is counted");
        scene.queue.sync().unwrap();
        assert_eq!(bytes_on_disk(dir.path()), standing.bytes, "step {step}: no file is left over");
        drop(scene);
        let scene = Scene::open(dir.path());
        assert_eq!(scene.queue.standing().samples, 0, "step {step}: after a restart");
    }
}

#[test]
fn process_that_ends_while_the_disk_is_full_loses_nothing_and_repeats_no_more_than_it_must() {
    for step in 0..steps() {
        let dir = tempfile::tempdir().unwrap();
        let mut scene = Scene::open(dir.path());
        fault::fail_after(None);
        scene.live(0..3);
        fault::fail_after(Some(step));
        scene.arrived_meanwhile.clear();
        scene.live(3..ROUNDS);
        // It ends with a batch under way, and begins anew.
        let lane = scene.queue.lanes().swap_remove(0);
        if let Ok(Some(batch)) = scene.queue.next(&lane, NOW_MS) {
            scene.arrive(&batch);
        }
        fault::fail_after(None);
        let Scene { queue, arrived, taken, refused, failures, arrived_meanwhile } = scene;
        std::mem::forget(queue);
        let queue = Queue::open(dir.path(), options()).unwrap();
        let mut scene = Scene { queue, arrived, taken, refused, failures, arrived_meanwhile };
        let before = scene.arrived.clone();
        let meanwhile = std::mem::take(&mut scene.arrived_meanwhile);
        for lane in scene.queue.lanes() {
            while let Some(batch) = scene.queue.next(&lane, NOW_MS).unwrap() {
                scene.arrive(&batch);
                scene.queue.acknowledge(&lane, &batch).unwrap();
            }
        }
        assert_eq!(scene.queue.standing().dropped_damaged, 0, "step {step}");
        for number in &scene.taken {
            assert!(scene.arrived.contains_key(number), "step {step}: {number} is lost");
        }
        for (number, count) in &scene.arrived {
            assert!(*count < 3, "step {step}: {number} came {count} times");
            let repeated = *count == 2 && before.contains_key(number);
            assert!(*count == 1 || repeated, "step {step}: {number}");
            // What the disk had been told of before it was full does not come again.
            assert!(*count == 1 || meanwhile.contains(number), "step {step}: {number}");
        }
    }
}

#[test]
fn another_number_of_lanes_for_which_there_is_no_room_changes_nothing() {
    let more = QueueOptions { lanes: 3, ..options() };
    for step in 0..12 {
        let dir = tempfile::tempdir().unwrap();
        let mut scene = Scene::open(dir.path());
        scene.put(0);
        fault::fail_after(Some(step));
        let applied = scene.queue.apply(more);
        fault::fail_after(None);
        if applied.is_err() {
            assert_eq!(scene.queue.lanes().len(), 2, "step {step}");
        }
        scene.put(1);
        scene.queue.apply(more).unwrap();
        assert_eq!(scene.queue.lanes().len(), 5, "step {step}");
        scene.put(2);
        scene.drain();
        assert_eq!(scene.arrived.len() as i64, 3 * SAMPLES, "step {step}");
    }
}
