use std::fmt;

use kernel::{FieldFault, Text};

/// A password as it was typed: never changed, never shown, never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// The passwords that are tried first, by everybody: one a line, in lower case.
const COMMON: &str = include_str!("guessed_first.txt");
const CHARS_MIN: usize = 8;
/// More is refused when it is chosen: Argon2 takes any length, forms do not.
const CHARS_MAX: usize = 128;
/// A name shorter than this is contained in too much to be a hint.
const CONTEXT_CHARS_MIN: usize = 3;
/// With more digits and signs than this around it, a common word is not the whole password.
const AROUND_CHARS_MAX: usize = 8;

impl Password {
    /// The password that was typed.
    pub fn new(typed: impl Into<String>) -> Self {
        Self(typed.into())
    }

    /// What goes into the hash: the characters as they were typed, in UTF-8.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The same as text, for the directory whose password it is.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Refuses a password that somebody wants to choose for `user_name`, naming `field`.
    ///
    /// Any characters are welcome and none is demanded; refused is what is too short, too long,
    /// among the first that are guessed, or made of the user's or the product's name.
    /// Source: NIST SP 800-63B 5.1.1.2; OWASP ASVS 5.0 6.2.1–6.2.12.
    pub(crate) fn refusal(&self, field: &str, user_name: &str) -> Option<FieldFault> {
        let chars = self.0.chars().count();
        let expected = if !(CHARS_MIN..=CHARS_MAX).contains(&chars) {
            Text::new("8 to 128 characters", "8 到 128 个字符")
        } else if self.is_common() {
            Text::new(
                "a password that is not among the first that are guessed",
                "不在常见密码之列的密码",
            )
        } else if self.is_made_of(user_name) || self.is_made_of("mainstay") {
            Text::new(
                "a password that is not the user's or the product's name",
                "不由用户名或产品名构成的密码",
            )
        } else {
            return None;
        };
        // What was typed is not repeated: answers end up in logs and on screens.
        Some(FieldFault::new(field, "•••", expected))
    }

    fn is_common(&self) -> bool {
        let folded = self.0.to_lowercase();
        let mut chars = folded.chars();
        let first = chars.next();
        let monotonous = chars.all(|c| Some(c) == first);
        let listed = |text: &str| COMMON.lines().any(|line| !line.starts_with('#') && line == text);
        monotonous || listed(&folded) || short_stem(&folded).is_some_and(listed)
    }

    fn is_made_of(&self, word: &str) -> bool {
        let (folded, word) = (self.0.to_lowercase(), word.to_lowercase());
        let stem_of_word = stem(&word);
        folded == word
            || (stem_of_word.chars().count() >= CONTEXT_CHARS_MIN
                && short_stem(&folded) == Some(stem_of_word))
    }
}

/// The stem of a text that is not much longer: many digits around a word are a password again.
fn short_stem(text: &str) -> Option<&str> {
    let stem = stem(text);
    let around = text.chars().count() - stem.chars().count();
    (around <= AROUND_CHARS_MAX).then_some(stem)
}

/// The text without the digits and signs that people put around a word.
fn stem(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphabetic())
}

impl fmt::Debug for Password {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_short_long_common_and_the_name_but_no_characters() {
        let long: String = "大漠孤烟直长河落日圆".chars().cycle().take(129).collect();
        for (password, refused) in [
            ("Tern-river-88", false),
            ("通行口令与雪山", true),
            ("通行口令与雪山湖", false),
            ("        a", false),
            ("\u{0}\u{1}binary…", false),
            ("seven77", true),
            (long.as_str(), true),
            (&long[..128 * 3], false),
            ("password", true),
            ("Password1!", true),
            ("12345678", true),
            ("aaaaaaaa", true),
            ("Mara.Lind", true),
            ("mara.lind2024", true),
            ("Mainstay!", true),
            ("2019-abc-7731-4482-9917", false),
            ("mara.lindenbaum", false),
        ] {
            let refusal = Password::new(password).refusal("password", "mara.lind");
            assert_eq!(refusal.is_some(), refused, "{password}: {refusal:?}");
        }
    }

    #[test]
    fn refusal_does_not_repeat_the_password() {
        let refusal = Password::new("qwerty12").refusal("password", "mara").unwrap();
        assert!(!format!("{refusal:?}").contains("qwerty"));
        assert_eq!(format!("{:?}", Password::new("qwerty12")), "Password(…)");
    }

    #[test]
    fn common_passwords_are_listed_as_they_are_compared() {
        let lines: Vec<&str> = COMMON.lines().filter(|line| !line.starts_with('#')).collect();
        for line in &lines {
            assert_eq!(*line, line.to_lowercase().trim(), "{line}");
        }
        let mut unique = lines.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), lines.len());
        assert!(lines.len() > 150, "{}", lines.len());
    }
}
