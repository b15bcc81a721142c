//! What a request of the protocol narrows its answer to.

use axum::extract::RawQuery;
use kernel::{Fault, Text};
use url::form_urlencoded;
use utoipa::IntoParams;

use crate::model::matcher::{self, MATCHERS_MAX, Matcher};

/// Operators, those first that begin with another.
const OPERATORS: [&str; 4] = ["=~", "!~", "!=", "="];

/// For the document alone: a filter is given several times.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents what `Wanted` reads")]
pub(super) struct AlertsQuery {
    /// Those that somebody is told of; true when not given.
    active: Option<bool>,
    /// Those that a silence covers; true when not given.
    silenced: Option<bool>,
    /// Those that follow from others; true when not given.
    inhibited: Option<bool>,
    /// Those whose incident is not found yet; true when not given.
    unprocessed: Option<bool>,
    /// Matchers, such as `severity="critical"`.
    filter: Option<Vec<String>>,
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) active: bool,
    pub(super) silenced: bool,
    pub(super) inhibited: bool,
    pub(super) unprocessed: bool,
    pub(super) matchers: Vec<Matcher>,
}

impl Wanted {
    /// Errors: a parameter that cannot be read. Others than these are let be, as Alertmanager does.
    pub(super) fn read(RawQuery(query): RawQuery) -> Result<Self, Fault> {
        let mut wanted = Self {
            active: true,
            silenced: true,
            inhibited: true,
            unprocessed: true,
            matchers: Vec::new(),
        };
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "active" => wanted.active = flag(&name, &value)?,
                "silenced" => wanted.silenced = flag(&name, &value)?,
                "inhibited" => wanted.inhibited = flag(&name, &value)?,
                "unprocessed" => wanted.unprocessed = flag(&name, &value)?,
                "filter" if wanted.matchers.len() < MATCHERS_MAX => {
                    wanted.matchers.push(parsed(&value)?);
                }
                "filter" => {
                    let expected = Text::new("at most 20 matchers", "最多 20 个匹配条件");
                    return Err(Fault::invalid("filter", &value, expected));
                }
                _ => {}
            }
        }
        match matcher::faults(&wanted.matchers) {
            faults if faults.is_empty() => Ok(wanted),
            faults => Err(Fault::invalid_fields(faults)),
        }
    }
}

fn flag(name: &str, value: &str) -> Result<bool, Fault> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Fault::invalid(name, value, Text::same("true | false"))),
    }
}

/// A matcher from its text: `name="value"`, with or without the quotes.
fn parsed(text: &str) -> Result<Matcher, Fault> {
    let wrong = || {
        let expected =
            Text::new("a matcher such as name=\"value\"", "匹配条件，例如 name=\"value\"");
        Fault::invalid("filter", text, expected)
    };
    let at = text.find(['=', '!']).ok_or_else(wrong)?;
    let (label, rest) = text.split_at(at);
    let operator = OPERATORS.into_iter().find(|one| rest.starts_with(one)).ok_or_else(wrong)?;
    let value = rest[operator.len()..].trim();
    let value = match value.strip_prefix('"') {
        // Quotes are those of JSON as far as anybody writes them.
        Some(_) => serde_json::from_str::<String>(value).map_err(|_| wrong())?,
        None => value.to_owned(),
    };
    let label = label.trim().trim_matches('"').to_owned();
    Ok(Matcher { label, operator: operator.to_owned(), value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matchers_are_read_with_and_without_quotes() {
        for (text, expected) in [
            ("a=\"b\"", "a = b"),
            ("a=b", "a = b"),
            ("a=~\"x.*\"", "a =~ x.*"),
            (" a != \"\\\"q\\\"\"", "a != \"q\""),
            ("a!~b=c", "a !~ b=c"),
        ] {
            let found = parsed(text).unwrap();
            assert_eq!(format!("{} {} {}", found.label, found.operator, found.value), expected);
        }
        for text in ["", "a", "a!b", "a=\"b"] {
            assert!(parsed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parameters_narrow() {
        let read = |query: &str| Wanted::read(RawQuery(Some(query.to_owned())));
        let wanted = read("active=false&filter=a%3Db&filter=c%3Dd&receiver=x").unwrap();
        assert!(!wanted.active && wanted.silenced && wanted.matchers.len() == 2);
        assert!(read("active=maybe").is_err() && read("filter=a%3D~%28").is_err());
        assert!(read(&"filter=a%3Db&".repeat(21)).is_err());
    }
}
