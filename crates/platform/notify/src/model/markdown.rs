//! The little Markdown that group robots read, and the length they take.

/// A message for a robot: the subject in bold, the text, the link.
///
/// Whatever came in by parameters must not make links, mentions or tags of its own: the signs that
/// would are replaced by their full-width twins, which read the same.
pub(crate) fn robot_markdown(
    subject: &str,
    text: &str,
    link: Option<&str>,
    link_title: &str,
    bytes_max: usize,
) -> String {
    let link = link.map(|link| format!("\n\n[{link_title}]({link})")).unwrap_or_default();
    let head = format!("**{}**\n\n", harmless(subject));
    let room = bytes_max.saturating_sub(head.len() + link.len());
    let body = harmless(text.trim_end()).replace('\n', "  \n");
    cut(&format!("{head}{}{link}", cut(&body, room)), bytes_max)
}

fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '<' => '＜',
            '>' => '＞',
            '[' => '［',
            ']' => '］',
            '*' => '＊',
            '`' => '｀',
            '@' => '＠',
            other => other,
        })
        .collect()
}

/// `text` in at most `bytes_max` bytes, cut between two characters, with a mark that it was cut.
pub(crate) fn cut(text: &str, bytes_max: usize) -> String {
    const MARK: &str = "…";
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let mut end = bytes_max.saturating_sub(MARK.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if bytes_max < MARK.len() { String::new() } else { format!("{}{MARK}", &text[..end]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_make_no_links_tags_or_mentions() {
        let hostile = "[free](http://evil) <font color=red> <@all> @all **x**";
        let said = robot_markdown(hostile, hostile, Some("https://ops/alerts/1"), "Open", 4_096);
        assert_eq!(said.matches("](").count(), 1, "only our own link: {said}");
        assert!(!said.contains('<') && !said.contains('@'));
        assert!(said.ends_with("[Open](https://ops/alerts/1)"));
    }

    #[test]
    fn long_texts_are_cut_between_characters_and_keep_their_link() {
        let said = robot_markdown("告警", &"盘".repeat(5_000), Some("https://ops/"), "详情", 2_048);
        assert!(said.len() <= 2_048);
        assert!(said.ends_with("[详情](https://ops/)"));
        assert!(said.contains('…'));
        for limit in 0..20 {
            assert!(cut("检查检查检查检查", limit).len() <= limit, "{limit}");
        }
    }
}
