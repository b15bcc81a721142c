use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::protobuf::{Part, ProtobufFault};

/// How deep lists in values may lie in each other.
const DEPTH_MAX: usize = 16;

/// A name with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'b> {
    /// The name.
    pub name: &'b str,
    /// The value as text; lists and maps as JSON.
    pub value: Cow<'b, str>,
}

impl<'b> Attribute<'b> {
    /// Reads `KeyValue`. Errors: malformed bytes, lists too deep in each other.
    pub fn read(part: Part<'b>) -> Result<Self, ProtobufFault> {
        let (mut name, mut value) = ("", Cow::Borrowed(""));
        for field in part.fields() {
            let field = field?;
            match field.number {
                1 => name = field.text()?,
                2 => value = text_of(field.part()?, 0)?,
                _ => {}
            }
        }
        Ok(Self { name, value })
    }
}

/// Reads `AnyValue` as text.
fn text_of(part: Part<'_>, depth: usize) -> Result<Cow<'_, str>, ProtobufFault> {
    if depth > DEPTH_MAX {
        return Err(ProtobufFault { at: part.at(), what: "lists that lie too deep in each other" });
    }
    let mut text = Cow::Borrowed("");
    for field in part.fields() {
        let field = field?;
        text = match field.number {
            1 => Cow::Borrowed(field.text()?),
            2 => Cow::Borrowed(if field.unsigned()? != 0 { "true" } else { "false" }),
            3 => Cow::Owned(field.signed()?.to_string()),
            4 => Cow::Owned(field.double()?.to_string()),
            5 => Cow::Owned(list(field.part()?, depth)?),
            6 => Cow::Owned(map(field.part()?, depth)?),
            7 => Cow::Owned(STANDARD.encode(field.part()?.bytes())),
            _ => continue,
        };
    }
    Ok(text)
}

/// Reads `ArrayValue` as JSON.
fn list(part: Part<'_>, depth: usize) -> Result<String, ProtobufFault> {
    let mut items = Vec::new();
    for field in part.fields() {
        let field = field?;
        if field.number == 1 {
            items.push(json_of(field.part()?, depth + 1)?);
        }
    }
    Ok(format!("[{}]", items.join(",")))
}

/// Reads `KeyValueList` as JSON.
fn map(part: Part<'_>, depth: usize) -> Result<String, ProtobufFault> {
    let mut items = Vec::new();
    for field in part.fields() {
        let field = field?;
        if field.number != 1 {
            continue;
        }
        let (mut name, mut value) = ("", "null".to_owned());
        for field in field.part()?.fields() {
            let field = field?;
            match field.number {
                1 => name = field.text()?,
                2 => value = json_of(field.part()?, depth + 1)?,
                _ => {}
            }
        }
        items.push(format!("{}:{value}", quoted(name)));
    }
    Ok(format!("{{{}}}", items.join(",")))
}

/// Reads `AnyValue` as JSON.
fn json_of(part: Part<'_>, depth: usize) -> Result<String, ProtobufFault> {
    let text = text_of(part, depth)?;
    let kind = part.fields().last().transpose()?.map(|field| field.number);
    Ok(match kind {
        None => "null".to_owned(),
        Some(1 | 7) => quoted(&text),
        Some(_) => text.into_owned(),
    })
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\0'..='\x1f' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
