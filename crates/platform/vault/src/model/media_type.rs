//! What a file is, judged by its bytes and never by what somebody says.

/// The first bytes that are looked at for a signature.
const HEAD_BYTES: usize = 8 * 1024;

/// Judges a file that passes by in pieces.
#[derive(Debug, Default)]
pub(crate) struct Sniffer {
    head: Vec<u8>,
    /// The end of a piece that is the beginning of a character.
    unfinished: Vec<u8>,
    not_text: bool,
}

/// The judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaType {
    /// `application/pdf`.
    pub(crate) name: String,
    /// `pdf`.
    pub(crate) ending: String,
}

impl Sniffer {
    /// The next piece.
    pub(crate) fn feed(&mut self, piece: &[u8]) {
        let room = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(&piece[..piece.len().min(room)]);
        if !self.not_text {
            self.feed_text(piece);
        }
    }

    fn feed_text(&mut self, piece: &[u8]) {
        let mut text = std::mem::take(&mut self.unfinished);
        text.extend_from_slice(piece);
        if text.contains(&0) {
            self.not_text = true;
            return;
        }
        match std::str::from_utf8(&text) {
            Ok(_) => {}
            Err(error) if error.error_len().is_none() => {
                self.unfinished = text.split_off(error.valid_up_to());
            }
            Err(_) => self.not_text = true,
        }
    }

    /// What it is. Markup and scripts are `text/plain`: nothing of ours ever renders them.
    pub(crate) fn finish(self) -> MediaType {
        let is_text = !self.not_text && self.unfinished.is_empty();
        let of = |name: &str, ending: &str| MediaType {
            name: name.to_owned(),
            ending: ending.to_owned(),
        };
        match infer::get(&self.head) {
            Some(kind) if kind.matcher_type() == infer::MatcherType::Text && is_text => {
                of("text/plain", "txt")
            }
            Some(kind) if kind.matcher_type() != infer::MatcherType::Text => {
                of(kind.mime_type(), kind.extension())
            }
            _ if is_text && !self.head.is_empty() => of("text/plain", "txt"),
            _ => of("application/octet-stream", "bin"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(pieces: &[&[u8]]) -> String {
        let mut sniffer = Sniffer::default();
        for piece in pieces {
            sniffer.feed(piece);
        }
        sniffer.finish().name
    }

    #[test]
    fn files_are_what_their_bytes_say() {
        for (bytes, expected) in [
            (&b"%PDF-1.7 ..."[..], "application/pdf"),
            (b"\x89PNG\r\n\x1a\n", "image/png"),
            (b"PK\x03\x04whatever", "application/zip"),
            (&[&b"\x7fELF\x02\x01\x01"[..], &[0; 64]].concat(), "application/x-executable"),
            (b"<!DOCTYPE html><script>alert(1)</script>", "text/plain"),
            (b"<?xml version=\"1.0\"?><svg onload=\"x\"/>", "text/plain"),
            ("巡检记录".as_bytes(), "text/plain"),
            (b"\xff\xfe\x00binary", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ] {
            assert_eq!(judged(&[bytes]), expected, "{bytes:?}");
        }
    }

    #[test]
    fn character_cut_between_two_pieces_is_still_text() {
        let text = "检查".as_bytes();
        assert_eq!(judged(&[&text[..2], &text[2..]]), "text/plain");
        assert_eq!(judged(&[&text[..2]]), "application/octet-stream", "cut at the end of the file");
    }
}
