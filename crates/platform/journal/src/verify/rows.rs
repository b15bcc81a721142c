use std::collections::VecDeque;

use sqlx::{AnyConnection, Row as _};

use super::report::{Report, Wrong};
use crate::{
    JournalError,
    seal::{canon::RawRow, store},
};

/// Rows read at once.
const BATCH: i64 = 2_000;

/// The rows of the table in the order of their numbers, a batch at a time.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    ready: VecDeque<RawRow>,
    /// The number of the last row read.
    last: Option<i64>,
    done: bool,
    /// Rows read, readable or not.
    pub(crate) read: u64,
}

impl Rows {
    /// The next row whose number is at most `seq`.
    pub(crate) async fn next_up_to(
        &mut self,
        connection: &mut AnyConnection,
        seq: i64,
        report: &mut Report,
    ) -> Result<Option<RawRow>, JournalError> {
        while self.ready.is_empty() && !self.done {
            self.fill(connection, report).await?;
        }
        Ok(self.ready.pop_front_if(|row| row.seq <= seq))
    }

    async fn fill(
        &mut self,
        connection: &mut AnyConnection,
        report: &mut Report,
    ) -> Result<(), JournalError> {
        let after = self.last.unwrap_or(i64::MIN);
        let rows = store::raw_rows(connection, after, BATCH).await?;
        self.done = rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
        for row in &rows {
            self.read += 1;
            let Ok(seq) = row.try_get::<i64, _>("seq") else {
                let near = self.last.unwrap_or(0);
                report.find_row(
                    Wrong::Unreadable,
                    near,
                    "is followed by one whose number cannot be read: inserted",
                    "之后有一行的编号无法读取：疑为插入",
                );
                self.done = true;
                return Ok(());
            };
            self.last = Some(seq);
            match RawRow::read(row) {
                Ok(row) => self.ready.push_back(row),
                Err(error) => {
                    let en = format!("cannot be read: {error}");
                    let zh = format!("无法读取：{error}");
                    report.find_row(Wrong::Unreadable, seq, &en, &zh);
                }
            }
        }
        Ok(())
    }
}
