use std::sync::Arc;

use jiff::tz::TimeZone;
use testkit::{ManualClock, SeededIds, TemporaryDb};

use super::*;
use crate::{
    PersonFilter,
    import::{SheetKind, Sheets, read_csv},
};

async fn records() -> TemporaryDb {
    testkit::temporary_db(&[journal::MIGRATIONS, crate::MIGRATIONS]).await
}

fn server(records: &TemporaryDb, clock: &ManualClock, seed: u64) -> Directory {
    let ids = Arc::new(SeededIds::new(seed));
    Directory::new(records.db.clone(), Arc::new(clock.clone()), ids, TimeZone::UTC)
}

/// A file with so many people.
fn file(people: u32) -> Sheets {
    let mut text = "number,name\n".to_owned();
    for number in 0..people {
        text.push_str(&format!("{number},Ada\n"));
    }
    read_csv(text.as_bytes(), SheetKind::People).unwrap()
}

async fn people(directory: &Directory) -> usize {
    let now = crate::AsOf::at(directory.clock.now());
    let page = kernel::Page { after: None, limit: 50 };
    let all = directory.people(&Caller::console(), &PersonFilter::default(), now, &page).await;
    all.unwrap().items.len()
}

#[tokio::test]
async fn import_that_was_given_up_elsewhere_is_not_done_after_all() {
    let records = records().await;
    let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
    let (slow, other) = (server(&records, &clock, 1), server(&records, &clock, 2));
    let caller = Caller::console();
    let running = slow.start_import(&caller, ImportMode::Apply).await.unwrap();
    // Asked twice, so that it is seen to stand still, where there may be two servers at all.
    other.last_import(&caller).await.unwrap();
    clock.advance(STILL_MAX);
    let given_up = other.last_import(&caller).await.unwrap().unwrap();
    assert!(matches!(given_up.ended, Some((_, ImportEnd::Interrupted))), "{given_up:?}");
    let refused = slow.import(&caller, file(2), &running).await.unwrap_err();
    assert!(matches!(refused, DirectoryError::ImportLeft), "{refused}");
    assert_eq!(people(&slow).await, 0);
    running.end(&Err(refused.into())).await;
    let last = other.last_import(&caller).await.unwrap().unwrap();
    assert!(matches!(last.ended, Some((_, ImportEnd::Interrupted))), "{last:?}");
}

#[tokio::test]
async fn import_that_is_dropped_in_the_middle_is_interrupted_and_has_changed_nothing() {
    let records = records().await;
    let clock = ManualClock::at(Time::from_seconds(1_800_000_000));
    let directory = server(&records, &clock, 1);
    let caller = Caller::console();
    let running = directory.start_import(&caller, ImportMode::Apply).await.unwrap();
    let progress = Arc::clone(&running.progress);
    let last = directory.last_import(&caller).await.unwrap().unwrap();
    assert!(last.ended.is_none());
    {
        let work = directory.import(&caller, file(500), &running);
        let half = async {
            while progress.counts().0 < 1 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            () = half => {}
            _ = work => panic!("it came to its end"),
        }
    }
    drop(running);
    let last = directory.last_import(&caller).await.unwrap().unwrap();
    assert!(matches!(last.ended, Some((_, ImportEnd::Interrupted))), "{last:?}");
    assert_eq!(people(&directory).await, 0);
}
