//! Paths with `*`, `?` and `[a-z]`, as `rule_files` has them.

use std::path::{Component, Path, PathBuf};

/// Most files that a pattern may find.
const FOUND_MAX: usize = 10_000;

/// The files that fit a pattern, by name; a wildcard never stands for a slash.
pub(super) fn matching(pattern: &Path) -> Vec<PathBuf> {
    let mut found = vec![PathBuf::new()];
    for component in pattern.components() {
        let Component::Normal(part) = component else {
            found.iter_mut().for_each(|path| path.push(component));
            continue;
        };
        let part = part.to_string_lossy();
        if !part.contains(['*', '?', '[']) {
            found.iter_mut().for_each(|path| path.push(&*part));
            found.retain(|path| path.exists());
            continue;
        }
        let mut next: Vec<PathBuf> =
            found.iter().flat_map(|folder| entries(folder, &part)).collect();
        next.sort();
        next.truncate(FOUND_MAX);
        found = next;
    }
    found.retain(|path| path.exists());
    found
}

fn entries(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let place = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
    let pattern: Vec<char> = pattern.chars().collect();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let fitting = names.filter(|name| fits(&pattern, &name.chars().collect::<Vec<_>>()));
    fitting.map(|name| folder.join(name)).collect()
}

/// Tells whether a name fits; no part of the pattern is looked at more than once per letter.
fn fits(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut letter) = (0, 0);
    // Where to go on when the last `*` stands for one letter more.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at + 1, letter + 1));
                at += 1;
                continue;
            }
            None if letter == name.len() => return true,
            Some(_) => {
                if let Some(length) = name.get(letter).and_then(|own| one(&pattern[at..], *own)) {
                    (at, letter) = (at + length, letter + 1);
                    continue;
                }
            }
            None => {}
        }
        let Some((after, from)) = retry.filter(|(_, from)| *from <= name.len()) else {
            return false;
        };
        (at, letter, retry) = (after, from, Some((after, from + 1)));
    }
}

/// How much of the pattern stands for a letter; `None` if it is another one.
fn one(pattern: &[char], letter: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['\\', escaped, ..] => (*escaped == letter).then_some(2),
        ['[', rest @ ..] => {
            let negated = rest.first() == Some(&'^');
            let set = if negated { &rest[1..] } else { rest };
            let end = set.iter().skip(1).position(|c| *c == ']')? + 1;
            let (mut inside, mut at) = (false, 0);
            while at < end {
                if at + 2 < end && set[at + 1] == '-' {
                    inside |= (set[at]..=set[at + 2]).contains(&letter);
                    at += 3;
                } else {
                    inside |= set[at] == letter;
                    at += 1;
                }
            }
            (inside != negated).then_some(end + 2 + usize::from(negated))
        }
        [own, ..] => (*own == letter).then_some(1),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{fits, matching};

    #[test]
    fn wildcards_stand_for_letters() {
        for (pattern, name, expected) in [
            ("*.yml", "a.yml", true),
            ("*.yml", "a.yaml", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("?[0-9][^x]", "a5y", true),
            ("?[0-9][^x]", "a5x", false),
            ("[ab", "a", false),
            ("\\*", "*", true),
            ("", "", true),
        ] {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(fits(&letters(pattern), &letters(name)), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn patterns_find_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.yml", "a.yml", "c.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<String> = matching(&folder.path().join("*.yml"))
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["a.yml", "b.yml"]);
        assert!(matching(&folder.path().join("gone.yml")).is_empty());
    }
}
