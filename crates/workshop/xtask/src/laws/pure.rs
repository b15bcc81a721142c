//! Decisions are pure: `model/` holds plain functions over plain data.

use crate::breach::Breach;
use crate::house::{House, Wing};
use crate::pattern::pattern;
use crate::rust_text::RustText;
use crate::tree::extension;

const LAW: &str = "pure";

/// What has no place in a model, and why.
const IMPURE: [(&str, &str); 5] = [
    (r"\basync\b|\.await\b", "it waits: waiting is for actions"),
    (r"\b(?:sqlx|db)::|\bTx\b", "it knows the records: store/ and actions/ do"),
    (r"\b(?:tokio|axum|reqwest|hyper)::", "it knows a framework: the edge does"),
    (r"\bstd::(?:env|fs|net::(?:Tcp|Udp)|process|thread)\b", "it touches the machine"),
    (r"\bdyn\s+Clock\b|\bnow\(\)", "it asks what time it is: take the time as an argument"),
];

/// Checks every file in a room called `model`.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let impure = IMPURE.map(|(text, why)| (pattern(text), why));
    let mut breaches = Vec::new();
    for krate in &house.crates {
        if !matches!(krate.wing(), Some(Wing::Platform | Wing::Subsystem)) {
            continue;
        }
        let room = format!("{}/src/model", krate.folder);
        for (path, text) in house.tree.texts() {
            let inside = path.strip_prefix(&room).is_some_and(|rest| rest.starts_with(['/', '.']));
            let for_tests = path.ends_with("tests.rs");
            if !inside || for_tests || extension(path) != "rs" {
                continue;
            }
            let parts = RustText::new(text);
            let shipped = parts.code.lines().take(parts.first_test_line() - 1).enumerate();
            for (at, line) in shipped {
                let broken = impure.iter().filter(|(pattern, _)| pattern.is_match(line));
                breaches.extend(broken.map(|(_, why)| {
                    Breach::new(LAW, path, at + 1, format!("a model is pure, and {why}"))
                }));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::house::tests::crate_at;
    use crate::tree::Tree;

    fn checked(files: &[(&str, &str)]) -> String {
        let crates = vec![crate_at("crates/platform/probe", 6, &[])];
        listed(&check(&House { tree: Tree::of(files), crates }))
    }

    #[test]
    fn plain_functions_over_plain_data_are_lawful() {
        let text = "// async words in a comment\nuse tsdb::Sample;\nconst A: &str = \"now()\";\n\
            fn decide(now: Time) -> Decision { at(now) }\n#[cfg(test)]\nmod tests { async fn f() {} }\n";
        assert_eq!(
            checked(&[
                ("crates/platform/probe/src/model/state.rs", text),
                ("crates/platform/probe/src/actions.rs", "async fn f() {}\n"),
            ]),
            ""
        );
    }

    #[test]
    fn waiting_records_frameworks_machine_and_clock_are_breaches() {
        let text = "async fn f(tx: &mut Tx) {}\nuse tokio::sync::Mutex;\nuse std::fs;\n\
            fn g(clock: &dyn Clock) {}\nuse db::DbError;\n";
        expect![[r#"
            crates/platform/probe/src/model.rs:1: pure: a model is pure, and it waits: waiting is for actions
            crates/platform/probe/src/model.rs:1: pure: a model is pure, and it knows the records: store/ and actions/ do
            crates/platform/probe/src/model.rs:2: pure: a model is pure, and it knows a framework: the edge does
            crates/platform/probe/src/model.rs:3: pure: a model is pure, and it touches the machine
            crates/platform/probe/src/model.rs:4: pure: a model is pure, and it asks what time it is: take the time as an argument
            crates/platform/probe/src/model.rs:5: pure: a model is pure, and it knows the records: store/ and actions/ do
        "#]]
        .assert_eq(&checked(&[("crates/platform/probe/src/model.rs", text)]));
    }
}
