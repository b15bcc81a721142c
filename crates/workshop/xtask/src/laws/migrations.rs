//! Migrations go forward, one after another, each in its own crate's tables.

use std::collections::BTreeMap;

use regex::Regex;

use super::sql::{not_in_the_common_subset, without_comments};
use crate::breach::Breach;
use crate::house::{Crate, House};
use crate::pattern::pattern;
use crate::tree::{file_name, line_of};

const LAW: &str = "migrations";

/// Statements that name a table; the name is the one capture.
const TABLES: &str = r#"(?ix)\b(?:
    (?:CREATE|ALTER|DROP)\s+(?:VIRTUAL\s+)?TABLE | INSERT\s+INTO | UPDATE | DELETE\s+FROM | REFERENCES
  | CREATE\s+VIEW | FROM | JOIN
  | CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?\w+\s+ON
  | CREATE\s+TRIGGER\s+(?:IF\s+NOT\s+EXISTS\s+)?\w+\s+(?:BEFORE|AFTER)\s+(?:INSERT|UPDATE|DELETE)\s+ON
  )\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?"?(\w+)"#;

/// Checks the numbers, the reasons, the tables and the words of every crate's migrations.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let tables = pattern(TABLES);
    let mut breaches = Vec::new();
    let mut of_folder: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, text) in house.tree.texts() {
        if !path.ends_with(".sql") {
            continue;
        }
        let Some((folder, name)) = path.rsplit_once('/') else { continue };
        let Some(krate) = owner(house, folder) else {
            let what = "SQL outside a crate's migrations/: keep it beside the function that asks";
            breaches.push(Breach::new(LAW, path, 1, what));
            continue;
        };
        of_folder.entry(folder).or_default().push(name);
        breaches.extend(check_text(krate, path, text, &tables));
    }
    breaches.extend(of_folder.iter().flat_map(|(folder, names)| numbers(folder, names)));
    breaches
}

/// The crate whose migrations are in `folder`.
fn owner<'h>(house: &'h House, folder: &str) -> Option<&'h Crate> {
    let grounds = folder.strip_suffix("/migrations")?;
    house.crates.iter().find(|krate| krate.folder == grounds)
}

fn check_text(krate: &Crate, path: &str, text: &str, tables: &Regex) -> Vec<Breach> {
    let mut breaches = Vec::new();
    if !text.starts_with("--") {
        let what = "no reason: begin with a comment that says why this migration exists";
        breaches.push(Breach::new(LAW, path, 1, what));
    }
    let word = krate.word();
    let sql = without_comments(text);
    for found in tables.captures_iter(&sql) {
        let table = &found[1];
        let own = table == word || table.strip_prefix(word).is_some_and(|t| t.starts_with('_'));
        // `DO UPDATE SET`, `BEFORE UPDATE ON` and `ON UPDATE CASCADE` name no table there.
        let keyword = ["SET", "ON", "OF", "CASCADE", "RESTRICT", "NO"]
            .iter()
            .any(|k| table.eq_ignore_ascii_case(k));
        if !own && !keyword {
            let what = format!("table `{table}` is not of this crate: name it `{word}_…`");
            let line = line_of(&sql, found.get(1).map_or(0, |name| name.start()));
            breaches.push(Breach::new(LAW, path, line, what));
        }
    }
    for (line, what) in not_in_the_common_subset(&sql) {
        breaches.push(Breach::new(LAW, path, line, what));
    }
    breaches
}

/// `names` in order must be 0001_…, 0002_… and so on.
fn numbers(folder: &str, names: &[&str]) -> Vec<Breach> {
    let shape = pattern(r"^\d{4}_[a-z0-9_]+\.sql$");
    let mut breaches = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let expected = format!("{:04}_", at + 1);
        if !shape.is_match(name) || !name.starts_with(&expected) {
            let what = format!(
                "`{}` should be `{expected}what.sql`: numbers have no gaps and no doubles",
                file_name(name)
            );
            breaches.push(Breach::new(LAW, &format!("{folder}/{name}"), 1, what));
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
        let crates = vec![crate_at("crates/platform/journal", 3, &[])];
        listed(&check(&House { tree: Tree::of(files), crates }))
    }

    #[test]
    fn numbered_reasoned_and_own_is_lawful() {
        let first = "-- Facts, in order.\nCREATE TABLE journal_fact (seq BIGINT PRIMARY KEY);\n\
            CREATE UNIQUE INDEX IF NOT EXISTS journal_fact_by_seq ON journal_fact (seq);\n\
            INSERT INTO journal_fact (seq) VALUES (1) ON CONFLICT (seq) DO UPDATE SET seq = 2;\n";
        let files = [
            ("crates/platform/journal/migrations/0001_fact.sql", first),
            ("crates/platform/journal/migrations/0002_more.sql", "-- More room for words.\n"),
        ];
        assert_eq!(checked(&files), "");
    }

    #[test]
    fn strange_tables_gaps_and_missing_reasons_are_breaches() {
        let strange = "CREATE TABLE access_user (id TEXT REFERENCES journal_fact (seq));\n\
            -- DROP TABLE access_role;\nALTER TABLE\n  journals ADD COLUMN on_call BOOLEAN;\n";
        let files = [
            ("crates/platform/journal/migrations/0002_user.sql", strange),
            ("crates/platform/journal/src/hidden.sql", "SELECT 1"),
        ];
        expect![[r#"
            crates/platform/journal/migrations/0002_user.sql:1: migrations: no reason: begin with a comment that says why this migration exists
            crates/platform/journal/migrations/0002_user.sql:1: migrations: table `access_user` is not of this crate: name it `journal_…`
            crates/platform/journal/migrations/0002_user.sql:4: migrations: table `journals` is not of this crate: name it `journal_…`
            crates/platform/journal/migrations/0002_user.sql:4: migrations: `BOOLEAN` is not in the common subset: use BIGINT 0 or 1
            crates/platform/journal/src/hidden.sql:1: migrations: SQL outside a crate's migrations/: keep it beside the function that asks
            crates/platform/journal/migrations/0002_user.sql:1: migrations: `0002_user.sql` should be `0001_what.sql`: numbers have no gaps and no doubles
        "#]]
        .assert_eq(&checked(&files));
    }
}
