use kernel::{FieldFault, Text, Time};

/// Longest code of a unit, region, site or post, and longest employee number.
const CODE_CHARS_MAX: usize = 64;
/// Longest name.
const NAME_CHARS_MAX: usize = 200;
/// Longest description or address.
const DESCRIPTION_CHARS_MAX: usize = 4000;
/// The years that dates may lie in: what is outside is a slip of the pen.
const YEARS: (Time, Time) = (Time::from_seconds(-5_364_662_400), Time::from_seconds(7_258_118_400));

/// The faults of an input, gathered field by field.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<FieldFault>);

impl Faults {
    pub(crate) fn note(&mut self, fault: FieldFault) {
        self.0.push(fault);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong, field by field.
    pub(crate) fn into_fields(self) -> Vec<FieldFault> {
        self.0
    }

    /// The value, if no field was wrong.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Vec<FieldFault>> {
        if self.0.is_empty() { Ok(value) } else { Err(self.0) }
    }

    /// A code: 1 to 64 characters, no blanks inside, no control characters.
    pub(crate) fn code(&mut self, field: &str, text: &str) -> String {
        let trimmed = text.trim();
        let length = trimmed.chars().count();
        let plain = !trimmed.contains(|c: char| c.is_control() || c.is_whitespace());
        if (1..=CODE_CHARS_MAX).contains(&length) && plain {
            return trimmed.to_owned();
        }
        let expected = Text::new("1 to 64 characters without blanks", "1 到 64 个字符，不含空白");
        self.wrong(field, text, expected)
    }

    /// A name: trimmed, 1 to 200 characters, none of them a control character.
    pub(crate) fn name(&mut self, field: &str, text: &str) -> String {
        let name = self.short(field, text);
        if name.is_empty() && !text.contains(char::is_control) && text.trim().is_empty() {
            let expected = Text::new("1 to 200 characters", "1 到 200 个字符");
            return self.wrong(field, text, expected);
        }
        name
    }

    /// A name that may be left out.
    pub(crate) fn short(&mut self, field: &str, text: &str) -> String {
        let trimmed = text.trim();
        if trimmed.chars().count() <= NAME_CHARS_MAX && !trimmed.contains(char::is_control) {
            return trimmed.to_owned();
        }
        let expected = Text::new(
            "at most 200 characters, no control characters",
            "不超过 200 个字符，不含控制字符",
        );
        self.wrong(field, text, expected)
    }

    /// A name in both languages; one of them is enough, it then stands for both.
    pub(crate) fn both(&mut self, field: &str, text: &Text) -> Text {
        let en = self.short(&format!("{field}.en"), &text.en);
        let zh = self.short(&format!("{field}.zh"), &text.zh);
        match (en.is_empty(), zh.is_empty()) {
            (false, false) => Text { en, zh },
            (false, true) => Text::same(en),
            (true, false) => Text::same(zh),
            (true, true) => {
                if text.en.trim().is_empty() && text.zh.trim().is_empty() {
                    let expected =
                        Text::new("a name in at least one language", "至少一种语言的名称");
                    self.wrong(field, "", expected);
                }
                Text::default()
            }
        }
    }

    /// A description: at most 4000 characters, with line breaks and tabs.
    pub(crate) fn description(&mut self, field: &str, text: &str) -> String {
        let unwanted = |c: char| c.is_control() && c != '\n' && c != '\t';
        // Browsers send form text with CR LF (WHATWG HTML 4.10.22.7).
        let text = text.replace("\r\n", "\n");
        if text.chars().count() <= DESCRIPTION_CHARS_MAX && !text.contains(unwanted) {
            return text.trim().to_owned();
        }
        let expected = Text::new(
            "at most 4000 characters, no control characters",
            "不超过 4000 个字符，不含控制字符",
        );
        self.wrong(field, &text, expected)
    }

    /// A moment within the years that an organisation can have seen or can plan for.
    pub(crate) fn moment(&mut self, field: &str, time: Time) -> Time {
        if !(YEARS.0..YEARS.1).contains(&time) {
            let expected = Text::new("a date from 1800 to 2199", "1800 年至 2199 年之间的日期");
            self.wrong(field, &time.to_string(), expected);
        }
        time
    }

    fn wrong(&mut self, field: &str, found: &str, expected: Text) -> String {
        self.note(FieldFault::new(field, found, expected));
        String::new()
    }
}

/// A LIKE pattern for folded text that contains `text`.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.trim().to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
