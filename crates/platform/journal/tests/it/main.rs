//! What the journal promises: rows with the change or not at all, gapless, delivered once.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod anchors;
mod archive;
mod closed;
mod deliveries;
mod keeper;
mod mutation;
mod reasons;
mod rsyslog;
mod seal;
mod witness;

use db::{Db, Migration};
use journal::{Entry, Filter};
use kernel::{Caller, Cause, Fact, FactSeq, Page, Subject, Time};
use serde::Serialize;
use testkit::temporary_db;

pub(crate) const TALLY: &[Migration] = &[Migration {
    component: "tally",
    number: 1,
    name: "count",
    sql: "CREATE TABLE tally_count (id BIGINT PRIMARY KEY, count BIGINT NOT NULL);
          INSERT INTO tally_count (id, count) VALUES (1, 0);",
}];

#[derive(Serialize)]
pub(crate) struct LampLit {
    pub(crate) lamp: String,
}

impl Fact for LampLit {
    const VERB: &'static str = "lamp.lit";

    fn subject(&self) -> Subject {
        Subject::new("lamp", &self.lamp, self.lamp.clone())
    }

    fn resource_id(&self) -> Option<String> {
        Some(format!("room-of-{}", self.lamp))
    }
}

#[derive(Serialize)]
struct LampBroken;

impl Fact for LampBroken {
    const VERB: &'static str = "lamp.broken";

    fn subject(&self) -> Subject {
        Subject::new("lamp", "a", "a")
    }
}

async fn light(db: &Db, lamp: &str, at: i64, cause: Option<FactSeq>) -> FactSeq {
    let mut tx = db.begin().await.unwrap();
    let fact = LampLit { lamp: lamp.to_owned() };
    let caller = Caller::system("test");
    let entry = Entry::new(&caller, Time::from_seconds(at), &fact).because_of(Cause(cause));
    let seq = journal::append(&mut tx, entry.before(&0).after(&1)).await.unwrap();
    tx.commit().await.unwrap();
    seq
}

async fn verbs(db: &Db, filter: Filter) -> Vec<i64> {
    let page = Page { after: None, limit: 100 };
    let rows = journal::list(db, &filter, page).await.unwrap();
    rows.items.into_iter().map(|row| row.seq.0).collect()
}

#[tokio::test]
async fn undone_change_leaves_no_row_and_no_gap() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    light(&records.db, "a", 1, None).await;
    let mut tx = records.db.begin().await.unwrap();
    let fact = LampLit { lamp: "undone".into() };
    let caller = Caller::system("test");
    journal::append(&mut tx, Entry::new(&caller, Time::from_seconds(2), &fact)).await.unwrap();
    drop(tx);
    assert_eq!(light(&records.db, "b", 3, None).await, FactSeq(2));
    assert_eq!(verbs(&records.db, Filter::default()).await, [2, 1]);
}

#[tokio::test]
async fn facts_of_one_change_have_consecutive_numbers_and_may_cause_each_other() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let caller = Caller::system("test");
    let mut expected = 0;
    for count in [1, 2, 64, 65, 200, 1] {
        let mut tx = records.db.begin().await.unwrap();
        let mut cause = None;
        for number in 0..count {
            let fact = LampLit { lamp: format!("lamp {number}") };
            let entry = Entry::new(&caller, Time::from_seconds(number), &fact);
            let seq = journal::append(&mut tx, entry.because_of(Cause(cause))).await.unwrap();
            expected += 1;
            assert_eq!(seq, FactSeq(expected));
            cause = Some(seq);
        }
        assert!(journal::latest(&records.db).await.unwrap().0 < expected, "not before the commit");
        tx.commit().await.unwrap();
        assert_eq!(journal::latest(&records.db).await.unwrap(), FactSeq(expected));
    }
    let first_at = journal::first_at(&records.db).await.unwrap();
    let rows = journal::since(&records.db, FactSeq(0), 1_000).await.unwrap();
    assert_eq!(first_at, Some(rows[0].at));
    let numbers: Vec<i64> = rows.iter().map(|row| row.seq.0).collect();
    assert_eq!(numbers, (1..=expected).collect::<Vec<_>>());
    let caused = rows.iter().filter(|row| row.cause == Some(FactSeq(row.seq.0 - 1))).count();
    assert_eq!(caused, 1 + 63 + 64 + 199);
}

#[tokio::test]
async fn each_filter_narrows() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let db = &records.db;
    let first = light(db, "a", 1, None).await;
    light(db, "b", 2, Some(first)).await;
    light(db, "a", 3, None).await;
    let of = |change: fn(&mut Filter)| {
        let mut filter = Filter::default();
        change(&mut filter);
        verbs(db, filter)
    };
    assert_eq!(of(|f| f.subject_id = Some("a".into())).await, [3, 1]);
    assert_eq!(of(|f| f.resource_id = Some("room-of-b".into())).await, [2]);
    assert_eq!(of(|f| f.actors = Some(vec!["test".into()])).await, [3, 2, 1]);
    assert_eq!(of(|f| f.actors = Some(vec!["nobody".into()])).await, [0; 0]);
    assert_eq!(of(|f| f.verb = Some("lamp.".into())).await, [3, 2, 1]);
    assert_eq!(of(|f| f.verb = Some("lam.".into())).await, [0; 0]);
    assert_eq!(of(|f| f.verb = Some("lamp.lit".into())).await, [3, 2, 1]);
    assert_eq!(of(|f| f.from = Some(Time::from_seconds(2))).await, [3, 2]);
    assert_eq!(of(|f| f.to = Some(Time::from_seconds(2))).await, [1]);
    assert_eq!(of(|f| f.cause = Some(FactSeq(1))).await, [2]);
    assert_eq!(of(|f| f.hidden_subject_kinds = &["lamp"]).await, [0; 0]);
}

#[tokio::test]
async fn facts_of_a_noun_are_in_their_order_whatever_their_verbs() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    let (db, caller) = (&records.db, Caller::system("test"));
    for at in 0..6 {
        if at % 3 == 0 {
            light(db, "a", at, None).await;
        } else {
            let mut tx = db.begin().await.unwrap();
            let entry = Entry::new(&caller, Time::from_seconds(at), &LampBroken);
            journal::append(&mut tx, entry).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    let of = |verb: &str| Filter { verb: Some(verb.to_owned()), ..Filter::default() };
    assert_eq!(verbs(db, of("lamp.")).await, [6, 5, 4, 3, 2, 1]);
    assert_eq!(verbs(db, of("lamp.lit")).await, [4, 1]);
    let late = Filter { from: Some(Time::from_seconds(2)), ..of("lamp.") };
    assert_eq!(verbs(db, late).await, [6, 5, 4, 3]);
    let page = Page { after: Some("4".to_owned()), limit: 2 };
    let page = journal::list(db, &of("lamp."), page).await.unwrap();
    assert_eq!(page.items.iter().map(|row| row.seq.0).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(page.next.as_deref(), Some("2"));
}

#[tokio::test]
async fn pages_join_without_gap_or_repetition() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    for at in 0..25 {
        light(&records.db, "a", at, None).await;
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = Page { after, limit: 7 };
        let page = journal::list(&records.db, &Filter::default(), page).await.unwrap();
        seen.extend(page.items.iter().map(|row| row.seq.0));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=25).rev().collect::<Vec<_>>());
}

pub(crate) async fn count(db: &Db) -> i64 {
    sqlx::query_scalar("SELECT count FROM tally_count WHERE id = 1 LIMIT 1")
        .fetch_one(db.reader())
        .await
        .unwrap()
}

/// The clock was set back by 100 s after the fifth row.
#[tokio::test]
async fn span_of_time_is_listed_by_time_and_its_pages_join() {
    let records = temporary_db(&[journal::MIGRATIONS]).await;
    for at in [101, 102, 103, 104, 105, 5, 5, 6, 104, 107, 300] {
        light(&records.db, "a", at, None).await;
    }
    let span = Filter {
        from: Some(Time::from_seconds(5)),
        to: Some(Time::from_seconds(300)),
        ..Filter::default()
    };
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = journal::list(&records.db, &span, Page { after, limit: 2 }).await.unwrap();
        seen.extend(page.items.iter().map(|row| row.seq.0));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [10, 5, 9, 4, 3, 2, 1, 8, 7, 6]);
}
