//! How often the cause of injected faults is found on estates that are made up, and how long it
//! takes. Prints `name: cause% first-three% wrongly-merged% apart%` and `name p50 p95` in ms.

use std::time::Instant;

#[path = "../tests/it/topology.rs"]
mod topology;

use topology::{Chance, Score, estate, plus, run};

const ROUNDS: usize = 200;

#[expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]
fn main() {
    for (racks, watched, faults, noise) in
        [(10, 100, 1, 0), (10, 90, 1, 5), (10, 60, 1, 5), (10, 90, 2, 5), (40, 90, 3, 20)]
    {
        let mut chance = Chance(11);
        let (mut sum, mut spans) = (Score::default(), Vec::new());
        for round in 0..ROUNDS / 20 {
            let estate = estate(racks, watched, &mut chance);
            for _ in 0..20 {
                let started = Instant::now();
                sum = plus(sum, run(&estate, faults, noise, &mut chance));
                spans.push(started.elapsed().as_secs_f64() * 1e3);
            }
            if round == 0 {
                println!("resources of {racks} racks: {}", estate.ids.len());
            }
        }
        let percent = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
        let name = format!("{racks} racks, {watched}% watched, {faults} faults, {noise} others");
        println!(
            "{name}: {:.1} {:.1} {:.1} {:.1}",
            percent(sum.first, sum.faults),
            percent(sum.first_three, sum.faults),
            percent(sum.merged, sum.alerts),
            percent(sum.apart, sum.alerts),
        );
        spans.sort_by(f64::total_cmp);
        let at = |share: f64| spans[((spans.len() - 1) as f64 * share) as usize];
        println!("{name}, ms: {:.2} {:.2}", at(0.5), at(0.95));
    }
}
