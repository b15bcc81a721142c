use pinyin::ToPinyin;

/// The pinyin of the Chinese characters in `text` and the initials of that, each followed by a
/// blank: `wangxiaoming wxm `. Empty when there are none.
pub(crate) fn spelled(text: &str) -> String {
    let syllables: Vec<&str> = text.to_pinyin().flatten().map(pinyin::Pinyin::plain).collect();
    if syllables.is_empty() {
        return String::new();
    }
    let initials: String = syllables.iter().filter_map(|s| s.chars().next()).collect();
    format!("{} {initials} ", syllables.concat())
}
