//! Regular expressions as RE2 has them: the syntax and the meaning of Go's `regexp`, and so of
//! Prometheus. They are read and refused as there, then written anew for the `regex` crate, which
//! does the matching in linear time too but reads another syntax.
//!
//! Source: RE2, "Syntax"; Go, `regexp/syntax` with the flags `Perl`.

mod class;
mod cursor;
mod error;
mod expand;
mod texts;
mod translate;

#[cfg(test)]
mod tests;

pub use error::{PatternError, PatternFault};
pub(crate) use texts::texts;

use regex::{Captures, Regex, RegexBuilder};
use std::borrow::Cow;
use translate::{Dot, translated};

/// Most bytes of a compiled regular expression.
const REGEX_BYTES_MAX: usize = 4 << 20;

/// A regular expression of RE2.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Regex,
    /// Names of groups, with their numbers ascending; several groups may share a name.
    names: Vec<(String, usize)>,
}

impl Pattern {
    /// Reads a pattern that a text must match from its begin to its end, where `.` stands for
    /// line feeds too: as Prometheus 3 takes those of matchers, `label_replace` and relabelling.
    ///
    /// Errors: [`PatternError`], in the words of Go.
    pub fn whole(pattern: &str) -> Result<Self, PatternError> {
        let mut read = translated(pattern, Dot::Everything)?;
        read.text = format!(r"\A(?:{})\z", read.text);
        Self::compiled(pattern, read)
    }

    /// Reads a pattern that any part of a text may match, as Go does by default.
    ///
    /// Errors: [`PatternError`], in the words of Go.
    pub fn anywhere(pattern: &str) -> Result<Self, PatternError> {
        Self::compiled(pattern, translated(pattern, Dot::NoLineFeed)?)
    }

    fn compiled(pattern: &str, read: translate::Translated) -> Result<Self, PatternError> {
        let regex = RegexBuilder::new(&read.text).size_limit(REGEX_BYTES_MAX).build();
        let regex = regex.map_err(|error| match error {
            // What is written for it is sound, unless it is nested too deeply.
            regex::Error::Syntax(_) => PatternError::new(PatternFault::NestingDepth, pattern),
            _ => PatternError::new(PatternFault::TooLarge, pattern),
        })?;
        Ok(Self { regex, names: read.names })
    }

    /// Tells whether a text matches.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// What the groups hold of the first match.
    #[must_use]
    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.regex.captures(text)
    }

    /// Appends `template` with its `$1`, `${1}`, `$name` and `${name}` filled in, `$$` as `$`.
    ///
    /// Source: Go, `Regexp.Expand`.
    pub fn expand(&self, found: &Captures<'_>, template: &str, to: &mut String) {
        expand::expand(&self.names, found, template, to);
    }

    /// The text with each match replaced by the template, filled in.
    #[must_use]
    pub fn replace_all<'t>(&self, text: &'t str, template: &str) -> Cow<'t, str> {
        self.regex.replace_all(text, |found: &Captures<'_>| {
            let mut filled = String::new();
            self.expand(found, template, &mut filled);
            filled
        })
    }
}
