//! The names under which files are offered: never the path or the trick that somebody sent.

/// Characters of a name's stem that are kept.
const STEM_CHARS_MAX: usize = 100;
/// Device names of Windows, which no file there may have.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The name for a file that was sent as `given` and is of the type that ends in `ending`.
///
/// Paths, control characters, marks that turn the direction of text and characters that shells or
/// file systems read otherwise are left out; the ending is the one of the content.
pub(crate) fn served_name(given: &str, ending: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| is_plain(*c)).collect();
    let clean = clean.trim_matches(['.', ' ']);
    let stem = match clean.rsplit_once('.') {
        Some((stem, end)) if end.len() <= 8 && !stem.is_empty() => stem,
        _ => clean,
    };
    let stem: String = stem.trim_matches(['.', ' ']).chars().take(STEM_CHARS_MAX).collect();
    let reserved = {
        let low = stem.to_ascii_lowercase();
        let port = ["com", "lpt"].iter().any(|device| {
            low.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest != "0")
        });
        port || RESERVED.contains(&low.as_str())
    };
    match (stem.is_empty(), reserved) {
        (true, _) => format!("file.{ending}"),
        (false, true) => format!("_{stem}.{ending}"),
        (false, false) => format!("{stem}.{ending}"),
    }
}

fn is_plain(c: char) -> bool {
    let turns_text = matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_control()
        && !turns_text
        && !matches!(c, '"' | '\'' | '`' | '<' | '>' | ':' | '|' | '?' | '*' | '$' | ';' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cleaned_and_end_in_what_the_content_is() {
        for (given, ending, expected) in [
            ("report.pdf", "pdf", "report.pdf"),
            ("机房巡检.2026.docx", "docx", "机房巡检.2026.docx"),
            ("invoice.pdf", "exe", "invoice.exe"),
            ("../../etc/passwd", "txt", "passwd.txt"),
            ("C:\\Windows\\system32\\cmd.exe", "exe", "cmd.exe"),
            ("a\r\nSet-Cookie: x.txt", "txt", "aSet-Cookie x.txt"),
            ("\u{202e}gpj.exe", "exe", "gpj.exe"),
            (".htaccess", "txt", "htaccess.txt"),
            ("", "bin", "file.bin"),
            ("...", "bin", "file.bin"),
            ("/", "bin", "file.bin"),
            ("CON", "txt", "_CON.txt"),
            ("lpt1.txt", "txt", "_lpt1.txt"),
            ("\"; rm -rf $HOME; \"", "bin", "rm -rf HOME.bin"),
        ] {
            assert_eq!(served_name(given, ending), expected, "{given:?}");
        }
        assert!(served_name(&"长".repeat(5_000), "png").chars().count() <= STEM_CHARS_MAX + 4);
    }
}
