use std::collections::{BTreeMap, BTreeSet};

use kernel::{Piece, pieces};

use super::article::ArticleDraft;

/// Terms of a text that are looked for at most.
pub(crate) const ASKED_MAX: usize = 24;
/// Terms by which one article is found at most.
const KEPT_MAX: usize = 3_000;
/// What more terms than this has been asked for is judged as if it were so many: a long text has
/// words that no article about it has.
const JUDGED_MAX: usize = 8;
/// What has less of what was asked for is not shown.
const LEAST: f64 = 0.25;
/// Letters of a word that counts: one letter is in every text.
const WORD_CHARS_MIN: usize = 2;
const WORD_CHARS_MAX: usize = 40;
/// From so many letters on the beginning of a word finds it.
const PREFIX_CHARS_MIN: usize = 3;

/// Words that say nothing about what a text is about.
const EMPTY: [&str; 40] = [
    "an", "and", "are", "as", "at", "be", "by", "can", "cannot", "do", "does", "for", "from",
    "has", "have", "how", "if", "in", "is", "it", "its", "me", "my", "no", "not", "of", "on", "or",
    "our", "that", "the", "there", "this", "to", "up", "was", "we", "when", "with", "you",
];

/// An article that has some of the terms that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match<I> {
    /// Which.
    pub id: I,
    /// How many of them it has.
    pub terms: u32,
}

/// The terms of a text in the order in which they stand there, each once: words, and of a script
/// without spaces each two characters that follow each other. All in small letters.
#[must_use]
pub(crate) fn terms(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let term = |piece| match piece {
        Piece::Word(word) => says_something(&word).then_some(word),
        Piece::Pair(pair) => Some(pair),
    };
    let found = pieces(text).into_iter().filter_map(term);
    found.filter(|term| seen.insert(term.clone())).collect()
}

fn says_something(word: &str) -> bool {
    let length = word.chars().count();
    (WORD_CHARS_MIN..=WORD_CHARS_MAX).contains(&length) && !EMPTY.contains(&word)
}

/// The terms that somebody asks for: of a number, `KB-42`, that alone.
#[must_use]
pub(crate) fn asked(text: &str) -> Vec<String> {
    if let Some(number) = number_in(text) {
        return vec![number];
    }
    let mut asked = terms(text);
    asked.truncate(ASKED_MAX);
    asked
}

/// The number of an article, when a text is nothing else.
fn number_in(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let digits = lower.strip_prefix("kb-")?;
    let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some(lower)
}

/// The terms by which an article is found, each with how much it says about it: most in its title
/// and its keywords, where the beginning of a word does, too.
#[must_use]
pub(crate) fn kept(number: &str, draft: &ArticleDraft) -> BTreeMap<String, i64> {
    let keywords = draft.keywords.join(" ");
    let texts = [
        (draft.title.as_str(), 8, true),
        (keywords.as_str(), 8, true),
        (draft.category.as_str(), 3, false),
        (draft.symptom.as_str(), 2, false),
        (draft.answer.as_str(), 1, false),
    ];
    let mut kept = BTreeMap::from([(number.to_lowercase(), 100)]);
    for (text, weight, by_prefix) in texts {
        for term in terms(text) {
            if by_prefix {
                for prefix in prefixes(&term) {
                    keep(&mut kept, prefix, weight / 2);
                }
            }
            keep(&mut kept, term, weight);
        }
    }
    kept
}

fn keep(kept: &mut BTreeMap<String, i64>, term: String, weight: i64) {
    if let Some(known) = kept.get_mut(&term) {
        *known = weight.max(*known);
    } else if kept.len() < KEPT_MAX {
        kept.insert(term, weight);
    }
}

fn prefixes(term: &str) -> Vec<String> {
    let chars: Vec<char> = term.chars().collect();
    (PREFIX_CHARS_MIN..chars.len()).map(|end| chars[..end].iter().collect()).collect()
}

/// How much of what was asked for an article has: 0 to 1.
#[must_use]
pub(crate) fn likeness(asked: usize, terms: u32) -> f64 {
    let asked = u32::try_from(asked.clamp(1, JUDGED_MAX)).unwrap_or(u32::MAX);
    (f64::from(terms) / f64::from(asked)).min(1.0)
}

/// Those that have enough of `asked` terms, in the order in which they were found.
#[must_use]
pub(crate) fn alike<I>(asked: usize, found: Vec<Match<I>>) -> Vec<(I, f64)> {
    let alike = found.into_iter().map(|one| (one.id, likeness(asked, one.terms)));
    alike.filter(|(_, likeness)| *likeness >= LEAST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::article::Audience;

    fn draft(title: &str, keywords: &[&str], answer: &str) -> ArticleDraft {
        ArticleDraft {
            title: title.to_owned(),
            symptom: String::new(),
            answer: answer.to_owned(),
            keywords: keywords.iter().map(|&word| word.to_owned()).collect(),
            category: String::new(),
            resource_ids: Vec::new(),
            audience: Audience::Staff,
            unit_id: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            owner_id: None,
            review_on: None,
        }
    }

    fn matched(asked_for: &str, one: &ArticleDraft) -> f64 {
        let (asked, kept) = (asked(asked_for), kept("KB-7", one));
        let terms = asked.iter().filter(|term| kept.contains_key(*term)).count();
        likeness(asked.len(), u32::try_from(terms).unwrap())
    }

    #[test]
    fn terms_are_words_that_say_something_and_pairs_of_characters() {
        assert_eq!(terms("The VPN 无法连接 to HQ, a"), ["vpn", "无法", "法连", "连接", "hq"]);
        assert!(terms(" ,。 a 网 to").is_empty());
        assert_eq!(terms("vpn VPN vpn"), ["vpn"], "each once");
        assert!(terms(&"x".repeat(41)).is_empty(), "nobody looks for that");
    }

    #[test]
    fn what_is_asked_in_other_words_is_found_and_what_is_something_else_is_not() {
        let printer = draft("打印机无法打印", &["printer"], "重启后台打印服务");
        assert!(matched("三楼的打印机不能打印了", &printer) >= LEAST);
        assert!(matched("prin", &printer) >= LEAST, "the beginning of a word");
        assert!(matched("申请开通邮箱", &printer) < LEAST);
        assert!(matched("kb-7", &printer) >= LEAST, "its number");
        assert!(matched("KB-70", &printer) < LEAST);
    }

    #[test]
    fn title_says_more_than_answer_and_terms_have_an_end() {
        let one = draft("Printer jams", &[], &format!("printer tray {}", many_words()));
        let kept = kept("KB-7", &one);
        assert_eq!((kept["printer"], kept["print"], kept["tray"]), (8, 4, 1));
        assert_eq!(kept.len(), KEPT_MAX);
        assert_eq!(asked(&many_words()).len(), ASKED_MAX);
    }

    fn many_words() -> String {
        (0..5_000).map(|n| format!("word{n} ")).collect()
    }

    #[test]
    fn a_long_text_needs_no_more_than_some_of_the_terms() {
        let few = |terms| Match { id: terms, terms };
        assert_eq!(alike(24, vec![few(2), few(1)]), [(2, 0.25)]);
        assert_eq!(alike(2, vec![few(2), few(1)]), [(2, 1.0), (1, 0.5)]);
    }
}
