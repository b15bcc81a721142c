//! Every change of state is told by a fact, and only the rooms meant for it write.

use std::collections::{BTreeMap, BTreeSet};

use super::sql::is_shipped;
use crate::breach::Breach;
use crate::house::{Crate, House, Wing};
use crate::pattern::pattern;
use crate::rust_text::RustText;
use crate::tree::{extension, line_of};

const LAW: &str = "spine";
/// The mechanisms that changes and facts are made of.
const MECHANISMS: [&str; 2] = ["db", "journal"];
/// What stands in a function that changes records and tells nobody, with the reason.
const EXCUSE: &str = "no fact: ";
/// How a string starts that is a statement which writes.
const WRITING: &str = r"^\s*(?:INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\s";

/// Checks that writing statements stand in `store` rooms, that the rooms that only know, keep or
/// unpack begin no change, and that whatever commits one writes a fact.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let wings = [Wing::Platform, Wing::Subsystem, Wing::Roof];
    let crates = house.crates.iter().filter(|krate| {
        krate.wing().is_some_and(|wing| wings.contains(&wing))
            && !MECHANISMS.contains(&krate.word())
    });
    crates.flat_map(|krate| check_crate(house, krate)).collect()
}

fn check_crate(house: &House, krate: &Crate) -> Vec<Breach> {
    let sources = format!("{}/src/", krate.folder);
    let writing = pattern(WRITING);
    let mut breaches = Vec::new();
    let mut functions = Vec::new();
    for (path, text) in house.tree.texts() {
        if !path.starts_with(&sources) || extension(path) != "rs" || !is_shipped(path) {
            continue;
        }
        let parts = RustText::new(text);
        let tests_from = parts.first_test_line();
        let room = path[sources.len()..].split(['/', '.']).next().unwrap_or_default();
        // The roof has no rooms.
        if room != "store" && krate.wing() != Some(Wing::Roof) {
            let written = parts
                .strings
                .iter()
                .filter(|(line, sql)| *line < tests_from && writing.is_match(sql));
            breaches.extend(written.map(|(line, _)| {
                let what = "a statement that writes, outside of store/: put it there";
                Breach::new(LAW, path, *line, what)
            }));
        }
        for function in functions_of(path, &parts) {
            let begins = function.body.contains(".begin()") && function.line < tests_from;
            if begins && ["model", "store", "api"].contains(&room) {
                let what =
                    format!("a change begun in {room}/: only actions, reactions and jobs do");
                breaches.push(Breach::new(LAW, path, function.line, what));
            }
            if function.line < tests_from {
                functions.push(function);
            }
        }
    }
    breaches.extend(untold(&functions));
    breaches
}

/// A function with its body.
struct Function {
    path: String,
    line: usize,
    name: String,
    body: String,
    excused: bool,
}

fn functions_of(path: &str, parts: &RustText) -> Vec<Function> {
    let start = pattern(r"\bfn (\w+)");
    let mut found = Vec::new();
    for name in start.captures_iter(&parts.code) {
        let end_of_name = name.get(0).map_or(0, |whole| whole.end());
        let Some(body) = body_after(&parts.code[end_of_name..]) else { continue };
        let line = line_of(&parts.code, end_of_name);
        let lines = body.lines().count();
        let comments = parts.comments.lines().skip(line - 1).take(lines + 8);
        found.push(Function {
            path: path.to_owned(),
            line,
            name: name[1].to_owned(),
            body: body.to_owned(),
            excused: comments.into_iter().any(|comment| comment.contains(EXCUSE)),
        });
    }
    found
}

/// The text between the first brace and the one that closes it; nothing for a mere declaration.
fn body_after(code: &str) -> Option<&str> {
    let open = code.find(['{', ';'])?;
    let mut depth = 0_usize;
    for (at, c) in code[open..].char_indices() {
        match c {
            ';' if depth == 0 => return None,
            '{' => depth += 1,
            '}' if depth == 1 => return Some(&code[open..=open + at]),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Functions that commit a change and from which no fact is reached. Functions are told by their
/// names alone: of two with one name, either counts.
fn untold(functions: &[Function]) -> Vec<Breach> {
    let called = pattern(r"\b(\w+)(?:::<[^>]*>)?\(");
    let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for function in functions {
        let names = called.captures_iter(&function.body).filter_map(|found| found.get(1));
        calls.entry(&function.name).or_default().extend(names.map(|name| name.as_str()));
    }
    let mut telling: BTreeSet<&str> = BTreeSet::from(["append"]);
    loop {
        let more: Vec<&str> = calls
            .iter()
            .filter(|(name, calls)| !telling.contains(*name) && !calls.is_disjoint(&telling))
            .map(|(name, _)| *name)
            .collect();
        if more.is_empty() {
            break;
        }
        telling.extend(more);
    }
    let silent = functions.iter().filter(|function| {
        function.body.contains(".commit()")
            && !function.excused
            && !telling.contains(function.name.as_str())
    });
    silent
        .map(|function| {
            let what = format!(
                "`{}` commits a change and writes no fact: append one, or say why in a comment \
                 that begins with `{EXCUSE}`",
                function.name
            );
            Breach::new(LAW, &function.path, function.line, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::house::tests::crate_at;
    use crate::tree::Tree;

    const SRC: &str = "crates/platform/access/src";

    fn checked(files: &[(&str, &str)]) -> String {
        let paths: Vec<(String, &str)> =
            files.iter().map(|(path, text)| (format!("{SRC}/{path}"), *text)).collect();
        let files: Vec<(&str, &str)> =
            paths.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let crates = vec![crate_at("crates/platform/access", 5, &[])];
        listed(&check(&House { tree: Tree::of(&files), crates }))
    }

    #[test]
    fn a_change_that_writes_its_fact_is_lawful_however_it_is_reached() {
        let actions = "async fn rename(tx: Tx) -> Fact {\n    save(&mut tx).await?;\n    \
            tx.commit().await\n}\nasync fn save(tx: &mut Tx) {\n    note::<User>(tx)\n}\n\
            fn note<F>(tx: &mut Tx) { journal::append(tx, entry) }\n\
            async fn touch(tx: Tx) {\n    // no fact: when a session was last seen is no state.\n    \
            tx.commit().await\n}\ntrait Later { fn later(&self); }\n";
        let store = "const SET: &str = \"\n    UPDATE access_user SET name = $1 WHERE id = $2\";\n";
        assert_eq!(checked(&[("actions/users.rs", actions), ("store/users.rs", store)]), "");
    }

    #[test]
    fn silent_changes_and_writing_rooms_are_breaches() {
        let actions = "const SQL: &str = \"INSERT INTO access_user (id) VALUES ($1)\";\n\
            async fn rename(tx: Tx) {\n    save(&mut tx).await?;\n    tx.commit().await\n}\n\
            async fn save(tx: &mut Tx) {}\n";
        let api = "async fn post(app: App) {\n    let tx = app.db.begin().await?;\n}\n\
            #[cfg(test)]\nmod tests { fn f() { tx.commit() } }\n";
        expect![[r#"
            crates/platform/access/src/actions/users.rs:1: spine: a statement that writes, outside of store/: put it there
            crates/platform/access/src/api.rs:1: spine: a change begun in api/: only actions, reactions and jobs do
            crates/platform/access/src/actions/users.rs:2: spine: `rename` commits a change and writes no fact: append one, or say why in a comment that begins with `no fact: `
        "#]]
        .assert_eq(&checked(&[("actions/users.rs", actions), ("api.rs", api)]));
    }

    #[test]
    fn the_mechanisms_themselves_may_write() {
        let crates = vec![crate_at("crates/platform/journal", 2, &[])];
        let tree = Tree::of(&[(
            "crates/platform/journal/src/batch.rs",
            "const SQL: &str = \"INSERT INTO journal_row (seq) VALUES (1)\";\n",
        )]);
        assert_eq!(check(&House { tree, crates }), []);
    }
}
