mod golden;

use super::{Pattern, PatternError, texts};
use proptest::prelude::*;
use regex::Regex;

#[test]
fn patterns_match_what_go_matches() {
    let mut wrong = Vec::new();
    for (text, matching, others) in golden::TAKEN {
        let pattern = Pattern::whole(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let all = matching.iter().map(|subject| (subject, true));
        for (subject, matches) in all.chain(others.iter().map(|subject| (subject, false))) {
            if pattern.is_match(subject) != matches {
                wrong.push(format!("{text:?} on {subject:?}: {}", !matches));
            }
            let listed = texts(text).map(|texts| texts.iter().any(|text| **text == **subject));
            if listed.is_some_and(|listed| listed != matches) {
                wrong.push(format!("list {text:?} on {subject:?}: {}", !matches));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn patterns_are_refused_in_the_words_of_go() {
    let mut wrong = Vec::new();
    for (text, said) in golden::REFUSED {
        let expected = format!("error parsing regexp: {said}");
        for read in [Pattern::whole(text), Pattern::anywhere(text)] {
            let found = read.map_or_else(|error| error.to_string(), |_| "taken".to_owned());
            if found != expected {
                wrong.push((text, expected.clone(), found));
            }
        }
        assert_eq!(texts(text), None, "{text:?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn refused(read: Result<Pattern, PatternError>) -> String {
    read.map_or_else(|error| error.to_string(), |_| "taken".to_owned())
}

#[test]
fn what_is_too_much_is_refused_at_once() {
    let large = "error parsing regexp: expression too large: `";
    let deep = "error parsing regexp: expression nests too deeply: `";
    for (pattern, said) in [
        (format!("{}x{}", "(".repeat(500), ")".repeat(500)), deep),
        (format!("{}x{}", "(".repeat(2000), ")".repeat(2000)), deep),
        (format!("a*{}", "(?i)*".repeat(2000)), deep),
        (r"\pL{1000}".to_owned(), large),
        (format!("{}.", "a".repeat(300_000)), large),
        ("[[:x]".repeat(50_000), large),
        (r"(?i)\p{L}".repeat(25_000), large),
    ] {
        let found = refused(Pattern::whole(&pattern));
        assert!(found.starts_with(said), "{found}");
        assert!(found.chars().count() < 300);
    }
    assert_eq!(refused(Pattern::whole(&"{1".repeat(1000))), "taken");
    for pattern in ["a{1000}", "(a{10}){100}", "(?:a{1000}){0,1}"] {
        let pattern = Pattern::whole(pattern).unwrap();
        assert!(pattern.is_match(&"a".repeat(1000)) && !pattern.is_match(&"a".repeat(999)));
    }
}

#[test]
fn a_dot_is_no_line_feed_where_any_part_may_match() {
    let pattern = Pattern::anywhere("a.b|^c$").unwrap();
    assert!(pattern.is_match("xaxbx") && pattern.is_match("c"));
    assert!(!pattern.is_match("a\nb") && !pattern.is_match("c\n"));
    assert!(Pattern::whole("a.b").unwrap().is_match("a\nb"));
}

/// Source: Go, `TestExpand` of what such templates mean; `${1}x` and leading zeros are told there.
#[test]
fn templates_are_filled_in_as_in_go() {
    let pattern = Pattern::whole("(?P<first>[a-z]+)-(?<2nd>[0-9]+)(x)?").unwrap();
    let found = pattern.captures("web-07").unwrap();
    for (template, filled) in [
        ("$1", "web"),
        ("$2/$1/$0", "07/web/web-07"),
        ("$1x", ""),
        ("${1}x", "webx"),
        ("$first.${2nd}", "web.07"),
        ("$2nd", "07"),
        ("$3|$4|$none|${none}", "|||"),
        ("$01", ""),
        ("$$1", "$1"),
        ("$", "$"),
        ("a$-$ ${ ${1 ${1-} $é", "a$-$ ${ ${1 ${1-} "),
        ("$99999999999999999999", ""),
    ] {
        let mut to = String::new();
        pattern.expand(&found, template, &mut to);
        assert_eq!(to, filled, "{template}");
    }
    let twice = Pattern::whole("(?P<n>a)|(?P<n>b)").unwrap();
    let mut to = String::new();
    twice.expand(&twice.captures("b").unwrap(), "$n", &mut to);
    assert_eq!(to, "b");
}

#[test]
fn every_match_is_replaced() {
    let replaced = |pattern: &str, text: &str, template: &str| {
        Pattern::anywhere(pattern).unwrap().replace_all(text, template).into_owned()
    };
    assert_eq!(replaced(r"(\w+)@(\w+)", "a@b, é@c d@e", "$2.$1"), "b.a, é@c e.d");
    assert_eq!(replaced("a*", "baac", "x"), "xbxcx");
    assert_eq!(replaced(r"\b", "é a", "|"), "é |a|");
}

#[test]
fn lists_are_written_out() {
    for (pattern, listed) in [
        ("", &[""][..]),
        ("b|a|b", &["a", "b"]),
        ("(a|)x", &["ax", "x"]),
        (r"node-(?:1|2)\.(de|com)", &["node-1.com", "node-1.de", "node-2.com", "node-2.de"]),
        ("砥柱|é", &["é", "砥柱"]),
    ] {
        let texts = texts(pattern).unwrap();
        assert_eq!(texts.iter().map(|text| &**text).collect::<Vec<_>>(), listed, "{pattern}");
    }
    let many = "(a|b|c|d|e|f|g|h|i|j)".repeat(4);
    let empty = format!("({}){}", "|".repeat(90_000), "()".repeat(1000));
    let deep = format!("{}a{}", "(".repeat(100), ")".repeat(100));
    for pattern in [&many, &empty, &deep, "a.b", r"\d", r"\n", "(?i)a", "(?i:a)", "a{2}", "[a]"] {
        assert_eq!(texts(pattern), None, "{}", &pattern[..3]);
    }
}

proptest! {
    #[test]
    fn no_pattern_makes_it_stumble(
        pattern in r"([\[\](){}|*+?^$.\\:,&~<>iPpQEdDwWsSbBxUmz0-9a-c砥é ]|\PC){0,40}",
        subject in ".{0,20}",
    ) {
        if let Ok(whole) = Pattern::whole(&pattern) {
            let matches = whole.is_match(&subject);
            if let Some(texts) = texts(&pattern) {
                prop_assert_eq!(matches, texts.iter().any(|text| **text == *subject));
                prop_assert!(texts.iter().all(|text| whole.is_match(text)));
            }
            let mut to = String::new();
            if let Some(found) = whole.captures(&subject) {
                whole.expand(&found, &pattern, &mut to);
            }
        } else {
            prop_assert!(texts(&pattern).is_none());
        }
        let _ = Pattern::anywhere(&pattern).map(|part| part.replace_all(&subject, &pattern).len());
    }

    /// What both read alike, both match alike.
    #[test]
    fn the_common_part_is_as_before(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", "b", "c", "x", "-", r"\.", "[a-c]", "[^ab]", ".", "(a|b)", "(?:ab|c)", "(|x)",
                "a*", "b+", "c?", "(ab)*", "(?i:aB)", "a{1,2}", "[[:digit:]]", "1", "|", "^", "$",
            ]),
            0..8,
        ),
        subject in "[a-cxAB1.\n-]{0,8}",
    ) {
        let pattern = parts.concat();
        let ours = Pattern::whole(&pattern).unwrap();
        let theirs = Regex::new(&format!("^(?s:{pattern})$")).unwrap();
        prop_assert_eq!(ours.is_match(&subject), theirs.is_match(&subject), "{}", pattern);
        let groups = |found: Option<regex::Captures<'_>>| -> Option<Vec<Option<String>>> {
            Some(found?.iter().map(|group| Some(group?.as_str().to_owned())).collect())
        };
        prop_assert_eq!(groups(ours.captures(&subject)), groups(theirs.captures(&subject)));
    }
}
