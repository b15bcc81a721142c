//! Fills in templates as Go's `Regexp.Expand` does.

use regex::Captures;

/// Most digits of a group's number.
const DIGITS_MAX: usize = 9;

pub(super) fn expand(
    names: &[(String, usize)],
    found: &Captures<'_>,
    template: &str,
    to: &mut String,
) {
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('$') {
        to.push_str(before);
        if let Some(more) = behind.strip_prefix('$') {
            to.push('$');
            rest = more;
            continue;
        }
        // What names no group is a plain dollar sign.
        let Some((name, more)) = name(behind) else {
            to.push('$');
            rest = behind;
            continue;
        };
        rest = more;
        let group = match number(name) {
            Some(number) => found.get(number),
            None => {
                let same = names.iter().filter(|(known, _)| known == name);
                same.map(|(_, number)| *number).find_map(|number| found.get(number))
            }
        };
        to.push_str(group.map_or("", |group| group.as_str()));
    }
    to.push_str(rest);
}

/// The name behind a dollar sign, as long as it can be, and what follows it.
fn name(text: &str) -> Option<(&str, &str)> {
    let braced = text.strip_prefix('{');
    let inside = braced.unwrap_or(text);
    let ends = |letter: char| !letter.is_alphanumeric() && letter != '_';
    let (name, behind) = inside.split_at(inside.find(ends).unwrap_or(inside.len()));
    if name.is_empty() {
        return None;
    }
    match braced {
        Some(_) => Some((name, behind.strip_prefix('}')?)),
        None => Some((name, behind)),
    }
}

/// A number has no zero in front.
fn number(name: &str) -> Option<usize> {
    let leads = name.len() > 1 && name.starts_with('0');
    let digits = name.bytes().all(|byte| byte.is_ascii_digit());
    if leads || !digits || name.len() > DIGITS_MAX { None } else { name.parse().ok() }
}
