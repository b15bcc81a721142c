//! Label sets in a record: each against the one before, with which it shares most.

use crate::Labels;
use crate::codec::{Cursor, put_text, put_varint};

/// The pair at the same place of the set before.
const SAME: u8 = 0;
/// The name from there, and a value.
const VALUE: u8 = 1;
/// A name and a value.
const BOTH: u8 = 2;

pub(crate) fn put_labels(to: &mut Vec<u8>, labels: &Labels, before: Option<&Labels>) {
    put_varint(to, labels.len() as u64);
    let mut others = before.into_iter().flat_map(Labels::iter);
    for (name, value) in labels.iter() {
        match others.next() {
            Some(other) if other == (name, value) => to.push(SAME),
            Some((other, _)) if other == name => {
                to.push(VALUE);
                put_text(to, value);
            }
            _ => {
                to.push(BOTH);
                put_text(to, name);
                put_text(to, value);
            }
        }
    }
}

pub(crate) fn take_labels(cursor: &mut Cursor<'_>, before: Option<&Labels>) -> Option<Labels> {
    let mut others = before.into_iter().flat_map(Labels::iter);
    let count = cursor.count(1)?;
    let mut pairs: Vec<(&str, &str)> = Vec::with_capacity(count.min(crate::LABELS_MAX));
    for _ in 0..count {
        let other = others.next();
        pairs.push(match cursor.byte()? {
            SAME => other?,
            VALUE => (other?.0, cursor.text()?),
            BOTH => (cursor.text()?, cursor.text()?),
            _ => return None,
        });
    }
    Labels::from_borrowed(&pairs).ok()
}
