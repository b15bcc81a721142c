use crate::topology::{Chance, Score, estate, plus, run};

/// Of 200 faults in estates of some hundred resources.
fn scored(watched_percent: u64, faults: usize, noise: usize) -> Score {
    let mut chance = Chance(7);
    let mut sum = Score::default();
    for _ in 0..10 {
        let estate = estate(6, watched_percent, &mut chance);
        for _ in 0..20 {
            sum = plus(sum, run(&estate, faults, noise, &mut chance));
        }
    }
    sum
}

#[test]
fn cause_is_among_the_first_three_and_little_is_merged_wrongly() {
    let score = scored(90, 1, 3);
    assert!(score.first_three * 100 >= score.faults * 95, "{score:?}");
    assert!(score.merged * 100 <= score.alerts * 5, "{score:?}");
    let two = scored(90, 2, 3);
    assert!(two.first_three * 100 >= two.faults * 90, "{two:?}");
    assert!(two.merged * 100 <= two.alerts * 10, "{two:?}");
}
