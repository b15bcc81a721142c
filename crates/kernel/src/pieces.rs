//! The pieces of a text by which others that say the same are found.

/// A piece of a text, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A word of a script with spaces.
    Word(String),
    /// Two characters that follow each other in a script without: most words of Chinese have two.
    Pair(String),
}

/// The pieces of a text in the order in which they stand there.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let (mut found, mut word, mut before) = (Vec::new(), String::new(), None);
    for c in text.to_lowercase().chars().chain([' ']) {
        let spaced = c.is_alphanumeric() && c.len_utf8() < 3;
        if spaced {
            word.push(c);
        } else if !word.is_empty() {
            found.push(Piece::Word(std::mem::take(&mut word)));
        }
        let unspaced = (!spaced && c.is_alphanumeric()).then_some(c);
        if let (Some(before), Some(c)) = (before, unspaced) {
            found.push(Piece::Pair([before, c].iter().collect()));
        }
        before = unspaced;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_falls_into_words_and_pairs() {
        let word = |text: &str| Piece::Word(text.to_owned());
        let pair = |text: &str| Piece::Pair(text.to_owned());
        assert_eq!(
            pieces("VPN无法连,HQ a 网 Naïve"),
            [word("vpn"), pair("无法"), pair("法连"), word("hq"), word("a"), word("naïve")]
        );
        assert_eq!(pieces(" ,。"), []);
    }
}
