//! Selectors of series as `match[]` has them.

use series::{Selector, SeriesError};

use super::parse::{ParseOptions, parse};

/// Reads a selector of series without a range or modifiers.
///
/// Errors: what is wrong with it, in Prometheus' words.
pub fn metric_selector(text: &str) -> Result<Selector, String> {
    let error = match Selector::parse(text) {
        Ok(selector) => return Ok(selector),
        Err(error) => error,
    };
    match error {
        SeriesError::SelectorTooWide => {
            Err("match[] must contain at least one non-empty matcher".to_owned())
        }
        SeriesError::SelectorSyntax { .. } if text.trim().is_empty() => {
            Err("1:1: parse error: unexpected end of input".to_owned())
        }
        // Of what is no expression at all the parser knows the words.
        other => Err(match parse(text, ParseOptions { experimental: true }) {
            Err(wrong) => wrong.to_string(),
            Ok(_) => unexpected(text, &other),
        }),
    }
}

/// What an expression has that a selector must not have.
fn unexpected(text: &str, error: &SeriesError) -> String {
    let SeriesError::SelectorSyntax { position, .. } = error else { return error.to_string() };
    let (before, rest) = text.split_at_checked(*position).unwrap_or((text, ""));
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    let word = rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
    let found = match (word, rest.chars().next()) {
        ("", Some(sign)) => format!("{:?}", sign.to_string()),
        ("", None) => "end of input".to_owned(),
        (word, _) => format!("{word:?}"),
    };
    format!("{line}:{column}: parse error: unexpected {found}")
}

#[cfg(test)]
mod tests {
    use super::metric_selector;

    #[test]
    fn wrong_selectors_are_told_as_prometheus_does() {
        for (text, said) in [
            ("up{", "1:4: parse error: unexpected end of input inside braces"),
            (
                "up{a=b}",
                "1:6: parse error: unexpected identifier \"b\" in label matching, expected string",
            ),
            ("", "1:1: parse error: unexpected end of input"),
            ("up[5m]", "1:3: parse error: unexpected \"[\""),
            ("up\n+1", "2:1: parse error: unexpected \"+\""),
            ("sum(up)", "1:4: parse error: unexpected \"(\""),
            ("up offset 5m", "1:4: parse error: unexpected \"offset\""),
            ("a b", "1:3: parse error: unexpected identifier \"b\""),
            ("{}", "match[] must contain at least one non-empty matcher"),
            ("{a!=\"b\"}", "match[] must contain at least one non-empty matcher"),
        ] {
            assert_eq!(metric_selector(text).unwrap_err(), said, "{text}");
        }
        assert_eq!(metric_selector("up{a=\"b\"}").unwrap().matchers().len(), 2);
    }
}
