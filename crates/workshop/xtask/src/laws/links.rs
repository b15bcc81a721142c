//! Every relative link in a Markdown file leads somewhere.

use crate::breach::Breach;
use crate::house::House;
use crate::pattern::pattern;
use crate::tree::extension;

const LAW: &str = "links";

/// Checks `[text](target)`, `![text](target)`, `[name]: target`, `href` and `src`.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let patterns = [
        r"\]\(\s*<?([^)>\s]+)",
        r"^\s{0,3}\[[^\]]+\]:\s+<?([^>\s]+)",
        r#"\b(?:href|src)="([^"]+)""#,
    ]
    .map(pattern);
    let mut breaches = Vec::new();
    for (path, text) in house.tree.texts() {
        if extension(path) != "md" {
            continue;
        }
        for (at, line) in prose(text).iter().enumerate() {
            let found = patterns.iter().flat_map(|pattern| pattern.captures_iter(line));
            for target in found.map(|capture| capture[1].to_owned()) {
                if !leads_somewhere(house, path, &target) {
                    let what = format!("`{target}` leads nowhere: mend the link");
                    breaches.push(Breach::new(LAW, path, at + 1, what));
                }
            }
        }
    }
    breaches
}

/// The lines of a document, with blocks and spans of code emptied.
fn prose(text: &str) -> Vec<String> {
    let span = pattern(r"`[^`]*`");
    let mut in_block = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        in_block ^= fence;
        let emptied = in_block || fence;
        lines.push(if emptied { String::new() } else { span.replace_all(line, "``").into_owned() });
    }
    lines
}

fn leads_somewhere(house: &House, from: &str, target: &str) -> bool {
    let outside = target.contains("://") || target.starts_with("mailto:");
    let file = target.split(['#', '?']).next().unwrap_or_default();
    if outside || file.is_empty() {
        return true;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> =
        if file.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none_or(str::is_empty) {
                    return false;
                }
            }
            name => parts.push(name),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.is_empty() || house.tree.has(&parts.join("/"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::tree::Tree;

    fn checked(text: &str) -> String {
        let tree =
            Tree::of(&[("docs/a.md", text), ("README.md", ""), ("docs/pictures/home.png", "")]);
        listed(&check(&House { tree, crates: Vec::new() }))
    }

    #[test]
    fn links_to_what_is_there_are_lawful() {
        let text = "[up](../README.md) [top](../) ![home](pictures/home.png \"Home\")\n\
            [self](#part) [out](https://example.org/x) [root](/README.md#words) [dir](pictures/)\n\
            [a]: ../README.md\n`[code](nowhere.md)`\n```\n[code](nowhere.md)\n```\n";
        assert_eq!(checked(text), "");
    }

    #[test]
    fn links_to_nowhere_are_breaches() {
        let text = "[x](gone.md)\n[y](../../README.md) <img src=\"gone.png\">\n[z]: ../gone\n";
        expect![[r#"
            docs/a.md:1: links: `gone.md` leads nowhere: mend the link
            docs/a.md:2: links: `../../README.md` leads nowhere: mend the link
            docs/a.md:2: links: `gone.png` leads nowhere: mend the link
            docs/a.md:3: links: `../gone` leads nowhere: mend the link
        "#]]
        .assert_eq(&checked(text));
    }
}
