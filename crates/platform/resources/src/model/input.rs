use kernel::{FieldFault, Text};

const NAME_CHARS_MAX: usize = 200;
const DESCRIPTION_CHARS_MAX: usize = 4000;
const IDENTITY_CHARS_MAX: usize = 300;

/// What was taken; what was not is noted in `faults`, and left empty.
pub(super) fn kept(checked: Result<String, FieldFault>, faults: &mut Vec<FieldFault>) -> String {
    checked.unwrap_or_else(|fault| {
        faults.push(fault);
        String::new()
    })
}

/// A name: trimmed, 1 to 200 characters, none of them a control character.
pub(super) fn checked_name(name: &str) -> Result<String, FieldFault> {
    let trimmed = name.trim();
    let length = trimmed.chars().count();
    if (1..=NAME_CHARS_MAX).contains(&length) && !trimmed.contains(char::is_control) {
        return Ok(trimmed.to_owned());
    }
    let expected =
        Text::new("1 to 200 characters, no control characters", "1 到 200 个字符,不含控制字符");
    Err(FieldFault::new("name", name, expected))
}

/// A description: trimmed, at most 4000 characters, with line breaks and tabs.
pub(super) fn checked_description(text: &str) -> Result<String, FieldFault> {
    let unwanted = |c: char| c.is_control() && c != '\n' && c != '\t';
    // Browsers send form text with CR LF (WHATWG HTML 4.10.22.7).
    let text = text.replace("\r\n", "\n");
    if text.chars().count() <= DESCRIPTION_CHARS_MAX && !text.contains(unwanted) {
        return Ok(text.trim().to_owned());
    }
    let expected = Text::new(
        "at most 4000 characters, no control characters",
        "不超过 4000 个字符,不含控制字符",
    );
    Err(FieldFault::new("description", text, expected))
}

/// An identity: taken as it is, 1 to 300 characters.
pub(super) fn checked_identity(identity: &str) -> Result<String, FieldFault> {
    let length = identity.chars().count();
    if (1..=IDENTITY_CHARS_MAX).contains(&length) && !identity.contains(char::is_control) {
        return Ok(identity.to_owned());
    }
    let expected =
        Text::new("1 to 300 characters, no control characters", "1 到 300 个字符,不含控制字符");
    Err(FieldFault::new("identity", identity, expected))
}
