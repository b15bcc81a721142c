//! The number of a ticket in the subject of a mail, with a token that only those know whom we
//! wrote to: `[REQ-42 #k3f9x2ab] A keyboard`.

/// Letters that nobody mistakes for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
const TOKEN_CHARS: usize = 10;

/// A token of unpredictable bytes: 50 bits.
#[must_use]
pub(crate) fn token_of(secret: &[u8; 32]) -> String {
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
    secret.iter().take(TOKEN_CHARS).map(letter).collect()
}

/// A subject that says to which ticket it belongs.
#[must_use]
pub(crate) fn tagged(subject: &str, (number, token): (&str, &str), answers: bool) -> String {
    let re = if answers { "Re: " } else { "" };
    format!("{re}[{number} #{token}] {}", bare(subject))
}

/// A subject without what mail programs and we put before it.
#[must_use]
pub(crate) fn bare(subject: &str) -> &str {
    let mut rest = subject.trim();
    // Each round takes one away.
    loop {
        if let Some(after) = after_answer(rest).or_else(|| after_tag(rest)) {
            rest = after.trim_start();
        } else {
            return rest;
        }
    }
}

/// What follows the word by which mail programs say that a mail is an answer.
fn after_answer(subject: &str) -> Option<&str> {
    let (word, after) = subject.split_once([':', '：'])?;
    let word = word.trim();
    let answers = ["re", "aw", "sv", "回复", "答复", "回覆", "回復"];
    answers.iter().any(|one| one.eq_ignore_ascii_case(word)).then_some(after)
}

fn after_tag(subject: &str) -> Option<&str> {
    let (tag, after) = subject.strip_prefix('[')?.split_once(']')?;
    found(tag)?.1.map(|_| after)
}

/// The number and the token of the first ticket that a subject names; a number without a token
/// where there is none with.
#[must_use]
pub(crate) fn found(subject: &str) -> Option<(String, Option<String>)> {
    let words: Vec<&str> = subject
        .split(|one: char| one.is_whitespace() || "[]()（）【】,，:：".contains(one))
        .filter(|word| !word.is_empty())
        .collect();
    let tagged = words.windows(2).find_map(|two| {
        let token = two[1].strip_prefix('#').filter(|token| is_token(token))?;
        is_number(two[0]).then(|| (two[0].to_ascii_uppercase(), Some(token.to_owned())))
    });
    let plain = || words.iter().find(|word| is_number(word));
    tagged.or_else(|| plain().map(|word| (word.to_ascii_uppercase(), None)))
}

fn is_token(word: &str) -> bool {
    word.len() == TOKEN_CHARS && word.bytes().all(|byte| LETTERS.contains(&byte))
}

/// Whether a word may be the number of a ticket: `REQ-42`.
fn is_number(word: &str) -> bool {
    word.split_once('-').is_some_and(|(prefix, digits)| {
        (1..=8).contains(&prefix.len())
            && prefix.bytes().all(|byte| byte.is_ascii_alphabetic())
            && (1..=12).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_carry_the_number_with_its_token() {
        let token = token_of(&[7; 32]);
        let subject = tagged("Re: 键盘损坏", ("REQ-42", &token), true);
        assert_eq!(subject, format!("Re: [REQ-42 #{token}] 键盘损坏"));
        // Answering an answer adds nothing.
        assert_eq!(tagged(&format!("回复：{subject}"), ("REQ-42", &token), true), subject);
        let both = Some(("REQ-42".to_owned(), Some(token.clone())));
        for subject in [
            subject.clone(),
            format!("答复: 【REQ-42 #{token}】键盘"),
            format!("FYI req-42 #{token}"),
        ] {
            assert_eq!(found(&subject), both, "{subject}");
        }
        assert_eq!(found("about REQ-42"), Some(("REQ-42".to_owned(), None)));
        assert_eq!(found("REQ-42 #short"), Some(("REQ-42".to_owned(), None)));
        assert_eq!(found("COVID-19x, A4-paper, no ticket"), None);
        assert_eq!(bare("Re: AW: 回复：x"), "x");
    }
}
