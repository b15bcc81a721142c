use kernel::{FieldFault, Text};

const NAME_CHARS_MAX: usize = 200;
const DESCRIPTION_CHARS_MAX: usize = 4000;
const IDENTITY_CHARS_MAX: usize = 300;
const TAG_CHARS_MAX: usize = 60;
const TAGS_MAX: usize = 50;

/// What was taken; what was not is noted in `faults`, and left empty.
pub(super) fn kept<T: Default>(checked: Result<T, FieldFault>, faults: &mut Vec<FieldFault>) -> T {
    checked.unwrap_or_else(|fault| {
        faults.push(fault);
        T::default()
    })
}

/// Whether `name` is 1 to 60 small letters, digits and hyphens, and begins with a letter.
pub(crate) fn is_word(name: &str) -> bool {
    is_name(name, '-')
}

/// Whether `name` is 1 to 60 small letters, digits and underscores, and begins with a letter.
pub(crate) fn is_attribute_name(name: &str) -> bool {
    is_name(name, '_')
}

fn is_name(name: &str, joint: char) -> bool {
    (1..=60).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint)
}

/// A tag: trimmed, white space as one blank, 1 to 60 characters.
pub(crate) fn checked_tag(word: &str) -> Result<String, FieldFault> {
    let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = word.chars().count();
    if (1..=TAG_CHARS_MAX).contains(&length) && !word.contains(char::is_control) {
        return Ok(word);
    }
    let expected = Text::new("words of 1 to 60 characters", "1 到 60 个字符的标签");
    Err(FieldFault::new("tags", word, expected))
}

/// The tags of a resource, each once, in their order.
pub(super) fn checked_tags(words: &[String]) -> Result<Vec<String>, FieldFault> {
    if words.len() > TAGS_MAX {
        let expected = Text::new("at most 50 tags", "最多 50 个标签");
        return Err(FieldFault::new("tags", words.len(), expected));
    }
    let mut tags = words.iter().map(|word| checked_tag(word)).collect::<Result<Vec<_>, _>>()?;
    tags.sort_by_cached_key(|tag| tag.to_lowercase());
    tags.dedup_by_key(|tag| tag.to_lowercase());
    Ok(tags)
}

/// Characters that turn the direction of the text after them (Unicode UAX 9): with them a name
/// reads otherwise than it is.
pub(super) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

/// A name: trimmed, 1 to 200 characters, none of them a control character.
pub(super) fn checked_name(name: &str) -> Result<String, FieldFault> {
    let trimmed = name.trim();
    let length = trimmed.chars().count();
    let plain = |c: char| !c.is_control() && !turns_direction(c);
    if (1..=NAME_CHARS_MAX).contains(&length) && trimmed.chars().all(plain) {
        return Ok(trimmed.to_owned());
    }
    let expected =
        Text::new("1 to 200 characters, no control characters", "1 到 200 个字符，不含控制字符");
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
        "不超过 4000 个字符，不含控制字符",
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
        Text::new("1 to 300 characters, no control characters", "1 到 300 个字符，不含控制字符");
    Err(FieldFault::new("identity", identity, expected))
}
