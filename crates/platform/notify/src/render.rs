//! Filling templates: with a limit on the work and on the length, and nothing to reach outside.

use kernel::{Language, Text};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};
use serde_json::{Map, Value};

use crate::model::{Wording, one_line};

/// Instructions one text may take.
const FUEL: u64 = 50_000;
/// The longest text that may come of a template.
const BYTES_MAX: usize = 256 * 1024;

/// A message as it reads in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rendered {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// Why a template cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// `subject`, `text` or `html`.
    pub(crate) part: String,
    /// The line in it.
    pub(crate) line: usize,
    /// What is wrong.
    pub(crate) said: Text,
}

/// An environment without templates, functions that reach outside, or limits to be passed.
pub(crate) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(50);
    // A misspelled parameter is an error and not a gap in the message.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| match name.rsplit('.').next() {
        Some("html") => AutoEscape::Html,
        Some("json") => AutoEscape::Json,
        _ => AutoEscape::None,
    });
    environment
}

/// The message that `wording` and `parameters` make.
///
/// Errors: [`Wrong`] naming the part and the line.
pub(crate) fn render(
    wording: &Wording,
    parameters: &Map<String, Value>,
) -> Result<Rendered, Wrong> {
    let mut environment = environment();
    let parts =
        [("subject", &wording.subject), ("text", &wording.text), ("body.html", &wording.html)];
    for (name, source) in parts {
        environment
            .add_template_owned(name, source.clone())
            .map_err(|error| wrong(name, &error))?;
    }
    let given = minijinja::Value::from(minijinja::value::Serde(parameters));
    let filled = |name| fill(&environment, name, &given);
    Ok(Rendered {
        // One line, whatever came in: a subject is a header.
        subject: one_line(&filled("subject")?).chars().take(200).collect(),
        text: filled("text")?,
        html: filled("body.html")?,
    })
}

/// Fills one template of `environment`.
pub(crate) fn fill(
    environment: &Environment<'_>,
    name: &str,
    given: &minijinja::Value,
) -> Result<String, Wrong> {
    let template = environment.get_template(name).map_err(|error| wrong(name, &error))?;
    let mut bounded = Bounded::default();
    let filled = template.render_captured_to(given.clone(), &mut bounded).map(drop);
    match filled {
        _ if bounded.full => Err(Wrong {
            part: part_of(name),
            line: 1,
            said: Text::new("the text is over 256 KiB", "内容超过 256 KiB"),
        }),
        Err(error) => Err(wrong(name, &error)),
        Ok(()) => Ok(String::from_utf8_lossy(&bounded.bytes).into_owned()),
    }
}

/// The language a message is written in.
pub(crate) fn wording_in(wordings: &crate::Wordings, language: Language) -> &Wording {
    match language {
        Language::English => &wordings.en,
        Language::Chinese => &wordings.zh,
    }
}

#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    full: bool,
}

impl std::io::Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + piece.len() > BYTES_MAX {
            self.full = true;
            return Err(std::io::Error::other("the text is too long"));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn part_of(name: &str) -> String {
    name.strip_prefix("body.").unwrap_or(name).to_owned()
}

fn wrong(name: &str, error: &minijinja::Error) -> Wrong {
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    let (en, zh) = match error.kind() {
        ErrorKind::UndefinedError => ("a parameter is missing", "缺少参数"),
        ErrorKind::SyntaxError => ("the template cannot be read", "模板语法有误"),
        ErrorKind::OutOfFuel => ("the template takes too long", "模板运算量过大"),
        ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => {
            ("the template calls what does not exist", "模板调用了不存在的功能")
        }
        _ => ("the template cannot be filled", "模板无法填充"),
    };
    Wrong {
        part: part_of(name),
        line: error.line().unwrap_or(1),
        said: Text::new(format!("{en}{detail}"), format!("{zh}{detail}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rendered(subject: &str, text: &str, html: &str) -> Result<Rendered, Wrong> {
        let wording = Wording { subject: subject.into(), text: text.into(), html: html.into() };
        let parameters = json!({
            "name": "db1", "list": [1, 2], "hostile": "<b>\r\nBcc: all@example.org",
        });
        render(&wording, parameters.as_object().unwrap())
    }

    #[test]
    fn parameters_fill_the_text_and_are_escaped_in_html() {
        let said = rendered(
            "{{ name }} is full",
            "{% for n in list %}{{ n }} {% endfor %}",
            "<p>{{ hostile }}</p>",
        )
        .unwrap();
        assert_eq!(said.subject, "db1 is full");
        assert_eq!(said.text, "1 2 ");
        assert!(said.html.contains("&lt;b&gt;"), "{}", said.html);
    }

    #[test]
    fn subject_is_one_line_whatever_comes_in() {
        let said = rendered("to {{ hostile }}", "x", "").unwrap();
        assert_eq!(said.subject, "to <b> Bcc: all@example.org");
    }

    #[test]
    fn what_is_wrong_is_named_by_part_and_line() {
        for (subject, text, html, part, line, expected) in [
            ("{{ nmae }}", "x", "", "subject", 1, "a parameter is missing"),
            ("x", "a\n{% if %}", "", "text", 2, "cannot be read"),
            ("x", "x", "\n\n{{ name|explode }}", "html", 3, "does not exist"),
            (
                "x",
                "{% for a in range(999) %}{% for b in range(999) %}{{ b }}{% endfor %}{% endfor %}",
                "",
                "text",
                1,
                "takes too long",
            ),
        ] {
            let wrong = rendered(subject, text, html).unwrap_err();
            assert_eq!((wrong.part.as_str(), wrong.line), (part, line), "{wrong:?}");
            assert!(wrong.said.en.contains(expected), "{wrong:?}");
        }
        assert!(rendered("{% include '/etc/passwd' %}", "x", "").is_err());
        let long = rendered("x", "{{ 'x' * 300000 }}", "");
        assert!(long.is_err(), "{long:?}");
    }
}
