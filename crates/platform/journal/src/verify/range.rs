use std::collections::BTreeMap;

use super::report::{Report, Wrong};
use crate::seal::{
    canon::RawRow,
    chain::{Digest, RANGE_ROWS_MAX, Seal, TAG_DIGITS, range_value, row_mac, tag},
};

/// Changed rows of one range among which exchanges are looked for.
const EXCHANGED_MAX: usize = 32;

/// The chain's value before a range: as it is stored, and as it follows from what came before.
///
/// They differ after a seal that was edited: then the second one still proves the next range.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Before {
    pub(crate) stored: String,
    pub(crate) computed: String,
    /// Seals are missing in between: nothing can be said of the next value.
    pub(crate) unknown: bool,
}

impl Before {
    pub(crate) fn value(value: &str) -> Self {
        Self { stored: value.to_owned(), computed: value.to_owned(), unknown: false }
    }
}

/// Compares the rows of a range with its seal and names each that is not as it was sealed.
///
/// `rows`: those found with numbers of the range, in order; `report` takes what is wrong.
/// Returns the chain's value after the range.
pub(crate) fn check_range(
    key: &Digest,
    before: &Before,
    seal: &Seal,
    rows: &[RawRow],
    report: &mut Report,
) -> Before {
    let span = (seal.first_seq, seal.last_seq);
    let Some(tags) = tags_of(seal) else {
        let en = "stand under a seal whose bounds were edited";
        report.find_rows(Wrong::SealEdited, span, en, "的封存记录范围被篡改");
        return Before::value(&seal.value);
    };
    let mut macs = Vec::with_capacity(tags.len());
    let mut changed = Vec::new();
    let mut buffer = Vec::new();
    let mut found = rows.iter().peekable();
    let mut whole = true;
    for (seq, expected) in (seal.first_seq..).zip(&tags) {
        let mut candidates = 0;
        let mut good = None;
        let mut seen = None;
        while let Some(row) = found.next_if(|row| row.seq <= seq) {
            candidates += 1;
            let mac = row_mac(key, row, &mut buffer);
            if tag(&mac) == *expected {
                good = Some(mac);
            }
            seen = Some(row);
        }
        match (good, seen) {
            (Some(mac), _) => macs.push(mac),
            (None, Some(row)) => changed.push(row),
            (None, None) => {
                whole = false;
                report.find_row(Wrong::Removed, seq, "was removed", "被删除");
            }
        }
        if candidates > 1 {
            report.find_row(Wrong::Inserted, seq, "is there more than once", "重复出现");
        }
    }
    name_changed(key, seal, &tags, &changed, report);
    if !whole || !changed.is_empty() {
        return Before::value(&seal.value);
    }
    follow(key, before, seal, &macs, report)
}

/// Whether the seal follows from the rows and from what came before.
fn follow(
    key: &Digest,
    before: &Before,
    seal: &Seal,
    macs: &[Digest],
    report: &mut Report,
) -> Before {
    let computed = range_value(key, &before.computed, seal, macs);
    let follows = computed == seal.value
        || (before.stored != before.computed
            && range_value(key, &before.stored, seal, macs) == seal.value);
    if !follows && !before.unknown {
        let span = (seal.first_seq, seal.last_seq);
        let en = "are as they were, but their seal was edited";
        report.find_rows(Wrong::SealEdited, span, en, "内容完好，但其封存记录被篡改");
    }
    let computed = if before.unknown { seal.value.clone() } else { computed };
    Before { stored: seal.value.clone(), computed, unknown: false }
}

/// Says of each changed row whether it was edited or stands where another one was.
fn name_changed(
    key: &Digest,
    seal: &Seal,
    tags: &[&str],
    changed: &[&RawRow],
    report: &mut Report,
) {
    let places: BTreeMap<&str, i64> =
        tags.iter().zip(seal.first_seq..).map(|(tag, seq)| (*tag, seq)).collect();
    let mut buffer = Vec::new();
    for row in changed {
        let mut from = None;
        if changed.len() <= EXCHANGED_MAX {
            from = changed.iter().map(|other| other.seq).find(|seq| {
                let there = RawRow { seq: *seq, ..(*row).clone() };
                let mac = row_mac(key, &there, &mut buffer);
                places.get(tag(&mac).as_str()) == Some(seq)
            });
        }
        match from {
            Some(from) => {
                let en = format!("holds what was sealed as row {from}");
                let zh = format!("的内容原为第 {from} 行");
                report.find_row(Wrong::Moved, row.seq, &en, &zh);
            }
            None => {
                let en = "was edited after it had been sealed";
                report.find_row(Wrong::Edited, row.seq, en, "在封存后被修改");
            }
        }
    }
}

/// The tags of a seal, one for each of its rows; `None` when they do not fit its bounds.
fn tags_of(seal: &Seal) -> Option<Vec<&str>> {
    let count = usize::try_from(seal.last_seq.checked_sub(seal.first_seq)?.checked_add(1)?).ok()?;
    let fits = (1..=RANGE_ROWS_MAX).contains(&count) && seal.first_seq > 0;
    if !fits || seal.tags.len() != count * TAG_DIGITS || !seal.tags.is_ascii() {
        return None;
    }
    Some((0..count).map(|at| &seal.tags[at * TAG_DIGITS..(at + 1) * TAG_DIGITS]).collect())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::seal::{canon::tests::row, chain::seal_range};

    const KEY: Digest = [7; 32];

    fn check(change: impl FnOnce(&mut Vec<RawRow>, &mut Seal), expected: &Expect) {
        let mut rows: Vec<RawRow> = (1..=4).map(row).collect();
        let mut seal = seal_range(("k", &KEY), "", 1, &rows, 9);
        change(&mut rows, &mut seal);
        let mut report = Report::default();
        check_range(&KEY, &Before::default(), &seal, &rows, &mut report);
        let said: Vec<String> = report.findings.iter().map(|f| f.text.en.clone()).collect();
        expected.assert_eq(&said.join("; "));
    }

    #[test]
    fn each_sort_of_change_is_named() {
        check(|_, _| {}, &expect![""]);
        check(
            |rows, _| rows[1].verb = "lamp.put_out".into(),
            &expect!["row 2 was edited after it had been sealed"],
        );
        check(|rows, _| drop(rows.remove(2)), &expect!["row 3 was removed"]);
        check(|rows, _| rows.insert(1, row(1)), &expect!["row 1 is there more than once"]);
        check(
            |rows, _| {
                rows.swap(1, 3);
                (rows[1].seq, rows[3].seq) = (2, 4);
            },
            &expect!["row 2 holds what was sealed as row 4; row 4 holds what was sealed as row 2"],
        );
        check(
            |_, seal| seal.value = "00".repeat(32),
            &expect!["rows 1 to 4 are as they were, but their seal was edited"],
        );
        check(
            |_, seal| seal.sealed_at = 1,
            &expect!["rows 1 to 4 are as they were, but their seal was edited"],
        );
        check(
            |_, seal| seal.last_seq = 900,
            &expect!["rows 1 to 900 stand under a seal whose bounds were edited"],
        );
    }

    #[test]
    fn edited_seal_does_not_accuse_the_next_one() {
        let rows: Vec<RawRow> = (1..=4).map(row).collect();
        let mut first = seal_range(("k", &KEY), "", 1, &rows[..2], 9);
        let second = seal_range(("k", &KEY), &first.value, 2, &rows[2..], 9);
        first.value = "00".repeat(32);
        let mut report = Report::default();
        let after = check_range(&KEY, &Before::default(), &first, &rows[..2], &mut report);
        check_range(&KEY, &after, &second, &rows[2..], &mut report);
        assert_eq!(report.findings.len(), 1, "{report:?}");
        assert_eq!(report.findings[0].last_seq, 2);
    }
}
