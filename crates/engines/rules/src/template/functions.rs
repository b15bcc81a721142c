//! The functions of templates: those of Go's language, and those of Prometheus.

use super::value::Value;
use super::{Context, TemplateError, human, printf};
use series::Pattern;
use std::collections::BTreeMap;

pub(super) const KNOWN: [&str; 48] = [
    "and",
    "or",
    "not",
    "len",
    "index",
    "print",
    "printf",
    "println",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "html",
    "urlquery",
    "query",
    "first",
    "label",
    "value",
    "strvalue",
    "args",
    "reReplaceAll",
    "safeHtml",
    "match",
    "title",
    "toUpper",
    "toLower",
    "graphLink",
    "tableLink",
    "sortByLabel",
    "stripPort",
    "stripDomain",
    "humanize",
    "humanize1024",
    "humanizeDuration",
    "humanizePercentage",
    "humanizeTimestamp",
    "toTime",
    "toDuration",
    "now",
    "pathPrefix",
    "externalURL",
    "parseDuration",
    "parseDurationTime",
    "urlQueryEscape",
    "slice",
    "call",
];

pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

fn error(message: impl Into<String>) -> TemplateError {
    TemplateError::new(message)
}

type Answer = Result<Value, TemplateError>;

/// The arguments of a call, taken one after another.
struct Arguments<'n> {
    name: &'n str,
    wanted: usize,
    values: std::vec::IntoIter<Value>,
}

impl Arguments<'_> {
    fn next(&mut self) -> Answer {
        let (name, wanted) = (self.name, self.wanted);
        self.values.next().ok_or_else(|| {
            error(format!("wrong number of args for {name}: want {wanted}, got fewer"))
        })
    }

    fn text(&mut self) -> Result<String, TemplateError> {
        match self.next()? {
            Value::Text(text) => Ok(text),
            other => Err(error(format!(
                "wrong type for value of {}; expected string; got {}",
                self.name,
                other.kind()
            ))),
        }
    }

    fn number(&mut self) -> Result<f64, TemplateError> {
        number(&self.next()?)
    }

    fn pattern(&mut self) -> Result<Pattern, TemplateError> {
        Pattern::anywhere(&self.text()?).map_err(|refused| error(refused.to_string()))
    }
}

#[expect(clippy::cast_precision_loss, reason = "as Go converts it")]
fn number(value: &Value) -> Result<f64, TemplateError> {
    match value {
        Value::Float(number) => Ok(*number),
        Value::Int(number) => Ok(*number as f64),
        Value::Text(text) => go_number(text)
            .ok_or_else(|| error(format!("strconv.ParseFloat: parsing {text:?}: invalid syntax"))),
        other => Err(error(format!("can't convert {} to float", other.kind()))),
    }
}

fn go_number(text: &str) -> Option<f64> {
    let lower = text.to_lowercase();
    let plain = lower.strip_prefix('+').unwrap_or(&lower);
    plain.parse().ok()
}

pub(super) fn call(name: &str, values: Vec<Value>, context: &Context<'_>) -> Answer {
    match name {
        "and" | "or" | "not" | "len" | "index" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" => {
            logic(name, values)
        }
        "print" | "printf" | "println" | "html" | "urlquery" | "safeHtml" | "title" | "toUpper"
        | "toLower" | "reReplaceAll" | "match" | "stripPort" | "stripDomain" | "urlQueryEscape"
        | "graphLink" | "tableLink" => text(name, values),
        "pathPrefix" => Ok(Value::Text(path_of(context.external_url).to_owned())),
        "externalURL" => Ok(Value::from(context.external_url)),
        "now" => Ok(Value::Float(seconds(context.at_ms))),
        "query" | "first" | "label" | "value" | "strvalue" | "args" | "sortByLabel" => {
            samples(name, values, context)
        }
        "slice" | "call" => Err(error(format!("function {name:?} cannot be used here"))),
        _ => numbers(name, values),
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1000.0
}

fn path_of(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    behind.find('/').map_or("", |at| &behind[at..])
}

fn arguments(
    name: &str,
    wanted: usize,
    values: Vec<Value>,
) -> Result<Arguments<'_>, TemplateError> {
    if values.len() != wanted {
        let got = values.len();
        return Err(error(format!("wrong number of args for {name}: want {wanted} got {got}")));
    }
    Ok(Arguments { name, wanted, values: values.into_iter() })
}

fn logic(name: &str, values: Vec<Value>) -> Answer {
    if matches!(name, "and" | "or" | "eq" | "index") && values.is_empty() {
        return Err(error(format!("wrong number of args for {name}: want at least 1 got 0")));
    }
    Ok(match name {
        "and" | "or" => {
            let last = values.last().cloned().unwrap_or(Value::Nil);
            let decides = |value: &Value| value.is_true() == (name == "or");
            values.into_iter().find(decides).unwrap_or(last)
        }
        "not" => Value::Bool(!arguments(name, 1, values)?.next()?.is_true()),
        "len" => {
            let length = match arguments(name, 1, values)?.next()? {
                Value::Text(text) => text.len(),
                Value::Labels(labels) => labels.len(),
                Value::Map(map) => map.len(),
                Value::List(items) => items.len(),
                other => return Err(error(format!("len of type {}", other.kind()))),
            };
            Value::Int(i64::try_from(length).unwrap_or(i64::MAX))
        }
        "index" => {
            let mut values = values.into_iter();
            let mut value = values.next().unwrap_or(Value::Nil);
            for key in values {
                value = indexed(value, &key)?;
            }
            value
        }
        "eq" => {
            let (first, rest) = values.split_first().ok_or_else(|| error("missing arguments"))?;
            if rest.is_empty() {
                return Err(error("missing argument for comparison"));
            }
            let mut same = false;
            for other in rest {
                same |= compare(first, other)? == Some(std::cmp::Ordering::Equal);
            }
            Value::Bool(same)
        }
        _ => {
            let mut arguments = arguments(name, 2, values)?;
            let (a, b) = (arguments.next()?, arguments.next()?);
            let order = compare(&a, &b)?;
            Value::Bool(match name {
                "ne" => order != Some(std::cmp::Ordering::Equal),
                "lt" => order.is_some_and(std::cmp::Ordering::is_lt),
                "le" => order.is_some_and(std::cmp::Ordering::is_le),
                "gt" => order.is_some_and(std::cmp::Ordering::is_gt),
                _ => order.is_some_and(std::cmp::Ordering::is_ge),
            })
        }
    })
}

fn indexed(value: Value, key: &Value) -> Answer {
    match (value, key) {
        (Value::Labels(mut labels), Value::Text(name)) => {
            Ok(Value::Text(labels.remove(name).unwrap_or_default()))
        }
        (Value::Map(mut map), Value::Text(name)) => Ok(map.remove(name).unwrap_or(Value::Nil)),
        (Value::List(mut items), Value::Int(at)) => {
            let place = usize::try_from(*at).ok().filter(|place| *place < items.len());
            let place = place.ok_or_else(|| error(format!("index out of range: {at}")))?;
            Ok(items.swap_remove(place))
        }
        (value, key) => {
            Err(error(format!("can't index item of type {} by {}", value.kind(), key.kind())))
        }
    }
}

/// Values of one kind are compared; `None` where a NaN is among them.
fn compare(a: &Value, b: &Value) -> Result<Option<std::cmp::Ordering>, TemplateError> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(Some(a.cmp(b))),
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b)),
        (Value::Text(a), Value::Text(b)) => Ok(Some(a.cmp(b))),
        (Value::Bool(a), Value::Bool(b)) => Ok(Some(a.cmp(b))),
        _ => Err(error("incompatible types for comparison")),
    }
}

fn text(name: &str, values: Vec<Value>) -> Answer {
    let shown = |values: &[Value]| -> Vec<String> { values.iter().map(Value::shown).collect() };
    Ok(Value::Text(match name {
        "print" | "html" | "urlquery" => {
            let text = printed(&values);
            match name {
                "html" => escaped(&text),
                "urlquery" => query_escaped(&text),
                _ => text,
            }
        }
        "println" => format!("{}\n", shown(&values).join(" ")),
        "printf" => {
            let Some((Value::Text(format), rest)) = values.split_first() else {
                return Err(error("wrong type for value of printf; expected string"));
            };
            printf::printf(format, rest)
        }
        "reReplaceAll" => {
            let mut arguments = arguments(name, 3, values)?;
            let (pattern, with) = (arguments.pattern()?, arguments.text()?);
            pattern.replace_all(&arguments.text()?, &with).into_owned()
        }
        "match" => {
            let mut arguments = arguments(name, 2, values)?;
            let pattern = arguments.pattern()?;
            return Ok(Value::Bool(pattern.is_match(&arguments.text()?)));
        }
        _ => {
            let given = arguments(name, 1, values)?.text()?;
            match name {
                "title" => titled(&given),
                "toUpper" => given.to_uppercase(),
                "toLower" => given.to_lowercase(),
                "stripPort" => host_of(&given).to_owned(),
                "stripDomain" => without_domain(&given),
                "urlQueryEscape" => query_escaped(&given),
                "graphLink" => format!("/graph?g0.expr={}&g0.tab=0", query_escaped(&given)),
                "tableLink" => format!("/graph?g0.expr={}&g0.tab=1", query_escaped(&given)),
                _ => given,
            }
        }
    }))
}

/// Go's `Print`: a blank between two values of which neither is text.
fn printed(values: &[Value]) -> String {
    let mut text = String::new();
    for (at, value) in values.iter().enumerate() {
        let plain = |value: &Value| !matches!(value, Value::Text(_));
        if at > 0 && plain(value) && plain(&values[at - 1]) {
            text.push(' ');
        }
        text.push_str(&value.shown());
    }
    text
}

fn titled(text: &str) -> String {
    let mut before = ' ';
    let upper = |letter: char| {
        let starts = !(before.is_alphanumeric() || before == '_' || before == '\'');
        before = letter;
        match starts {
            true => letter.to_uppercase().collect::<String>(),
            false => letter.to_string(),
        }
    };
    text.chars().map(upper).collect()
}

fn host_of(address: &str) -> &str {
    if let Some(inside) = address.strip_prefix('[') {
        return inside.split_once("]:").map_or(address, |(host, _)| host);
    }
    match address.split_once(':') {
        Some((host, port)) if !port.contains(':') => host,
        _ => address,
    }
}

fn without_domain(address: &str) -> String {
    let host = host_of(address);
    let port = &address[address.find(host).map_or(0, |at| at + host.len())..];
    if host.parse::<std::net::IpAddr>().is_ok() {
        return address.to_owned();
    }
    format!("{}{port}", host.split('.').next().unwrap_or(host))
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&#34;").replace('\'', "&#39;")
}

fn query_escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            b' ' => escaped.push('+'),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

fn numbers(name: &str, values: Vec<Value>) -> Answer {
    let mut arguments = arguments(name, 1, values)?;
    if matches!(name, "parseDuration" | "parseDurationTime") {
        let text = arguments.text()?;
        let ms = promql::duration_ms(&text);
        let ms = ms.ok_or_else(|| error(format!("not a valid duration string: {text:?}")))?;
        return Ok(Value::Float(seconds(ms)));
    }
    let number = arguments.number()?;
    Ok(Value::Text(match name {
        "humanize" => human::humanize(number),
        "humanize1024" => human::humanize_1024(number),
        "humanizeDuration" | "toDuration" => human::humanize_duration(number),
        "humanizePercentage" => human::humanize_percentage(number),
        _ => human::humanize_timestamp(number)?,
    }))
}

fn samples(name: &str, values: Vec<Value>, context: &Context<'_>) -> Answer {
    let field = |sample: &Value, wanted: &str| match sample {
        Value::Record(fields) => fields.iter().find(|f| f.0 == wanted).map(|f| f.1.clone()),
        _ => None,
    };
    let no_sample = || error(format!("wrong type for value of {name}; expected a sample"));
    let label = |sample: &Value, label: &str| match field(sample, "Labels") {
        Some(Value::Labels(labels)) => Ok(labels.get(label).cloned().unwrap_or_default()),
        _ => Err(no_sample()),
    };
    if name == "args" {
        let named = (0..).zip(values).map(|(at, value)| (format!("arg{at}"), value));
        return Ok(Value::Map(named.collect()));
    }
    let wanted = if matches!(name, "label" | "sortByLabel") { 2 } else { 1 };
    let mut arguments = arguments(name, wanted, values)?;
    match name {
        "query" => {
            let expr = arguments.text()?;
            let Some(evaluator) = context.evaluator else { return Ok(Value::List(Vec::new())) };
            let found = evaluator.vector(&expr, context.at_ms);
            let found =
                found.map_err(|refused| error(format!("error calling query: {refused}")))?;
            Ok(Value::List(found.into_iter().map(|sample| as_value(&sample)).collect()))
        }
        "first" => match arguments.next()? {
            Value::List(items) => items.into_iter().next().ok_or_else(|| {
                error("error calling first: first() called on vector with no elements")
            }),
            other => Err(error(format!("first of type {}", other.kind()))),
        },
        "label" => {
            let wanted = arguments.text()?;
            Ok(Value::Text(label(&arguments.next()?, &wanted)?))
        }
        "value" => field(&arguments.next()?, "Value").ok_or_else(no_sample),
        "strvalue" => Ok(Value::Text(label(&arguments.next()?, "__value__")?)),
        _ => {
            let by = arguments.text()?;
            let Value::List(mut items) = arguments.next()? else { return Err(no_sample()) };
            items.sort_by_key(|item| label(item, &by).unwrap_or_default());
            Ok(Value::List(items))
        }
    }
}

/// A sample as templates see it.
fn as_value(sample: &promql::VectorSample) -> Value {
    let labels: BTreeMap<String, String> =
        sample.labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    match &sample.value {
        promql::SampleValue::Float(number) => Value::sample(labels, *number),
        promql::SampleValue::Histogram(held) => Value::Record(vec![
            ("Labels", Value::Labels(labels)),
            ("Value", Value::Text(held.to_string())),
        ]),
    }
}
