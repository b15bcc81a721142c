use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

/// The text of a file: UTF-8 with or without its mark, UTF-16 with its mark, else GB18030, which
/// GBK and GB 2312 are part of.
///
/// None: it is in none of these.
pub(crate) fn decoded(bytes: &[u8]) -> Option<String> {
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return std::str::from_utf8(rest).ok().map(str::to_owned);
    }
    for (mark, encoding) in [([0xFF, 0xFE], UTF_16LE), ([0xFE, 0xFF], UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(&mark) {
            let (text, wrong) = encoding.decode_without_bom_handling(rest);
            return (!wrong).then(|| text.into_owned());
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    let (text, wrong) = GB18030.decode_without_bom_handling(bytes);
    (!wrong).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_chinese_offices_are_read() {
        let text = "工号,姓名\n17,王小明㐀";
        let gb = GB18030.encode(text).0.into_owned();
        let marked = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wide = [&[0xFF, 0xFE], wide.as_slice()].concat();
        for bytes in [gb, marked, wide, text.as_bytes().to_vec()] {
            assert_eq!(decoded(&bytes).as_deref(), Some(text));
        }
        assert_eq!(decoded(&[0x41, 0xFF, 0x80, 0xFF]), None);
        assert_eq!(decoded(&[0xEF, 0xBB, 0xBF, 0xFF]), None);
    }
}
