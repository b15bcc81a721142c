use std::fmt;

use crate::Text;

/// The most entries of one set.
const ENTRIES_MAX: usize = 500;
/// The longest entry, in bytes.
const ENTRY_BYTES_MAX: usize = 100;

/// Which permissions a role gives: names and patterns, less what is taken out again.
///
/// `*` is all of them, `resource.*` all of a noun, `*.read` all of a verb, `resource.read` one;
/// with `-` before it an entry takes out, whatever the order: what is taken out stays out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionSet {
    given: Vec<Pattern>,
    taken_out: Vec<Pattern>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    All,
    Noun(String),
    Verb(String),
    One(String),
}

/// An entry that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a permission; expected {}", Self::expected().en)]
pub struct PermissionSetError {
    /// Which entry, from 0.
    pub index: usize,
    /// What was found.
    pub found: String,
}

impl PermissionSetError {
    /// What an entry looks like.
    #[must_use]
    pub fn expected() -> Text {
        Text::new(
            "`noun.verb`, `noun.*`, `*.verb` or `*`, each with `-` before it to take it out; \
             at most 500 entries",
            "“名词.动词”、“名词.*”、“*.动词”或“*”，前面加“-”表示排除；最多 500 项",
        )
    }
}

impl PermissionSet {
    /// The set of these entries.
    ///
    /// Errors: [`PermissionSetError`] for the first that is none, and for the 501st.
    pub fn parse<T: AsRef<str>>(entries: &[T]) -> Result<Self, PermissionSetError> {
        let mut set = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            let entry = entry.as_ref();
            let wrong = || PermissionSetError {
                index,
                found: entry.chars().take(ENTRY_BYTES_MAX).collect(),
            };
            if index >= ENTRIES_MAX {
                return Err(wrong());
            }
            match entry.strip_prefix('-') {
                Some(rest) => set.taken_out.push(Pattern::parse(rest).ok_or_else(wrong)?),
                None => set.given.push(Pattern::parse(entry).ok_or_else(wrong)?),
            }
        }
        Ok(set)
    }

    /// Whether it gives the permission of that name.
    #[must_use]
    pub fn holds(&self, permission: &str) -> bool {
        let matches = |patterns: &[Pattern]| patterns.iter().any(|one| one.matches(permission));
        matches(&self.given) && !matches(&self.taken_out)
    }

    /// The names in it that are exact and not among `known`: perhaps misspelt.
    pub fn unknown<'s>(&'s self, known: &'s [&str]) -> impl Iterator<Item = &'s str> {
        self.given.iter().chain(&self.taken_out).filter_map(|pattern| match pattern {
            Pattern::One(name) if !known.contains(&name.as_str()) => Some(name.as_str()),
            Pattern::Noun(noun) if !known.iter().any(|name| is_of_noun(name, noun)) => {
                Some(noun.as_str())
            }
            _ => None,
        })
    }
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        let in_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
        let is_word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase()) && word.bytes().all(in_word)
        };
        if text.len() > ENTRY_BYTES_MAX {
            return None;
        }
        if text == "*" {
            return Some(Self::All);
        }
        match text.split_once('.')? {
            ("*", verb) if is_word(verb) => Some(Self::Verb(verb.to_owned())),
            (noun, "*") if is_word(noun) => Some(Self::Noun(noun.to_owned())),
            (noun, verb) if is_word(noun) && is_word(verb) => Some(Self::One(text.to_owned())),
            _ => None,
        }
    }

    fn matches(&self, permission: &str) -> bool {
        match self {
            Self::All => true,
            Self::Noun(noun) => is_of_noun(permission, noun),
            Self::Verb(verb) => {
                permission.strip_suffix(verb.as_str()).is_some_and(|noun| noun.ends_with('.'))
            }
            Self::One(name) => permission == name,
        }
    }
}

fn is_of_noun(permission: &str, noun: &str) -> bool {
    permission.strip_prefix(noun).is_some_and(|verb| verb.starts_with('.'))
}

impl fmt::Display for PermissionSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |pattern: &Pattern| match pattern {
            Pattern::All => "*".to_owned(),
            Pattern::Noun(noun) => format!("{noun}.*"),
            Pattern::Verb(verb) => format!("*.{verb}"),
            Pattern::One(one) => one.clone(),
        };
        let given = self.given.iter().map(name);
        let taken_out = self.taken_out.iter().map(|pattern| format!("-{}", name(pattern)));
        out.write_str(&given.chain(taken_out).collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_gives_what_its_entries_say_less_what_is_taken_out() {
        for (entries, permission, held) in [
            (&["*"][..], "resource.change", true),
            (&["resource.*"], "resource.change", true),
            (&["resource.*"], "resources.change", false),
            (&["resource.*"], "resource", false),
            (&["*.read"], "alert.read", true),
            (&["*.read"], "alert.spread", false),
            (&["alert.close"], "alert.close", true),
            (&["alert.close"], "alert.closed", false),
            (&["*.read", "-user.read"], "user.read", false),
            (&["-user.read", "*.read", "user.read"], "user.read", false),
            (&["*", "-user.*"], "user.change", false),
            (&["*", "-user.*"], "alert.close", true),
            (&[], "alert.read", false),
            (&["-alert.read"], "alert.close", false),
            (&["alert-rule.*"], "alert-rule.change", true),
            (&["*.read", "-alert-rule.read"], "alert-rule.read", false),
        ] {
            let set = PermissionSet::parse(entries).unwrap();
            assert_eq!(set.holds(permission), held, "{set}: {permission}");
        }
    }

    #[test]
    fn entry_that_is_none_is_named() {
        for (entry, index) in
            [("", 1), ("-", 1), ("a", 1), ("a.b.c", 1), ("*.*", 1), ("A.read", 1), ("a.re d", 1)]
        {
            let refusal = PermissionSet::parse(&["alert.read", entry]).unwrap_err();
            assert_eq!((refusal.index, refusal.found.as_str()), (index, entry));
        }
        let many = vec!["alert.read"; 501];
        assert_eq!(PermissionSet::parse(&many).unwrap_err().index, 500);
        assert!(PermissionSet::parse(&["x".repeat(2000)]).is_err());
    }

    #[test]
    fn misspelt_names_are_found() {
        let set = PermissionSet::parse(&["alert.raed", "alrt.*", "*.read", "-user.read"]).unwrap();
        let unknown: Vec<_> = set.unknown(&["alert.read", "user.read"]).collect();
        assert_eq!(unknown, ["alert.raed", "alrt"]);
    }
}
