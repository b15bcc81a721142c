use std::{fmt::Write as _, net::IpAddr};

use crate::RawRow;

/// The row as an event of ArcSight's Common Event Format (revision 16), without a syslog header.
#[must_use]
pub(crate) fn cef(row: &RawRow) -> String {
    let (version, verb) = (env!("CARGO_PKG_VERSION"), header(&row.verb));
    let mut out =
        format!("CEF:0|Mainstay|Mainstay|{version}|{verb}|{verb}|{}|", severity(&row.verb));
    let mut add = |key: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a string does not fail.
            let _ = write!(out, "{key}={} ", extension(value));
        }
    };
    add("rt", &row.at.div_euclid(1000).to_string());
    add("externalId", &row.seq.to_string());
    add("suid", &row.actor_id);
    add("suser", &row.actor_name);
    add("sourceServiceName", &row.actor_kind);
    // The field is for addresses only: readers drop events whose `src` is none.
    if row.source.parse::<IpAddr>().is_ok() {
        add("src", &row.source);
    }
    let custom = [
        ("cs1", "subjectKind", row.subject_kind.as_str()),
        ("cs2", "subjectId", &row.subject_id),
        ("cs3", "subjectName", &row.subject_name),
        ("cs4", "resourceId", row.resource_id.as_deref().unwrap_or_default()),
        ("cs5", "requestId", &row.request_id),
    ];
    for (key, label, value) in custom.into_iter().filter(|(_, _, value)| !value.is_empty()) {
        add(&format!("{key}Label"), label);
        add(key, value);
    }
    if let Some(cause) = row.cause {
        add("cn1Label", "cause");
        add("cn1", &cause.to_string());
    }
    add("msg", &row.detail);
    if let Some(before) = &row.before {
        add("flexString1Label", "before");
        add("flexString1", before);
    }
    if let Some(after) = &row.after {
        add("flexString2Label", "after");
        add("flexString2", after);
    }
    out.trim_end().to_owned()
}

/// 0 to 10: what was refused matters more than what was done.
fn severity(verb: &str) -> u8 {
    match verb {
        "access.denied" | "user.sign_in_failed" => 6,
        "journal.clock_jumped" | "journal.gap_found" | "journal.anchor_failed" => 8,
        _ => 3,
    }
}

fn header(text: &str) -> String {
    escape(text, '|')
}

fn extension(text: &str) -> String {
    escape(text, '=')
}

/// The format's own escapes; other control characters become `·`.
fn escape(text: &str, special: char) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if c == special => out.extend(['\\', c]),
            c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => out.push('·'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::seal::canon::tests::row;

    #[test]
    fn what_has_a_meaning_to_the_format_is_escaped() {
        let mut hostile = row(7);
        hostile.verb = "a|b".into();
        hostile.actor_name = "x=1 \\ \nCEF:0|forged".into();
        hostile.cause = Some(3);
        let line = cef(&hostile).replace(env!("CARGO_PKG_VERSION"), "V");
        expect![[r"CEF:0|Mainstay|Mainstay|V|a\|b|a\|b|3|rt=1800000000000 externalId=7 suid=u1 suser=x\=1 \\ \nCEF:0|forged sourceServiceName=person src=::1 cs1Label=subjectKind cs1=lamp cs2Label=subjectId cs2=l1 cs3Label=subjectName cs3=lamp cs4Label=resourceId cs4=r1 cs5Label=requestId cs5=q cn1Label=cause cn1=3 msg={} flexString2Label=after flexString2={}"]]
        .assert_eq(&line);
    }
}
