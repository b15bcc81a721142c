use std::fmt;

use crate::Text;

/// What went wrong for the one who asked, free of any transport.
///
/// `http` maps it to RFC 9457 problem details, the command line to one line and an exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The situation.
    pub kind: FaultKind,
    /// A stable code for programs, such as `stale-version`.
    pub code: &'static str,
    /// The sentence for people, in both languages; tells strangers nothing of the inside.
    pub text: Text,
    /// The fields that are wrong, when the input is.
    pub fields: Vec<FieldFault>,
    /// What happened inside: for the log, never for the caller.
    pub inside: Option<String>,
}

/// One wrong field of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Where: `timeout_s`, `spec.port`.
    pub field: String,
    /// What was found there, shortened.
    pub found: String,
    /// What was expected.
    pub expected: Text,
}

/// The situations the outside tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The input is wrong (400; 422 when it reads well but makes no sense).
    Invalid,
    /// Nobody is signed in, or the proof of it is no longer good (401).
    Unauthenticated,
    /// Signed in, but not allowed (403).
    Forbidden,
    /// No such thing, or not for this caller (404).
    NotFound,
    /// It contradicts what is there (409).
    Conflict,
    /// A rule about rights stands against it, whoever asks (409).
    Excluded,
    /// Somebody changed it in between (412).
    Stale,
    /// The change must say which version it changes (428).
    VersionMissing,
    /// Too large (413).
    TooLarge,
    /// What is asked for is written too long (414).
    UrlTooLong,
    /// Too often (429): try again after so many seconds.
    TooMany {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// Something outside of us is away: the database, the disk (503).
    Unavailable,
    /// Our fault (500).
    Internal,
}

impl Fault {
    /// A fault of `kind`.
    #[must_use]
    pub fn new(kind: FaultKind, code: &'static str, text: Text) -> Self {
        Self { kind, code, text, fields: Vec::new(), inside: None }
    }

    /// One field is wrong: names it, what was found and what was expected.
    pub fn invalid(field: impl Into<String>, found: impl fmt::Display, expected: Text) -> Self {
        Self::invalid_fields(vec![FieldFault::new(field, found, expected)])
    }

    /// Several fields are wrong.
    #[must_use]
    pub fn invalid_fields(fields: Vec<FieldFault>) -> Self {
        let en: Vec<String> = fields.iter().map(FieldFault::english).collect();
        let zh: Vec<String> = fields.iter().map(FieldFault::chinese).collect();
        let text = Text::new(en.join("; "), zh.join("；"));
        Self { fields, ..Self::new(FaultKind::Invalid, "invalid", text) }
    }

    /// There is no `noun` with that id, in both languages.
    pub fn not_found(noun: &Text, id: impl fmt::Display) -> Self {
        let text = Text::new(format!("no {} `{id}`", noun.en), format!("没有{}“{id}”", noun.zh));
        Self::new(FaultKind::NotFound, "not-found", text)
    }

    /// It contradicts what is there.
    #[must_use]
    pub fn conflict(code: &'static str, text: Text) -> Self {
        Self::new(FaultKind::Conflict, code, text)
    }

    /// Somebody changed it in between.
    #[must_use]
    pub fn stale() -> Self {
        let text = Text::new(
            "it was changed in the meantime; load it again and repeat your change",
            "内容已被他人修改，请重新加载后再改",
        );
        Self::new(FaultKind::Stale, "stale-version", text)
    }

    /// Our own failure; `inside` goes to the log only.
    pub fn internal(inside: impl fmt::Display) -> Self {
        let text = Text::new(
            "something failed inside the server; its log has the details under this request id",
            "服务器内部出错，详情见服务器日志（按请求编号查找）",
        );
        Self {
            inside: Some(inside.to_string()),
            ..Self::new(FaultKind::Internal, "internal", text)
        }
    }

    /// Not allowed: lacks `permission`.
    #[must_use]
    pub fn forbidden(permission: crate::Permission) -> Self {
        let text = Text::new(
            format!("you lack the permission `{permission}`"),
            format!("您没有权限“{permission}”"),
        );
        Self::lacking_permission("forbidden", permission, text)
    }

    /// Not allowed there: holds `permission`, but only within a scope that does not reach so far.
    #[must_use]
    pub fn out_of_scope(permission: crate::Permission) -> Self {
        let text = Text::new(
            format!("your permission `{permission}` does not reach so far"),
            format!("您的权限“{permission}”不在此范围内"),
        );
        Self::lacking_permission("out-of-scope", permission, text)
    }

    /// The permission that was lacking, when that is the reason: such a denial is journalled.
    #[must_use]
    pub fn lacking(&self) -> Option<&str> {
        match self.code {
            "forbidden" | "out-of-scope" => self.inside.as_deref(),
            _ => None,
        }
    }

    /// The rule about rights that stood against it, by its code, when no permission was lacking:
    /// that somebody tried to break it is journalled, too.
    #[must_use]
    pub fn rule(&self) -> Option<&'static str> {
        let by_rule = matches!(self.kind, FaultKind::Forbidden | FaultKind::Excluded);
        (by_rule && self.lacking().is_none()).then_some(self.code)
    }

    fn lacking_permission(code: &'static str, permission: crate::Permission, text: Text) -> Self {
        let inside = Some(permission.0.to_owned());
        Self { inside, ..Self::new(FaultKind::Forbidden, code, text) }
    }
}

impl FieldFault {
    /// A wrong field; `found` is shortened to 80 characters, its control characters become `·`.
    pub fn new(field: impl Into<String>, found: impl fmt::Display, expected: Text) -> Self {
        let found: String = found
            .to_string()
            .chars()
            .take(80)
            .map(|c| if c.is_control() { '·' } else { c })
            .collect();
        Self { field: field.into(), found, expected }
    }

    fn english(&self) -> String {
        format!("{}: found `{}`, expected {}", self.field, self.found, self.expected.en)
    }

    fn chinese(&self) -> String {
        let expected = &self.expected.zh;
        // A space stands between characters and digits or letters.
        let gap = if expected.starts_with(|c: char| c.is_ascii_alphanumeric()) { " " } else { "" };
        format!("{}：当前为“{}”，应为{gap}{expected}", self.field, self.found)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text.en)?;
        match &self.inside {
            Some(inside) => write!(out, " ({inside})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_names_field_value_and_expectation_in_both_languages() {
        let fault = Fault::invalid("timeout_s", 0, Text::new("1 to 60", "1 到 60"));
        assert_eq!(fault.text.en, "timeout_s: found `0`, expected 1 to 60");
        assert_eq!(fault.text.zh, "timeout_s：当前为“0”，应为 1 到 60");
    }

    #[test]
    fn control_characters_of_the_input_do_not_reach_the_message() {
        let fault = Fault::invalid("name", "a\r\n\u{1b}[31m", Text::same("a name"));
        assert!(!fault.text.en.contains(['\r', '\n', '\u{1b}']));
    }
}
