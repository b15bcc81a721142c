//! Go's `printf`: the verbs that texts of rules use.

use super::value::Value;
use series::{number_general, number_general_to, number_plain};

/// Flags, width and precision of a verb.
#[derive(Default)]
struct Shape {
    minus: bool,
    plus: bool,
    zero: bool,
    space: bool,
    width: usize,
    precision: Option<usize>,
}

/// Widest output of one verb.
const WIDTH_MAX: usize = 1_000;
/// Most digits of one verb.
const PRECISION_MAX: usize = 100;

/// Reads a number where there is one.
fn digits(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<usize> {
    let mut number = None;
    while let Some(digit) = letters.next_if(char::is_ascii_digit) {
        let digit = digit.to_digit(10).unwrap_or(0) as usize;
        number = Some((number.unwrap_or(0) * 10 + digit).min(WIDTH_MAX));
    }
    number
}

pub(super) fn printf(format: &str, values: &[Value]) -> String {
    let mut text = String::new();
    let mut values = values.iter();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let mut shape = Shape::default();
        while let Some(flag) = letters.next_if(|c| "-+0# ".contains(*c)) {
            match flag {
                '-' => shape.minus = true,
                '+' => shape.plus = true,
                '0' => shape.zero = true,
                ' ' => shape.space = true,
                _ => {}
            }
        }
        shape.width = digits(&mut letters).unwrap_or(0);
        if letters.next_if_eq(&'.').is_some() {
            shape.precision = Some(digits(&mut letters).unwrap_or(0).min(PRECISION_MAX));
        }
        match letters.next() {
            Some('%') => text.push('%'),
            None => text.push_str("%!(NOVERB)"),
            Some(verb) => match values.next() {
                None => text.push_str(&format!("%!{verb}(MISSING)")),
                Some(value) => text.push_str(&padded(&one(verb, value, &shape), &shape)),
            },
        }
    }
    let left: Vec<String> = values.map(|v| format!("{}={}", v.kind(), v.shown())).collect();
    if !left.is_empty() {
        text.push_str(&format!("%!(EXTRA {})", left.join(", ")));
    }
    text
}

fn padded(text: &str, shape: &Shape) -> String {
    let missing = shape.width.saturating_sub(text.chars().count());
    if missing == 0 {
        return text.to_owned();
    }
    if shape.minus {
        return format!("{text}{}", " ".repeat(missing));
    }
    if shape.zero {
        let (sign, digits) = match text.strip_prefix(['-', '+']) {
            Some(digits) => text.split_at(text.len() - digits.len()),
            None => ("", text),
        };
        return format!("{sign}{}{digits}", "0".repeat(missing));
    }
    format!("{}{text}", " ".repeat(missing))
}

fn one(verb: char, value: &Value, shape: &Shape) -> String {
    let wrong = || format!("%!{verb}({}={})", value.kind(), value.shown());
    let signed = |text: String| match text.starts_with('-') {
        false if shape.plus && !text.starts_with('+') => format!("+{text}"),
        false if shape.space => format!(" {text}"),
        _ => text,
    };
    match (verb, value) {
        ('v' | 'd', Value::Int(number)) => signed(number.to_string()),
        ('v', Value::Float(number)) => signed(number_general(*number)),
        ('v', other) => other.shown(),
        ('s', Value::Text(text)) => match shape.precision {
            Some(most) => text.chars().take(most).collect(),
            None => text.clone(),
        },
        ('s', Value::List(_) | Value::Labels(_) | Value::Map(_)) => value.shown(),
        ('q', Value::Text(text)) => format!("{text:?}"),
        ('t', Value::Bool(truth)) => truth.to_string(),
        ('x', Value::Int(number)) => format!("{number:x}"),
        ('x', Value::Text(text)) => text.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ('f' | 'F', Value::Float(number)) => signed(fixed(*number, shape.precision.unwrap_or(6))),
        ('g', Value::Float(number)) => signed(match shape.precision {
            Some(digits) => number_general_to(*number, digits),
            None => number_general(*number),
        }),
        ('e', Value::Float(number)) => signed(scientific(*number, shape.precision.unwrap_or(6))),
        _ => wrong(),
    }
}

fn fixed(number: f64, decimals: usize) -> String {
    if number.is_finite() { format!("{number:.decimals$}") } else { number_plain(number) }
}

fn scientific(number: f64, decimals: usize) -> String {
    if !number.is_finite() {
        return number_plain(number);
    }
    let text = format!("{number:.decimals$e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
