//! Names of metrics and labels: which are plain, and how others are written.

/// What escaped names begin with.
const ESCAPED: &str = "U__";
/// Most digits of a character's number.
const DIGITS_MAX: usize = 6;

/// Tells whether `name` is `[a-zA-Z_][a-zA-Z0-9_]*`, so that it need not be quoted as a label's.
#[must_use]
pub fn is_label_name(name: &str) -> bool {
    is_metric_name(name) && !name.contains(':')
}

/// Tells whether `name` is `[a-zA-Z_:][a-zA-Z0-9_:]*`, so that it need not be quoted as a metric's.
#[must_use]
pub fn is_metric_name(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':')
}

/// The name in letters, digits and `_` alone: `U__` in front, `_` doubled, other characters as
/// `_`, their number in hexadecimal digits, and `_`. Plain names stay as they are.
///
/// Source: Prometheus 3, "escaping" of names, scheme `values`.
#[must_use]
pub fn escaped_name(name: &str) -> String {
    if is_label_name(name) {
        return name.to_owned();
    }
    let mut escaped = ESCAPED.to_owned();
    for letter in name.chars() {
        match letter {
            '_' => escaped.push_str("__"),
            _ if letter.is_ascii_alphanumeric() => escaped.push(letter),
            _ => escaped.push_str(&format!("_{:x}_", u32::from(letter))),
        }
    }
    escaped
}

/// The name that [`escaped_name`] made this of; one that it did not make stays as it is.
#[must_use]
pub fn unescaped_name(name: &str) -> String {
    let read = name.strip_prefix(ESCAPED).and_then(unescaped);
    read.unwrap_or_else(|| name.to_owned())
}

fn unescaped(mut rest: &str) -> Option<String> {
    let mut name = String::with_capacity(rest.len());
    while let Some((plain, escape)) = rest.split_once('_') {
        name.push_str(plain);
        let (digits, behind) = escape.split_once('_')?;
        if digits.is_empty() {
            name.push('_');
        } else {
            let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let fits = hexadecimal && digits.len() <= DIGITS_MAX;
            let number = u32::from_str_radix(digits, 16).ok().filter(|_| fits)?;
            name.push(char::from_u32(number)?);
        }
        rest = behind;
    }
    name.push_str(rest);
    Some(name)
}

/// The name of a label as it stands in braces.
pub(crate) fn shown(name: &str) -> String {
    if is_label_name(name) { name.to_owned() } else { quoted(name) }
}

/// A text in double quotes, with `\`, `"` and line feeds escaped.
pub(crate) fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_escaped_as_prometheus_does() {
        for (name, escaped) in [
            ("up", "up"),
            ("my.metric_total", "U__my_2e_metric__total"),
            ("1st", "U__1st"),
            ("a:b", "U__a_3a_b"),
            ("度 x", "U___5ea6__20_x"),
            ("😀", "U___1f600_"),
        ] {
            assert_eq!(escaped_name(name), escaped);
            assert_eq!(unescaped_name(escaped), name);
        }
    }

    #[test]
    fn what_is_no_escaped_name_stays_as_it_is() {
        for name in [
            "up",
            "U_a_2e_b",
            "U__a_",
            "U__a_2e",
            "U__a_xyz_b",
            "U__a_d800_",
            "U__a_1234567_",
            "U__a_+1_",
        ] {
            assert_eq!(unescaped_name(name), name);
        }
        assert_eq!(unescaped_name("U__a_2E_b"), "a.b");
        assert_eq!(unescaped_name("U__"), "");
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in ".{1,20}") {
            let escaped = escaped_name(&name);
            prop_assert!(is_label_name(&escaped));
            // A plain name that looks like an escaped one is read as that.
            prop_assume!(!name.starts_with(ESCAPED));
            prop_assert_eq!(unescaped_name(&escaped), name);
        }
    }
}
