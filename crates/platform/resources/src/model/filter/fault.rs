use kernel::{FieldFault, Text};

/// What is wrong with a filter, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FilterFault {
    /// The byte of the text at which it begins.
    pub(super) at: usize,
    /// What is there; empty at the end of the text.
    pub(super) found: String,
    /// What was expected there.
    pub(super) expected: Text,
    /// What may have been meant.
    pub(super) nearest: Option<String>,
}

impl FilterFault {
    pub(super) fn new(at: usize, found: impl Into<String>, expected: Text) -> Self {
        Self { at, found: found.into(), expected, nearest: None }
    }

    pub(super) fn nearest(self, nearest: Option<String>) -> Self {
        Self { nearest, ..self }
    }

    /// The character of `text` at which it begins, from 1.
    #[must_use]
    pub(super) fn character(&self, text: &str) -> usize {
        text.get(..self.at).map_or(text.chars().count(), |before| before.chars().count()) + 1
    }

    /// The fault of the field `filter` whose text is `text`.
    #[must_use]
    pub(super) fn in_field(&self, text: &str) -> FieldFault {
        let at = self.character(text);
        let (mut en, mut zh) = (self.expected.en.clone(), self.expected.zh.clone());
        if let Some(nearest) = &self.nearest {
            en.push_str(&format!("; did you mean `{nearest}`?"));
            zh.push_str(&format!("；是否想写“{nearest}”？"));
        }
        let expected =
            Text::new(format!("at character {at}: {en}"), format!("（第 {at} 个字符处）{zh}"));
        let found = if self.found.is_empty() { "…" } else { &self.found };
        FieldFault::new("filter", found, expected)
    }
}

/// The one of `names` that `word` is most like, if it is like any.
pub(super) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let word = word.to_lowercase();
    let most = (word.chars().count() / 3).max(1);
    names
        .map(|name| (strsim::damerau_levenshtein(&word, name), name))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name.to_owned())
}
