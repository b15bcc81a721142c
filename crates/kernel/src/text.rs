use std::fmt;

use serde::{Deserialize, Serialize};

/// The languages every visible text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Language {
    /// English (BCP 47 `en`).
    #[default]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese (BCP 47 `zh`).
    #[serde(rename = "zh")]
    Chinese,
}

impl Language {
    /// Picks the first language of an `Accept-Language` value that we speak; English otherwise.
    ///
    /// Quality values are honoured (RFC 9110 12.5.4); an unreadable one counts as 1.
    #[must_use]
    pub fn from_accept(header: &str) -> Self {
        let mut best = (0.0_f32, Self::English);
        for entry in header.split(',').take(16) {
            let mut parts = entry.trim().split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.parse::<f32>().unwrap_or(1.0));
            let language = match tag.split('-').next() {
                Some("zh") => Self::Chinese,
                Some("en") => Self::English,
                _ => continue,
            };
            if quality > best.0 {
                best = (quality, language);
            }
        }
        best.1
    }
}

/// A sentence in both languages, made where the thing that is said is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// 简体中文。
    pub zh: String,
}

impl Text {
    /// A text from its two wordings.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// A text that reads the same in both languages: a name, a number, a code.
    pub fn same(both: impl Into<String>) -> Self {
        let both = both.into();
        Self { en: both.clone(), zh: both }
    }

    /// Several as people list them: `X, Y and Z`, “X、Y 和 Z”. Nothing of nothing.
    #[must_use]
    pub fn list(items: &[Self]) -> Self {
        let Some((last, before)) = items.split_last() else { return Self::default() };
        if before.is_empty() {
            return last.clone();
        }
        let en: Vec<&str> = before.iter().map(|item| item.en.as_str()).collect();
        let zh: Vec<&str> = before.iter().map(|item| item.zh.as_str()).collect();
        Self::new(
            format!("{} and {}", en.join(", "), last.en),
            format!("{} 和 {}", zh.join("、"), last.zh),
        )
    }

    /// The wording in `language`.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_people_write_them() {
        let [x, y, z] = ["X", "Y", "Z"].map(Text::same);
        assert_eq!(Text::list(&[]), Text::default());
        assert_eq!(Text::list(std::slice::from_ref(&x)), x);
        assert_eq!(Text::list(&[x.clone(), y.clone()]), Text::new("X and Y", "X 和 Y"));
        assert_eq!(Text::list(&[x, y, z]), Text::new("X, Y and Z", "X、Y 和 Z"));
    }

    #[test]
    fn accept_language_prefers_quality_then_order() {
        for (header, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("en;q=0.3, zh;q=0.7", Language::Chinese),
            ("fr, en-GB;q=0.5", Language::English),
            ("", Language::English),
            ("de", Language::English),
            ("zh;q=x", Language::Chinese),
        ] {
            assert_eq!(Language::from_accept(header), expected, "{header}");
        }
    }
}
