//! Reads RE2's syntax and writes that of the `regex` crate, with every flag where it counts.

use super::class::{Sets, bracketed};
use super::cursor::{Cursor, put_char};
use super::{PatternError, PatternFault};

/// Longest pattern: what is compiled takes many times the room.
const PATTERN_BYTES_MAX: usize = 256 << 10;
/// Most repetitions that a count may ask for, also by counts inside of counts.
const REPEAT_MAX: u32 = 1000;
/// Groups inside of groups, and repetitions of repetitions.
const NESTED_MAX: usize = 1000;

/// What `.` stands for unless a flag says otherwise.
#[derive(Clone, Copy)]
pub(super) enum Dot {
    NoLineFeed,
    Everything,
}

/// A pattern for the `regex` crate.
pub(super) struct Translated {
    pub(super) text: String,
    /// Names of groups and their numbers. The crate's own names are more narrow.
    pub(super) names: Vec<(String, usize)>,
}

#[derive(Clone, Copy)]
struct Flags {
    fold_case: bool,
    lines: bool,
    dot_all: bool,
    swap_greed: bool,
}

/// What a repetition behind it would repeat.
#[derive(Clone, Copy)]
struct Piece {
    /// Where it begins in what has been written.
    start: usize,
    /// How often its innermost part is there at most.
    copies: u32,
    repeated: bool,
}

/// A group that is not closed yet.
struct Group {
    start: usize,
    flags: Flags,
    copies: u32,
}

struct Translator<'p> {
    pattern: &'p str,
    at: Cursor<'p>,
    flags: Flags,
    out: String,
    piece: Option<Piece>,
    /// The most copies of a piece of this group before the last one.
    copies: u32,
    groups: Vec<Group>,
    captures: usize,
    names: Vec<(String, usize)>,
    repeated_again: usize,
    sets: Sets,
}

/// Writes a pattern anew. Errors: it is none of RE2, or too long.
pub(super) fn translated(pattern: &str, dot: Dot) -> Result<Translated, PatternError> {
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(PatternError::new(PatternFault::TooLarge, pattern));
    }
    let dot_all = matches!(dot, Dot::Everything);
    let mut translator = Translator {
        pattern,
        at: Cursor { rest: pattern },
        flags: Flags { fold_case: false, lines: false, dot_all, swap_greed: false },
        out: String::new(),
        piece: None,
        copies: 1,
        groups: Vec::new(),
        captures: 0,
        names: Vec::new(),
        repeated_again: 0,
        sets: Sets::default(),
    };
    // Where the repetition begins that ends here.
    let mut repetition = None;
    while let Some(next) = translator.at.peek() {
        let start = translator.at;
        let repeats = translator.step(next, repetition)?;
        repetition = repeats.then_some(start);
    }
    if !translator.groups.is_empty() {
        return Err(PatternError::new(PatternFault::MissingParen, pattern));
    }
    Ok(Translated { text: translator.out, names: translator.names })
}

impl<'p> Translator<'p> {
    fn error<T>(&self, fault: PatternFault, start: Cursor<'p>) -> Result<T, PatternError> {
        Err(PatternError::new(fault, self.at.since(start)))
    }

    /// Reads what comes next, `before` a repetition that ends here; tells whether it is one.
    fn step(&mut self, next: char, before: Option<Cursor<'p>>) -> Result<bool, PatternError> {
        match next {
            '(' => self.open()?,
            ')' => self.close()?,
            '|' => {
                self.at.next();
                self.settle();
                self.out.push('|');
            }
            '^' => self.plain(if self.flags.lines { "(?m:^)" } else { r"\A" }),
            '$' => self.plain(if self.flags.lines { "(?m:$)" } else { r"\z" }),
            '.' => self.plain(if self.flags.dot_all { "(?s:.)" } else { r"[^\n]" }),
            '[' => {
                let set = self.sets.brackets(&mut self.at)?;
                self.set(&set);
            }
            '*' | '+' | '?' => {
                let start = self.at;
                self.at.next();
                self.repeat(start, before, None)?;
                return Ok(true);
            }
            '{' => {
                let start = self.at;
                let Some(counts) = counts(&mut self.at) else {
                    self.at.next();
                    self.literal('{');
                    return Ok(false);
                };
                self.repeat(start, before, Some(counts))?;
                return Ok(true);
            }
            '\\' => self.backslash()?,
            _ => {
                self.at.next();
                self.literal(next);
            }
        }
        Ok(false)
    }

    /// From here on, repetitions repeat something else.
    fn settle(&mut self) {
        self.copies = self.piece.take().map_or(1, |piece| piece.copies).max(self.copies);
    }

    fn push(&mut self, text: &str) {
        self.settle();
        self.piece = Some(Piece { start: self.out.len(), copies: 1, repeated: false });
        self.out.push_str(text);
    }

    /// Writes `text` for the next character.
    fn plain(&mut self, text: &str) {
        self.at.next();
        self.push(text);
    }

    fn set(&mut self, set: &str) {
        match self.flags.fold_case {
            true => self.push(&format!("(?i:{set})")),
            false => self.push(set),
        }
    }

    fn literal(&mut self, letter: char) {
        self.push("");
        let folds = self.flags.fold_case && (letter.is_ascii_alphabetic() || !letter.is_ascii());
        self.out.push_str(if folds { "(?i:" } else { "" });
        put_char(&mut self.out, letter);
        self.out.push_str(if folds { ")" } else { "" });
    }

    fn backslash(&mut self) -> Result<(), PatternError> {
        for (escape, written) in
            [(r"\A", r"\A"), (r"\z", r"\z"), (r"\b", r"(?-u:\b)"), (r"\B", r"(?-u:\B)")]
        {
            if self.at.take(escape) {
                self.push(written);
                return Ok(());
            }
        }
        if self.at.take(r"\Q") {
            let (quoted, behind) = self.at.rest.split_once(r"\E").unwrap_or((self.at.rest, ""));
            quoted.chars().for_each(|letter| self.literal(letter));
            self.at.rest = behind;
        } else if let Some(set) = self.sets.escaped(&mut self.at)? {
            self.set(&bracketed(&set, false));
        } else {
            match char::from_u32(self.at.escape()?) {
                Some(letter) => self.literal(letter),
                // A surrogate, which no text has.
                None => self.push(&bracketed("", false)),
            }
        }
        Ok(())
    }

    fn begin(&mut self, opening: &str) -> Result<(), PatternError> {
        self.settle();
        if self.groups.len() == NESTED_MAX {
            return Err(PatternError::new(PatternFault::NestingDepth, self.pattern));
        }
        let (start, flags, copies) = (self.out.len(), self.flags, self.copies);
        self.groups.push(Group { start, flags, copies });
        self.copies = 1;
        self.out.push_str(opening);
        Ok(())
    }

    fn open(&mut self) -> Result<(), PatternError> {
        let start = self.at;
        if !self.at.rest.starts_with("(?") {
            self.at.next();
            self.captures += 1;
            return self.begin("(");
        }
        let named = ["(?P<", "(?<"].into_iter().find(|form| self.at.rest.starts_with(form));
        let Some(form) = named.filter(|form| self.at.rest.len() > form.len()) else {
            return self.flags();
        };
        let inside = &self.at.rest[form.len()..];
        let Some(end) = inside.find('>') else {
            return Err(PatternError::new(PatternFault::GroupName, start.rest));
        };
        let name = &inside[..end];
        self.at.rest = &inside[end + 1..];
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.is_empty() || !name.bytes().all(is_word) {
            return self.error(PatternFault::GroupName, start);
        }
        self.captures += 1;
        self.names.push((name.to_owned(), self.captures));
        self.begin("(")
    }

    /// Reads `(?i)`, which counts to the end of the group around it, or `(?i:`.
    fn flags(&mut self) -> Result<(), PatternError> {
        let start = self.at;
        self.at.take("(?");
        let (mut flags, mut on, mut named) = (self.flags, true, false);
        while let Some(next) = self.at.next() {
            let flag = match next {
                'i' => &mut flags.fold_case,
                'm' => &mut flags.lines,
                's' => &mut flags.dot_all,
                'U' => &mut flags.swap_greed,
                '-' if on => {
                    (on, named) = (false, false);
                    continue;
                }
                ':' | ')' if on || named => {
                    if next == ':' {
                        self.begin("(?:")?;
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            };
            (*flag, named) = (on, true);
        }
        self.error(PatternFault::PerlSyntax, start)
    }

    fn close(&mut self) -> Result<(), PatternError> {
        self.at.next();
        let Some(group) = self.groups.pop() else {
            return Err(PatternError::new(PatternFault::UnexpectedParen, self.pattern));
        };
        self.settle();
        self.out.push(')');
        let copies = std::mem::replace(&mut self.copies, group.copies);
        self.piece = Some(Piece { start: group.start, copies, repeated: false });
        self.flags = group.flags;
        Ok(())
    }

    /// Repeats the last piece; the sign, which began at `start`, has been read.
    fn repeat(
        &mut self,
        start: Cursor<'p>,
        before: Option<Cursor<'p>>,
        counts: Option<Counts>,
    ) -> Result<(), PatternError> {
        let mut sign = self.at.since(start).to_owned();
        if counts.is_some_and(|counts| !counts.are_allowed()) {
            return self.error(PatternFault::RepeatCount, start);
        }
        let swapped = self.at.take("?");
        if let Some(before) = before {
            return self.error(PatternFault::NestedRepetition, before);
        }
        let Some(mut piece) = self.piece else {
            return self.error(PatternFault::MissingArgument, start);
        };
        if piece.repeated {
            self.repeated_again += 1;
            if self.repeated_again > NESTED_MAX {
                return Err(PatternError::new(PatternFault::NestingDepth, self.pattern));
            }
            self.out.insert_str(piece.start, "(?:");
            self.out.push(')');
        }
        if let Some(Counts { least, most }) = counts {
            // What is there no time counts for nothing.
            let inside = if most == Some(0) { 1 } else { piece.copies };
            let most = most.unwrap_or(least);
            piece.copies = most.max(1).saturating_mul(inside);
            if (least >= 2 || most >= 2) && piece.copies > REPEAT_MAX {
                return self.error(PatternFault::RepeatCount, start);
            }
        }
        if swapped != self.flags.swap_greed {
            sign.push('?');
        }
        self.out.push_str(&sign);
        self.piece = Some(Piece { repeated: true, ..piece });
        Ok(())
    }
}

/// `{2}`, `{2,}`, `{2,3}`.
#[derive(Clone, Copy)]
struct Counts {
    least: u32,
    most: Option<u32>,
}

impl Counts {
    fn are_allowed(&self) -> bool {
        let most = self.most.unwrap_or(self.least);
        self.least <= most && most <= REPEAT_MAX
    }
}

/// Takes counts in braces; what looks otherwise is no repetition.
fn counts(at: &mut Cursor<'_>) -> Option<Counts> {
    let inside = at.rest.strip_prefix('{')?;
    let end = inside.find(|letter: char| !letter.is_ascii_digit() && letter != ',')?;
    if !inside[end..].starts_with('}') {
        return None;
    }
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let leads = digits.len() > 1 && digits.starts_with('0');
        // What does not fit is too much at any rate.
        (plain && !leads).then(|| digits.parse().unwrap_or(u32::MAX))
    };
    let counts = match inside[..end].split_once(',') {
        None => {
            let count = number(&inside[..end])?;
            Counts { least: count, most: Some(count) }
        }
        Some((least, "")) => Counts { least: number(least)?, most: None },
        Some((least, most)) => Counts { least: number(least)?, most: Some(number(most)?) },
    };
    at.rest = &inside[end + 1..];
    Some(counts)
}
