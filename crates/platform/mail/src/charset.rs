//! What bytes say, whatever charset they claim to be in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1252};

/// Text of `bytes`, which claim to be in `declared`. A claim that cannot be true is not believed:
/// mails that say `us-ascii` or `utf-8` and are in GBK are everyday life.
pub(crate) fn text_of(bytes: &[u8], declared: Option<&str>) -> String {
    let utf8 = faultless(UTF_8, bytes);
    // Nothing else happens to be faultless UTF-8 of three bytes a letter.
    if let Some(text) = utf8.as_ref().filter(|text| text.chars().any(|one| one >= '\u{800}')) {
        return text.clone();
    }
    let claimed = declared.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    // Whatever is Latin can be read as Latin-1, also what is not meant to be: no evidence.
    let believed = claimed.filter(|one| *one != WINDOWS_1252);
    if let Some(text) = believed.and_then(|one| faultless(one, bytes)) {
        return text;
    }
    if let Some(text) = utf8 {
        return text;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    let likely = [Some(guessed), believed, Some(GB18030), claimed];
    let read = likely.into_iter().flatten().find_map(|one| faultless(one, bytes));
    // Nothing fits: better a text with gaps than none.
    read.unwrap_or_else(|| believed.unwrap_or(guessed).decode(bytes).0.into_owned())
}

/// Whether `label` names a charset that is known here.
pub(crate) fn is_known(label: &str) -> bool {
    Encoding::for_label(label.trim().as_bytes()).is_some()
}

/// The text, if the bytes are in that encoding from the first to the last.
fn faultless(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    // GBK and GB2312 are beginnings of GB18030, in which everything of theirs reads the same.
    let encoding = if encoding.name() == "GBK" { GB18030 } else { encoding };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Some(text.to_owned())
}

/// The same mail with a head that is UTF-8: some programs write names and subjects in their own
/// charset without saying so.
pub(crate) fn with_readable_head(raw: &[u8]) -> Option<Vec<u8>> {
    let end = head_end(raw);
    let (head, rest) = raw.split_at(end);
    if std::str::from_utf8(head).is_ok() {
        return None;
    }
    let mut whole = text_of(head, None).into_bytes();
    whole.extend_from_slice(rest);
    Some(whole)
}

/// Where the head of a mail ends.
pub(crate) fn head_end(raw: &[u8]) -> usize {
    let crlf = raw.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 2);
    let lf = raw.windows(2).position(|two| two == b"\n\n").map(|at| at + 1);
    match (crlf, lf) {
        (Some(crlf), Some(lf)) => crlf.min(lf),
        (Some(end), None) | (None, Some(end)) => end,
        (None, None) => raw.len(),
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GBK};

    use super::*;

    const SAID: &str = "您好，三楼打印机无法打印，请尽快派人处理。谢谢！";
    const SAID_IN_TAIWAN: &str = "您好，三樓印表機無法列印，請盡快派人處理。謝謝！";

    #[test]
    fn claims_of_charsets_are_believed_only_where_they_can_be_true() {
        let gbk = GBK.encode(SAID).0.into_owned();
        let big5 = BIG5.encode(SAID_IN_TAIWAN).0.into_owned();
        for (bytes, declared, expected) in [
            (gbk.clone(), Some("gb2312"), SAID),
            (gbk.clone(), Some("utf-8"), SAID),
            (gbk.clone(), Some("us-ascii"), SAID),
            (gbk.clone(), Some("iso-8859-1"), SAID),
            (gbk.clone(), Some("x-nonsense"), SAID),
            (gbk, None, SAID),
            (SAID.as_bytes().to_vec(), Some("gbk"), SAID),
            (SAID.as_bytes().to_vec(), Some("iso-8859-1"), SAID),
            (big5.clone(), Some("big5"), SAID_IN_TAIWAN),
            (big5, None, SAID_IN_TAIWAN),
            (
                b"Caf\xe9 au lait, d\xe9j\xe0 vu".to_vec(),
                Some("iso-8859-1"),
                "Café au lait, déjà vu",
            ),
            (GB18030.encode("𠀀㐀").0.into_owned(), Some("gb2312"), "𠀀㐀"),
        ] {
            assert_eq!(text_of(&bytes, declared), expected, "{declared:?}");
        }
        assert!(!text_of(b"\xff\xff\xff", Some("utf-8")).is_empty());
    }

    #[test]
    fn heads_in_no_declared_charset_are_read() {
        let mut raw = b"Subject: ".to_vec();
        raw.extend_from_slice(&GBK.encode("打印机无法打印，请尽快派人处理").0);
        raw.extend_from_slice(b"\r\n\r\n\xff\xfe");
        let whole = with_readable_head(&raw).unwrap();
        let head = "Subject: 打印机无法打印，请尽快派人处理\r\n".as_bytes();
        assert_eq!(&whole[..head.len()], head);
        assert!(whole.ends_with(b"\r\n\xff\xfe"), "the rest is as it was");
        assert_eq!(with_readable_head(b"Subject: a\n\nb"), None);
    }
}
