//! Patterns that only list texts: `a|b`, `node-(1|2)\.example\.com`. A list may be longer than
//! what can be compiled, and is looked up instead of matched.

/// So many steps of writing the texts of a pattern out are taken for each of its bytes, and at
/// least for a short one; about as many bytes are kept at most.
const STEPS_PER_BYTE_MAX: usize = 8;
const STEPS_LEAST: usize = 8 << 10;
const TEXTS_MAX: usize = 100_000;
/// Groups inside of groups.
const DEPTH_MAX: usize = 20;

/// The texts that a pattern matches as a whole, ascending; `None` if it does not just list some,
/// or too many.
pub(crate) fn texts(pattern: &str) -> Option<Vec<Box<str>>> {
    let steps = (pattern.len() * STEPS_PER_BYTE_MAX).max(STEPS_LEAST);
    let mut reader = Reader { rest: pattern, steps };
    let mut texts = reader.alternatives(0)?;
    if !reader.rest.is_empty() {
        return None;
    }
    texts.sort_unstable();
    texts.dedup();
    Some(texts.into_iter().map(String::into_boxed_str).collect())
}

struct Reader<'p> {
    rest: &'p str,
    steps: usize,
}

impl Reader<'_> {
    fn take(&mut self, wanted: &str) -> bool {
        let behind = self.rest.strip_prefix(wanted);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    /// Reads up to the end or the `)` of the group.
    fn alternatives(&mut self, depth: usize) -> Option<Vec<String>> {
        let mut all = self.sequence(depth)?;
        while self.take("|") {
            all.append(&mut self.sequence(depth)?);
            if all.len() > TEXTS_MAX {
                return None;
            }
        }
        Some(all)
    }

    /// Reads up to the next `|`, to the end or the `)` of the group.
    fn sequence(&mut self, depth: usize) -> Option<Vec<String>> {
        let mut texts = vec![String::new()];
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            if self.take("(") {
                let _ = self.take("?:");
                let inside = self.group(depth)?;
                texts = self.joined(&texts, &inside)?;
            } else {
                let literal = self.literal()?;
                self.spend(texts.len().checked_mul(literal.len())?)?;
                texts.iter_mut().for_each(|text| text.push_str(&literal));
            }
        }
        Some(texts)
    }

    fn group(&mut self, depth: usize) -> Option<Vec<String>> {
        let inside = if depth < DEPTH_MAX { self.alternatives(depth + 1)? } else { return None };
        self.take(")").then_some(inside)
    }

    /// Each text with each of those behind it.
    fn joined(&mut self, texts: &[String], behind: &[String]) -> Option<Vec<String>> {
        let count = texts.len().checked_mul(behind.len()).filter(|count| *count <= TEXTS_MAX)?;
        let bytes = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
        self.spend(count + bytes(texts) * behind.len() + bytes(behind) * texts.len())?;
        let both = texts.iter().flat_map(|text| behind.iter().map(move |more| [text, more]));
        Some(both.map(|[text, more]| format!("{text}{more}")).collect())
    }

    /// Reads characters that stand for themselves, at least one.
    fn literal(&mut self) -> Option<String> {
        let (mut literal, mut chars) = (String::new(), self.rest.chars());
        loop {
            let behind = chars.as_str();
            match chars.next() {
                Some('\\') => {
                    let escaped = chars.next();
                    literal.push(escaped.filter(char::is_ascii_punctuation)?);
                }
                Some('.' | '+' | '*' | '?' | '[' | '{' | '^' | '$') => return None,
                Some(letter) if !matches!(letter, '(' | ')' | '|') => literal.push(letter),
                _ => {
                    self.rest = behind;
                    return Some(literal);
                }
            }
        }
    }

    fn spend(&mut self, steps: usize) -> Option<()> {
        self.steps = self.steps.checked_sub(steps)?;
        Some(())
    }
}
