use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::canon::RawRow;

/// Rows under one seal at most.
pub(crate) const RANGE_ROWS_MAX: usize = 256;
/// Hexadecimal digits of a row's tag: 64 bits, enough to say *which* row of a range was changed.
/// That one was changed is said by the seal's value, which is over all 256 bits.
pub(crate) const TAG_DIGITS: usize = 16;
/// What a range's bytes begin with.
const DOMAIN: &[u8] = b"mainstay journal range 1\0";

/// 256 bits.
pub(crate) type Digest = [u8; 32];

/// A range of rows under the chain, as the table keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seal {
    /// 1, 2, 3 … without gaps.
    pub number: i64,
    /// The first row's number.
    pub first_seq: i64,
    /// The last row's number.
    pub last_seq: i64,
    /// The key that made it.
    pub key_id: String,
    /// A tag for each row, one after another.
    pub tags: String,
    /// The chain's value after this range.
    pub value: String,
    /// When it was made, in UTC µs.
    pub sealed_at: i64,
}

/// The keyed hash of one row.
pub(crate) fn row_mac(key: &Digest, row: &RawRow, buffer: &mut Vec<u8>) -> Digest {
    row.write_canonical(buffer);
    keyed(key).chain_update(&buffer).finalize().into_bytes().into()
}

/// The chain's value after a range: over the value before it, its own bounds and every row.
pub(crate) fn range_value(key: &Digest, before: &str, seal: &Seal, rows: &[Digest]) -> String {
    let mut mac = keyed(key);
    mac.update(DOMAIN);
    mac.update(&(before.len() as u64).to_be_bytes());
    mac.update(before.as_bytes());
    for number in [seal.number, seal.first_seq, seal.last_seq, seal.sealed_at] {
        mac.update(&number.to_be_bytes());
    }
    for row in rows {
        mac.update(row);
    }
    hex(&mac.finalize().into_bytes())
}

/// The tag of a row in its seal.
pub(crate) fn tag(mac: &Digest) -> String {
    hex(&mac[..TAG_DIGITS / 2])
}

/// Seals `rows`, which must be consecutive, at most [`RANGE_ROWS_MAX`] and not none.
pub(crate) fn seal_range(
    (key_id, key): (&str, &Digest),
    before: &str,
    number: i64,
    rows: &[RawRow],
    sealed_at: i64,
) -> Seal {
    let mut buffer = Vec::new();
    let macs: Vec<Digest> = rows.iter().map(|row| row_mac(key, row, &mut buffer)).collect();
    let bound = |row: Option<&RawRow>| row.map_or(0, |row| row.seq);
    let mut seal = Seal {
        number,
        first_seq: bound(rows.first()),
        last_seq: bound(rows.last()),
        key_id: key_id.to_owned(),
        tags: macs.iter().map(tag).collect(),
        value: String::new(),
        sealed_at,
    };
    seal.value = range_value(key, before, &seal, &macs);
    seal
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes that `text` spells in hexadecimal digits; `None` when it does not spell `N` of them.
pub(crate) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; N];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

fn keyed(key: &Digest) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::canon::tests::row;

    #[test]
    fn value_depends_on_key_rows_order_and_what_came_before() {
        let rows = [row(1), row(2), row(3)];
        let value = |key: u8, before: &str, rows: &[RawRow]| {
            seal_range(("k", &[key; 32]), before, 1, rows, 9).value
        };
        let known = value(1, "", &rows);
        assert_eq!(known, value(1, "", &rows));
        assert_ne!(known, value(2, "", &rows));
        assert_ne!(known, value(1, "x", &rows));
        assert_ne!(known, value(1, "", &rows[..2]));
        let swapped = [row(2), row(1), row(3)];
        assert_ne!(known, value(1, "", &swapped));
    }

    #[test]
    fn hexadecimal_reads_back_and_refuses_the_rest() {
        assert_eq!(unhex::<2>("0aff"), Some([10, 255]));
        assert_eq!(hex(&[10, 255]), "0aff");
        for text in ["", "0af", "0aff00", "0agg", "é0a"] {
            assert_eq!(unhex::<2>(text), None, "{text}");
        }
    }
}
