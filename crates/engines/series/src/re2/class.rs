//! Sets of characters: `[a-z]`, `\d`, `\p{Greek}`.

use super::cursor::{Cursor, put_char};
use super::{PatternError, PatternFault};
use regex::Regex;
use std::collections::HashMap;

/// Most properties that a pattern names: each is many ranges, and more are never compiled.
const NAMED_MAX: usize = 500;
const EVERYTHING: &str = r"\x{0}-\x{10FFFF}";
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// Reads sets.
#[derive(Default)]
pub(super) struct Sets {
    /// Unicode's properties by what they are called, as far as the pattern has named them.
    properties: HashMap<String, Option<String>>,
    named: usize,
    /// No `:]` comes any more.
    no_posix: bool,
}

impl Sets {
    /// What stands in `\p{…}` for a category or a script. Case, blanks, `-` and `_` in its name
    /// count for nothing.
    fn named(&mut self, name: &str) -> Option<String> {
        let counts = |letter: &char| !matches!(letter, ' ' | '-' | '_');
        let name: String = name.chars().filter(counts).collect::<String>().to_ascii_lowercase();
        let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        // The `regex` crate skips an `is` in front, which Go does not.
        if name.is_empty() || !plain || name.starts_with("is") {
            return None;
        }
        let exists = |property: &String| Regex::new(&format!(r"\p{{{property}}}")).is_ok();
        let look = || {
            let names = match &*name {
                "any" | "assigned" | "ascii" => vec![name.clone()],
                _ => vec![format!("gc={name}"), format!("sc={name}")],
            };
            names.into_iter().find(exists)
        };
        self.properties.entry(name.clone()).or_insert_with(look).clone()
    }

    /// Takes `\pN`, `\p{Greek}`, `\P{^Greek}`; returns how it stands in brackets.
    fn take(&mut self, at: &mut Cursor<'_>) -> Result<Option<String>, PatternError> {
        let start = *at;
        let mut negated = at.rest.starts_with(r"\P");
        if !at.take(r"\p") && !at.take(r"\P") {
            return Ok(None);
        }
        let single = *at;
        let mut name = match at.next() {
            Some('{') => {
                let Some(end) = at.rest.find('}') else {
                    return Err(PatternError::new(PatternFault::ClassRange, start.rest));
                };
                let name = &at.rest[..end];
                at.rest = &at.rest[end + 1..];
                name
            }
            _ => at.since(single),
        };
        if let Some(other) = name.strip_prefix('^') {
            (name, negated) = (other, !negated);
        }
        let surrogates = ["cs", "surrogate"].contains(&&*name.to_ascii_lowercase());
        if surrogates {
            // No text has any.
            return Ok(Some(if negated { EVERYTHING } else { "" }.to_owned()));
        }
        self.named += 1;
        if self.named > NAMED_MAX {
            return Err(PatternError::new(PatternFault::TooLarge, start.rest));
        }
        let sign = if negated { 'P' } else { 'p' };
        match self.named(name) {
            Some(property) => Ok(Some(format!(r"\{sign}{{{property}}}"))),
            None => Err(PatternError::new(PatternFault::ClassRange, at.since(start))),
        }
    }

    /// Takes a set that is named by an escape; returns how it stands in brackets.
    pub(super) fn escaped(&mut self, at: &mut Cursor<'_>) -> Result<Option<String>, PatternError> {
        for (escape, set) in [
            (r"\d", "0-9"),
            (r"\D", "[^0-9]"),
            (r"\s", r"\t\n\x0C\r\x20"),
            (r"\S", r"[^\t\n\x0C\r\x20]"),
            (r"\w", "0-9A-Za-z_"),
            (r"\W", "[^0-9A-Za-z_]"),
        ] {
            if at.take(escape) {
                return Ok(Some(set.to_owned()));
            }
        }
        self.take(at)
    }

    /// Takes all of `[…]`.
    pub(super) fn brackets(&mut self, at: &mut Cursor<'_>) -> Result<String, PatternError> {
        let start = *at;
        at.next();
        let negated = at.take("^");
        let (mut set, mut first) = (String::new(), true);
        // A bracket that stands first closes nothing.
        while first || !at.rest.starts_with(']') {
            first = false;
            if let Some(named) = self.posix(at)? {
                set.push_str(named);
            } else if let Some(named) = self.escaped(at)? {
                set.push_str(&named);
            } else {
                range(at, start, &mut set)?;
            }
        }
        at.next();
        Ok(bracketed(&set, negated))
    }

    /// Takes `[:alpha:]`, `[:^alpha:]`.
    fn posix<'p>(&mut self, at: &mut Cursor<'p>) -> Result<Option<&'p str>, PatternError> {
        let inside = at.rest.strip_prefix("[:").filter(|_| !self.no_posix);
        let Some(inside) = inside else { return Ok(None) };
        let Some(end) = inside.find(":]") else {
            self.no_posix = true;
            return Ok(None);
        };
        let (whole, name) = (&at.rest[..end + 4], &inside[..end]);
        if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return Err(PatternError::new(PatternFault::ClassRange, whole));
        }
        at.rest = &inside[end + 2..];
        Ok(Some(whole))
    }
}

/// The set in its brackets; nothing is an empty set, and all but nothing is everything.
pub(super) fn bracketed(set: &str, negated: bool) -> String {
    match (set.is_empty(), negated) {
        (true, true) => format!("[{EVERYTHING}]"),
        (true, false) => format!("[^{EVERYTHING}]"),
        (false, true) => format!("[^{set}]"),
        (false, false) => format!("[{set}]"),
    }
}

/// Takes a character, or two with a `-` between them.
fn range(at: &mut Cursor<'_>, brackets: Cursor<'_>, set: &mut String) -> Result<(), PatternError> {
    let start = *at;
    let low = single(at, brackets)?;
    let mut high = low;
    if at.rest.starts_with('-') && at.rest.len() > 1 && !at.rest.starts_with("-]") {
        at.next();
        high = single(at, brackets)?;
        if high < low {
            return Err(PatternError::new(PatternFault::ClassRange, at.since(start)));
        }
    }
    // Of surrogates, which no text has, what lies outside of them is left.
    let low = char::from_u32(low).unwrap_or('\u{e000}');
    let high = char::from_u32(high).unwrap_or('\u{d7ff}');
    if low <= high {
        put_char(set, low);
    }
    if low < high {
        set.push('-');
        put_char(set, high);
    }
    Ok(())
}

fn single(at: &mut Cursor<'_>, brackets: Cursor<'_>) -> Result<u32, PatternError> {
    if at.rest.starts_with('\\') {
        return at.escape();
    }
    let next = at.next().map(u32::from);
    next.ok_or_else(|| PatternError::new(PatternFault::MissingBracket, brackets.rest))
}
