use std::time::Duration;

use journal::{Report, VerifyOptions};
use proptest::{
    prelude::*,
    strategy::Union,
    test_runner::{Config, TestCaseError, TestRunner},
};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::keeper::{Kept, kept};

const ROWS: i64 = 700;
const TEXTS: [&str; 13] = [
    "actor_kind",
    "actor_id",
    "actor_name",
    "verb",
    "subject_kind",
    "subject_id",
    "subject_name",
    "resource_id",
    "before",
    "after",
    "detail",
    "request_id",
    "source",
];
const OPTIONAL: [&str; 3] = ["resource_id", "before", "after"];

/// One change to the log by somebody who holds the database.
#[derive(Debug, Clone)]
enum Mutation {
    Text {
        seq: i64,
        column: usize,
        text: String,
    },
    Null {
        seq: i64,
        column: usize,
    },
    Time {
        seq: i64,
        by: i64,
    },
    Cause {
        seq: i64,
        to: Option<i64>,
    },
    Number {
        seq: i64,
        to: i64,
    },
    Delete {
        seq: i64,
    },
    Insert {
        seq: i64,
    },
    Swap {
        a: i64,
        b: i64,
    },
    /// The rows from there on.
    Cut {
        from: i64,
    },
    /// The rows from there on, with the counter.
    CutWithCounter {
        from: i64,
    },
    /// All that was written after the first checkpoint, everywhere in the records.
    Rollback,
    Counter {
        to: i64,
    },
    Seal {
        number: i64,
        column: usize,
    },
    SealDelete {
        number: i64,
    },
    Checkpoint {
        number: i64,
        column: usize,
    },
    CheckpointDelete {
        number: i64,
    },
    Key {
        column: usize,
    },
}

const SEAL_COLUMNS: [&str; 6] = ["first_seq", "last_seq", "sealed_at", "key_id", "tags", "value"];
const CHECKPOINT_COLUMNS: [&str; 6] = ["seal", "seq", "at", "value", "key_id", "signature"];
const KEY_COLUMNS: [&str; 5] = ["from_seal", "since", "id", "public_key", "signature"];

fn mutations() -> impl Strategy<Value = Mutation> {
    let seq = 1..=ROWS;
    let two = (seq.clone(), seq.clone());
    let outside = || prop_oneof![-5_i64..1, ROWS + 1..ROWS + 5];
    Union::new([
        (seq.clone(), 0..TEXTS.len(), "[a-z{}\" 值]{0,6}")
            .prop_map(|(seq, column, text)| Mutation::Text { seq, column, text })
            .boxed(),
        (seq.clone(), 0..OPTIONAL.len())
            .prop_map(|(seq, column)| Mutation::Null { seq, column })
            .boxed(),
        (seq.clone(), -3_i64..3).prop_map(|(seq, by)| Mutation::Time { seq, by }).boxed(),
        (seq.clone(), proptest::option::of(seq.clone()))
            .prop_map(|(seq, to)| Mutation::Cause { seq, to })
            .boxed(),
        (seq.clone(), outside()).prop_map(|(seq, to)| Mutation::Number { seq, to }).boxed(),
        seq.clone().prop_map(|seq| Mutation::Delete { seq }).boxed(),
        outside().prop_map(|seq| Mutation::Insert { seq }).boxed(),
        two.prop_map(|(a, b)| Mutation::Swap { a, b }).boxed(),
        seq.clone().prop_map(|from| Mutation::Cut { from }).boxed(),
        seq.prop_map(|from| Mutation::CutWithCounter { from }).boxed(),
        Just(Mutation::Rollback).boxed(),
        (0_i64..ROWS).prop_map(|to| Mutation::Counter { to }).boxed(),
        (1_i64..=5, 0..SEAL_COLUMNS.len())
            .prop_map(|(number, column)| Mutation::Seal { number, column })
            .boxed(),
        (1_i64..=5).prop_map(|number| Mutation::SealDelete { number }).boxed(),
        (1_i64..=3, 0..CHECKPOINT_COLUMNS.len())
            .prop_map(|(number, column)| Mutation::Checkpoint { number, column })
            .boxed(),
        (1_i64..=3).prop_map(|number| Mutation::CheckpointDelete { number }).boxed(),
        (0..KEY_COLUMNS.len()).prop_map(|column| Mutation::Key { column }).boxed(),
    ])
}

impl Mutation {
    fn sql(&self) -> String {
        let delete = |from: &i64| format!("DELETE FROM journal_row WHERE seq >= {from};");
        match self {
            Self::Text { seq, column, text } => {
                let column = TEXTS[*column];
                format!("UPDATE journal_row SET {column} = '{text}' WHERE seq = {seq}")
            }
            Self::Null { seq, column } => {
                let column = OPTIONAL[*column];
                format!("UPDATE journal_row SET {column} = NULL WHERE seq = {seq}")
            }
            Self::Time { seq, by } => {
                format!("UPDATE journal_row SET at = at + {by} WHERE seq = {seq}")
            }
            Self::Cause { seq, to } => {
                let to = to.map_or("NULL".to_owned(), |to| to.to_string());
                format!("UPDATE journal_row SET cause = {to} WHERE seq = {seq}")
            }
            Self::Number { seq, to } => {
                format!("UPDATE journal_row SET seq = {to} WHERE seq = {seq}")
            }
            Self::Delete { seq } => format!("DELETE FROM journal_row WHERE seq = {seq}"),
            Self::Insert { seq } => format!(
                "INSERT INTO journal_row (seq, at, actor_kind, actor_id, actor_name, verb,
                    subject_kind, subject_id, subject_name, detail, request_id, source)
                 VALUES ({seq}, 1, 'system', 'x', 'x', 'lamp.lit', 'lamp', 'l', 'l', '{{}}', '', '')"
            ),
            Self::Swap { a, b } => format!(
                "UPDATE journal_row SET seq = -77 WHERE seq = {a};
                 UPDATE journal_row SET seq = {a} WHERE seq = {b};
                 UPDATE journal_row SET seq = {b} WHERE seq = -77;"
            ),
            Self::Cut { from } => delete(from),
            Self::CutWithCounter { from } => {
                format!("{} UPDATE journal_counter SET seq = {};", delete(from), from - 1)
            }
            Self::Rollback => "
                DELETE FROM journal_row WHERE seq > (
                    SELECT seq FROM journal_checkpoint WHERE number = 1);
                DELETE FROM journal_seal WHERE number > (
                    SELECT seal FROM journal_checkpoint WHERE number = 1);
                UPDATE journal_counter SET seq = (
                    SELECT seq FROM journal_checkpoint WHERE number = 1);
                DELETE FROM journal_checkpoint WHERE number > 1;"
                .to_owned(),
            Self::Counter { to } => format!("UPDATE journal_counter SET seq = {to}"),
            Self::Seal { number, column } => change("journal_seal", SEAL_COLUMNS[*column], *number),
            Self::SealDelete { number } => {
                format!("DELETE FROM journal_seal WHERE number = {number}")
            }
            Self::Checkpoint { number, column } => {
                change("journal_checkpoint", CHECKPOINT_COLUMNS[*column], *number)
            }
            Self::CheckpointDelete { number } => {
                format!("DELETE FROM journal_checkpoint WHERE number = {number}")
            }
            Self::Key { column } => change("journal_key", KEY_COLUMNS[*column], 1),
        }
    }

    /// Whether it leaves everything as it was.
    fn is_none(&self) -> bool {
        match self {
            Self::Time { by: 0, .. } | Self::Cause { to: None, .. } => true,
            Self::Swap { a, b } => a == b,
            // It was empty before.
            Self::Text { column, text, .. } => {
                text.is_empty() && ["request_id", "source"].contains(&TEXTS[*column])
            }
            _ => false,
        }
    }

    /// The row that must be named.
    fn names(&self) -> Option<i64> {
        match self {
            Self::Text { seq, .. }
            | Self::Null { seq, .. }
            | Self::Time { seq, .. }
            | Self::Cause { seq, .. }
            | Self::Number { seq, .. }
            | Self::Delete { seq }
            | Self::Insert { seq }
            | Self::Swap { a: seq, .. }
            | Self::Cut { from: seq }
            | Self::CutWithCounter { from: seq } => Some(*seq),
            _ => None,
        }
    }
}

/// Changes a number by one, and the last letter of a text.
fn change(table: &str, column: &str, number: i64) -> String {
    let numbers = ["first_seq", "last_seq", "sealed_at", "seal", "seq", "at", "from_seal", "since"];
    let to = match numbers.contains(&column) {
        true => format!("{column} + 1"),
        false => format!(
            "CASE WHEN {column} LIKE '%0' THEN SUBSTR({column}, 1, LENGTH({column}) - 1) || '1'
             ELSE SUBSTR({column}, 1, LENGTH({column}) - 1) || '0' END"
        ),
    };
    format!("UPDATE {table} SET {column} = {to} WHERE number = {number}")
}

async fn verdict(kept: &Kept, options: &VerifyOptions, mutation: &Mutation) -> Report {
    let mut tx = kept.db().begin().await.unwrap();
    let connection: &mut AnyConnection = tx.connection();
    sqlx::raw_sql(AssertSqlSafe(mutation.sql())).execute(&mut *connection).await.unwrap();
    journal::verify(connection, options, &mut |_| {}).await.unwrap()
    // The transaction is undone: the next mutation meets the log as it was.
}

/// Security requirement S20: any single mutation of the log is found and named.
#[test]
fn any_single_mutation_of_the_log_is_found_and_named() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let kept = runtime.block_on(async {
        let kept = kept().await;
        for rows in [300, 300, 100] {
            kept.write_and_sign(rows).await;
            // No two rows are alike, or changing their places would be no change.
            kept.clock.advance(Duration::from_hours(1));
        }
        assert!(kept.verify().await.holds);
        kept
    });
    let options = kept.options();
    let mut runner = TestRunner::new(Config { cases: 250, ..Config::default() });
    let outcome = runner.run(&mutations(), |mutation| {
        prop_assume!(!mutation.is_none());
        let report = runtime.block_on(verdict(&kept, &options, &mutation));
        if report.holds {
            return Err(TestCaseError::fail("it was not found"));
        }
        let named = mutation.names().is_none_or(|seq| {
            report.findings.iter().any(|f| f.first_seq <= seq && seq <= f.last_seq)
        });
        prop_assert!(named, "{:?} is not named in {:?}", mutation, report.findings);
        Ok(())
    });
    outcome.unwrap();
    assert!(runtime.block_on(kept.verify()).holds, "nothing of it was kept");
}
