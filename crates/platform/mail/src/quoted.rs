//! What somebody wrote, without what they wrote it under.

/// A line that begins with this is quoted.
const QUOTE: [char; 2] = ['>', '＞'];
/// What programs put before the mail that is answered, at the beginning of a line.
const SEPARATORS: [&str; 10] = [
    "-----original message-----",
    "----- original message -----",
    "---original---",
    "-------- forwarded message",
    "-----原始邮件-----",
    "----- 原始邮件 -----",
    "------------------ 原始邮件",
    "------------------ original",
    "-------- 转发的消息",
    "________________________________",
];
/// What begins the head of a mail that is answered, by language: Outlook repeats it in the text.
const HEADS: [(&str, &[&str]); 3] = [
    ("from:", &["sent:", "date:", "to:", "subject:"]),
    ("发件人", &["发送时间", "日期", "收件人", "主题"]),
    ("寄件者", &["寄件日期", "日期", "收件者", "主旨"]),
];
/// The lines after the first of such a head in which the others are.
const HEAD_LINES: usize = 5;

/// The text without the mails that it answers, and whether there were any. All of it where nothing
/// else is left: somebody who answers below each line has quoted everything on purpose.
#[must_use]
pub fn without_quotes(text: &str) -> (String, bool) {
    let lines: Vec<&str> = text.lines().collect();
    let mut end = (0..lines.len()).find(|at| begins_quote(&lines, *at)).unwrap_or(lines.len());
    // Quoted lines at the end; those in between are answered one by one.
    while end > 0 && is_quoted(lines[end - 1]) {
        end -= 1;
    }
    // The line that says who wrote it.
    while end > 0 && (lines[end - 1].trim().is_empty() || introduces(lines[end - 1])) {
        end -= 1;
    }
    let kept = lines[..end].join("\n").trim().to_owned();
    let all = text.trim();
    if kept.is_empty() || kept.len() == all.len() {
        return (all.to_owned(), false);
    }
    (kept, true)
}

fn is_quoted(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with(QUOTE)
}

fn begins_quote(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim().to_lowercase();
    if SEPARATORS.iter().any(|one| line.starts_with(one)) {
        return true;
    }
    let bare = line.trim_start_matches(['*', '>', ' ']);
    HEADS.iter().any(|(first, others)| {
        bare.starts_with(first)
            && lines[at + 1..].iter().take(HEAD_LINES).any(|next| {
                let next = next.trim().trim_start_matches(['*', '>', ' ']).to_lowercase();
                others.iter().any(|other| next.starts_with(other))
            })
    }) || (introduces(lines[at]) && lines[at + 1..].iter().all(|next| is_quoted(next)))
}

/// `On Monday somebody wrote:`, `某人于某日写道：`.
fn introduces(line: &str) -> bool {
    let line = line.trim();
    let colon = line.ends_with(':') || line.ends_with('：');
    let wrote = ["wrote", "写道", "寫道", "编写", "schrieb", "a écrit"];
    colon && wrote.iter().any(|one| line.contains(one)) && line.chars().count() < 300
}

#[cfg(test)]
mod tests {
    use super::without_quotes;

    #[test]
    fn what_is_answered_is_left_out_and_what_is_said_is_not() {
        for (text, kept) in [
            ("好了，谢谢\n\n在 2026年9月21日，服务台写道：\n> 请重启\n> 再试\n", "好了，谢谢"),
            ("Works.\n\nOn Mon, 21 Sep 2026, Desk wrote:\n> Try again\n", "Works."),
            ("可以\n\n-----原始邮件-----\n发件人: a@b\n请重启", "可以"),
            (
                "可以了\n\n发件人: 服务台\n发送时间: 2026年9月21日\n收件人: 王芳\n主题: x\n\n旧文",
                "可以了",
            ),
            ("Yes\n\n________________________________\nFrom: Desk\nSent: Monday\n\nold", "Yes"),
            ("是的\n\n------------------ 原始邮件 ------------------\n发件人: x", "是的"),
        ] {
            assert_eq!(without_quotes(text), (kept.to_owned(), true), "{text}");
        }
        for text in [
            "> 一楼正常吗\n是\n> 二楼呢\n否",
            "> only quoted\n> lines",
            "From: my room I cannot print\nnothing else",
            "Plain text.",
            "",
        ] {
            assert_eq!(without_quotes(text), (text.to_owned(), false), "{text}");
        }
    }
}
