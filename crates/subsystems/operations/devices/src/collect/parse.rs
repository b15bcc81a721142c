//! Numbers as the kernel writes them.

use super::error::CollectError;

/// Reads a decimal number; huge ones lose precision and not their magnitude.
///
/// `file`: named in the error. Errors: [`CollectError::Malformed`] for anything but digits, a
/// sign and a point; in particular for `nan` and `inf`, which `f64` itself would take.
pub(crate) fn number(file: &'static str, word: &str) -> Result<f64, CollectError> {
    let plain = word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
    let value = if plain { word.parse::<f64>().ok() } else { None };
    value.ok_or_else(|| CollectError::malformed(file, word, "a number"))
}

/// Reads the next word as a number. Errors: [`CollectError::Malformed`], also when it is missing.
pub(crate) fn next_number<'a>(
    file: &'static str,
    words: &mut impl Iterator<Item = &'a str>,
) -> Result<f64, CollectError> {
    number(file, words.next().unwrap_or_default())
}

/// Reads a hexadecimal number, as `/proc/net` writes them. Errors: [`CollectError::Malformed`].
pub(crate) fn hex(file: &'static str, word: &str) -> Result<u64, CollectError> {
    u64::from_str_radix(word, 16)
        .map_err(|_| CollectError::malformed(file, word, "a hexadecimal number"))
}

/// Takes the quotes off a value of `os-release` or of another `KEY="value"` file.
pub(crate) fn unquoted(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|v| v.strip_suffix(quote)) {
            return inner;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn huge_numbers_keep_their_magnitude() {
        assert_eq!(number("f", "18446744073709551615").unwrap(), 18446744073709551615.0);
        assert_eq!(number("f", "99999999999999999999999").unwrap(), 1e23);
        assert_eq!(number("f", "-125000").unwrap(), -125000.0);
    }

    #[test]
    fn words_that_are_no_numbers_are_refused() {
        for word in ["", "nan", "inf", "1e5", "0x10", "12kB", "--1", "1.2.3"] {
            assert!(number("f", word).is_err(), "{word:?}");
        }
        assert!(next_number("f", &mut "".split_whitespace()).is_err());
        assert!(hex("f", "xyz").is_err());
    }

    #[test]
    fn quotes_come_off_in_pairs_only() {
        assert_eq!(unquoted(" \"Debian GNU/Linux\" "), "Debian GNU/Linux");
        assert_eq!(unquoted("'a'"), "a");
        assert_eq!(unquoted("\"a"), "\"a");
        assert_eq!(unquoted("\""), "\"");
    }
}
