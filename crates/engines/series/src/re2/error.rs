//! What may be wrong with a pattern, in the words of Go.

/// Most characters of a pattern that an error repeats.
const SHOWN_MAX: usize = 200;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternFault {
    /// A class that does not exist, or a range that ends before it begins.
    #[error("invalid character class range")]
    ClassRange,
    /// A backslash in front of what it gives no meaning to.
    #[error("invalid escape sequence")]
    Escape,
    /// A group whose name is none.
    #[error("invalid named capture")]
    GroupName,
    /// `(?` with something that RE2 does not have.
    #[error("invalid or unsupported Perl syntax")]
    PerlSyntax,
    /// A repetition right behind a repetition.
    #[error("invalid nested repetition operator")]
    NestedRepetition,
    /// A count over 1,000, also by repetitions inside of each other, or one that ends before it
    /// begins.
    #[error("invalid repeat count")]
    RepeatCount,
    /// `[` without `]`.
    #[error("missing closing ]")]
    MissingBracket,
    /// `(` without `)`.
    #[error("missing closing )")]
    MissingParen,
    /// `)` without `(`.
    #[error("unexpected )")]
    UnexpectedParen,
    /// A repetition of nothing.
    #[error("missing argument to repetition operator")]
    MissingArgument,
    /// A backslash with nothing behind it.
    #[error("trailing backslash at end of expression")]
    TrailingBackslash,
    /// Groups inside of groups inside of groups.
    #[error("expression nests too deeply")]
    NestingDepth,
    /// More than may be compiled.
    #[error("expression too large")]
    TooLarge,
}

/// A pattern that is no regular expression of RE2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error parsing regexp: {fault}: `{part}`")]
pub struct PatternError {
    /// What is wrong.
    pub fault: PatternFault,
    /// The part of the pattern that is meant.
    pub part: String,
}

impl PatternError {
    pub(super) fn new(fault: PatternFault, part: &str) -> Self {
        let part = match part.char_indices().nth(SHOWN_MAX) {
            Some((end, _)) => format!("{}…", &part[..end]),
            None => part.to_owned(),
        };
        Self { fault, part }
    }
}
