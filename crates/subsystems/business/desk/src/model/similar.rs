use std::collections::BTreeSet;

use kernel::{Piece, pieces};

/// Parts of a text that are looked for at most.
pub(crate) const PARTS_MAX: usize = 24;
/// What is less alike than this is not shown.
const LEAST: f64 = 0.25;
/// Letters of a word that are looked for: what is shorter is in every text.
const WORD_CHARS_MIN: usize = 3;

/// The parts by which a text is found in others: words of three letters and more, and of a script
/// without spaces each two characters that follow each other. All in small letters.
#[must_use]
pub(crate) fn parts(text: &str) -> BTreeSet<String> {
    let part = |piece| match piece {
        Piece::Word(word) => (word.chars().count() >= WORD_CHARS_MIN).then_some(word),
        Piece::Pair(pair) => Some(pair),
    };
    pieces(text).into_iter().filter_map(part).collect()
}

/// How much of the smaller of two sets of parts is in the other: 0 to 1.
#[must_use]
pub(crate) fn likeness(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let least = one.len().min(other.len());
    if least == 0 {
        return 0.0;
    }
    let both = one.intersection(other).count();
    let share = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    share(both) / share(least)
}

/// What is alike enough to be shown, the most alike first.
#[must_use]
pub(crate) fn ranked<T>(
    wanted: &BTreeSet<String>,
    others: Vec<(T, String)>,
    count: usize,
) -> Vec<(T, f64)> {
    let alike = others.into_iter().map(|(one, text)| (one, likeness(wanted, &parts(&text))));
    let mut alike: Vec<(T, f64)> = alike.filter(|(_, likeness)| *likeness >= LEAST).collect();
    alike.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    alike.truncate(count);
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> bool {
        likeness(&parts(one), &parts(other)) >= LEAST
    }

    #[test]
    fn parts_are_words_and_pairs_of_characters() {
        let found: Vec<String> = parts("VPN 无法连接 to HQ-gate, A").into_iter().collect();
        assert_eq!(found, ["gate", "vpn", "无法", "法连", "连接"]);
        assert!(parts(" ,。 a b").is_empty());
    }

    #[test]
    fn what_says_the_same_in_other_words_is_alike() {
        assert!(alike("三楼打印机无法打印", "打印机不能打印了"));
        assert!(alike("Printer on 3rd floor jams", "the printer jams again"));
        assert!(!alike("三楼打印机无法打印", "申请开通邮箱"));
        assert!(!alike("", "x"));
        let ranked =
            ranked(&parts("打印机故障"), vec![(1, "邮箱故障".into()), (2, "打印机故障".into())], 9);
        assert_eq!(ranked[0].0, 2);
    }
}
