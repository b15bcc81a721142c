//! SQL in Rust: the common subset, always a limit, only tables of one's own.

use crate::breach::Breach;
use crate::house::{House, Wing};
use crate::pattern::pattern;
use crate::rust_text::RustText;
use crate::tree::{extension, line_of};

const LAW: &str = "sql";
/// Where the few fragments live that differ between the databases.
const DIALECT: &str = "crates/platform/db/src/dialect";

/// Words that one of the databases lacks or reads differently, and what to write instead.
const NOT_COMMON: [(&str, &str, &str); 8] = [
    (r"(?i)\bnow\(\)", "now()", "take the time as an argument"),
    (r"(?i)\bCURRENT_(?:TIMESTAMP|TIME|DATE)\b", "CURRENT_…", "take the time as an argument"),
    (r"(?i)\b(?:date|time|datetime|julianday|unixepoch|strftime)\(", "datetime(", "time is BIGINT"),
    (r"(?i)\bBOOLEAN\b", "BOOLEAN", "use BIGINT 0 or 1"),
    (r"(?i)\brandom\(\)", "random()", "chance comes from `kernel::Ids`"),
    (r"(?i)\bOFFSET\b", "OFFSET", "page by key"),
    (r"(?i)\bSELECT\s+(?:\w+\.)?\*", "SELECT *", "list the columns"),
    (r"(?i)\bAUTOINCREMENT\b", "AUTOINCREMENT", "ids come from `kernel::Ids`"),
];

/// How a string starts that is an SQL statement.
const STATEMENT: &str = r"(?x)^\s*(?:--[^\n]*\n\s*)*
    (?:SELECT|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|WITH\s+\w+\s+AS)\s";

/// A query that cannot return many rows: it counts, or asks whether there is one.
const ONE_ROW: &str =
    r"(?is)^\s*SELECT\s+(?:(?:COALESCE\()?\s*(?:COUNT|SUM|MIN|MAX|AVG|TOTAL)\(|EXISTS\s*\(|1\b)";

/// Comments in a query that stand for its limit: it asks by a whole key; its rows are few for the
/// reason given; or it is a beginning to which filters and a limit are added.
const EXCUSES: [&str; 3] = ["-- one row", "-- all rows: ", "-- limit follows"];

/// Checks every string in shipped Rust code that is an SQL statement.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let statement = pattern(STATEMENT);
    let mut breaches = Vec::new();
    for (path, text) in house.tree.texts() {
        if extension(path) != "rs" || !is_shipped(path) || path.starts_with(DIALECT) {
            continue;
        }
        let parts = RustText::new(text);
        let tests_from = parts.first_test_line();
        for (line, sql) in parts.strings.iter().filter(|(line, _)| *line < tests_from) {
            if statement.is_match(sql) {
                let wrong = check_statement(house, path, sql).into_iter();
                breaches
                    .extend(wrong.map(|(at, what)| Breach::new(LAW, path, line + at - 1, what)));
            }
        }
    }
    breaches
}

/// Whether the file is part of the product, and not of its tests or of the workshop.
pub(super) fn is_shipped(path: &str) -> bool {
    let for_tests = ["/tests/", "/benches/", "/workshop/"];
    !for_tests.iter().any(|part| path.contains(part)) && !path.ends_with("/tests.rs")
}

/// What is wrong with one statement, by its line.
fn check_statement(house: &House, path: &str, text: &str) -> Vec<(usize, String)> {
    let sql = without_comments(text);
    let mut wrong = not_in_the_common_subset(&sql);
    if !is_bounded(text, &sql) {
        let what = "a SELECT without LIMIT: add one, or one of the comments that STYLE.md names";
        wrong.push((1, what.to_owned()));
    }
    wrong.extend(tables_of_others(house, path, &sql));
    wrong
}

/// Whether the number of rows has a limit that can be seen in the text.
fn is_bounded(text: &str, sql: &str) -> bool {
    let one_row = pattern(ONE_ROW);
    let grouped = pattern(r"(?i)\bGROUP\s+BY\b");
    let limit = pattern(r"(?i)\bLIMIT\b");
    let first = sql.split_whitespace().next().unwrap_or_default();
    let reads = first == "SELECT" || first == "WITH";
    !reads
        || limit.is_match(sql)
        || (one_row.is_match(sql) && !grouped.is_match(sql))
        || EXCUSES.iter().any(|excuse| text.contains(excuse))
}

/// No join and no write crosses into the tables of another crate.
fn tables_of_others(house: &House, path: &str, sql: &str) -> Vec<(usize, String)> {
    let table = pattern(r"(?i)\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z]+)_\w+");
    let owned = |word: &str| {
        let wings = [Some(Wing::Platform), Some(Wing::Subsystem)];
        house.crates.iter().find(|krate| krate.word() == word && wings.contains(&krate.wing()))
    };
    let mut wrong = Vec::new();
    for found in table.captures_iter(sql) {
        let Some(other) = owned(&found[1]) else { continue };
        if !path.starts_with(&format!("{}/", other.folder)) {
            let what =
                format!("a table of `{}`: ask that crate, or keep what its facts say", other.name);
            wrong.push((line_of(sql, found.get(0).map_or(0, |whole| whole.start())), what));
        }
    }
    wrong
}

/// The words in `sql` that are not common to both databases, by their line.
pub(crate) fn not_in_the_common_subset(sql: &str) -> Vec<(usize, String)> {
    let mut wrong = Vec::new();
    for (text, word, instead) in NOT_COMMON {
        for found in pattern(text).find_iter(sql) {
            let what = format!("`{word}` is not in the common subset: {instead}");
            wrong.push((line_of(sql, found.start()), what));
        }
    }
    wrong
}

/// The text with its `--` comments blanked, line by line.
pub(crate) fn without_comments(sql: &str) -> String {
    let kept = sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    kept.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::house::tests::crate_at;
    use crate::tree::Tree;

    fn checked(path: &str, text: &str) -> String {
        let crates = vec![
            crate_at("crates/platform/jobs", 3, &[]),
            crate_at("crates/platform/journal", 3, &[]),
        ];
        listed(&check(&House { tree: Tree::of(&[(path, text)]), crates }))
    }

    #[test]
    fn bounded_common_own_sql_is_lawful() {
        let text = r#"
            const A: &str = "SELECT id FROM jobs_run WHERE id > $1 ORDER BY id LIMIT $2";
            const B: &str = "SELECT COUNT(*) FROM jobs_run";
            const C: &str = "SELECT id FROM jobs_run WHERE id = $1 -- one row";
            const D: &str = "SELECT id FROM jobs_kind -- all rows: one for each kind of job";
            const H: &str = "SELECT id FROM jobs_run -- limit follows";
            const E: &str = "INSERT INTO jobs_run (id) VALUES ($1) RETURNING id";
            const F: &str = "UPDATE available: now() or never";
            const G: &str = "SELECT MAX(at_us) FROM jobs_run";
        "#;
        assert_eq!(checked("crates/platform/jobs/src/store.rs", text), "");
    }

    #[test]
    fn every_unlawful_statement_is_a_breach() {
        let text = "
const A: &str = \"
    SELECT id
    FROM jobs_run
    WHERE at < now() AND done = CAST(1 AS BOOLEAN)\";
const B: &str = \"DELETE FROM journal_fact WHERE at < CURRENT_TIMESTAMP\";
const C: &str = r#\"SELECT * FROM jobs_run LIMIT 1 OFFSET $1\"#;
const D: &str = \"SELECT COUNT(*), kind FROM jobs_run GROUP BY kind\";
const E: &str = \"UPDATE jobs_run SET at = datetime('x')\";
";
        expect![[r#"
            crates/platform/jobs/src/store.rs:5: sql: `now()` is not in the common subset: take the time as an argument
            crates/platform/jobs/src/store.rs:5: sql: `BOOLEAN` is not in the common subset: use BIGINT 0 or 1
            crates/platform/jobs/src/store.rs:2: sql: a SELECT without LIMIT: add one, or one of the comments that STYLE.md names
            crates/platform/jobs/src/store.rs:6: sql: `CURRENT_…` is not in the common subset: take the time as an argument
            crates/platform/jobs/src/store.rs:6: sql: a table of `journal`: ask that crate, or keep what its facts say
            crates/platform/jobs/src/store.rs:7: sql: `OFFSET` is not in the common subset: page by key
            crates/platform/jobs/src/store.rs:7: sql: `SELECT *` is not in the common subset: list the columns
            crates/platform/jobs/src/store.rs:8: sql: a SELECT without LIMIT: add one, or one of the comments that STYLE.md names
            crates/platform/jobs/src/store.rs:9: sql: `datetime(` is not in the common subset: time is BIGINT
        "#]]
        .assert_eq(&checked("crates/platform/jobs/src/store.rs", text));
    }

    #[test]
    fn tests_and_the_dialect_may_ask_as_they_like() {
        let text = "const A: &str = \"SELECT name FROM jobs_run\";";
        assert_eq!(checked("crates/platform/jobs/tests/it/main.rs", text), "");
        assert_eq!(checked("crates/platform/db/src/dialect.rs", text), "");
        let inside = format!("#[cfg(test)]\nmod tests {{ {text} }}");
        assert_eq!(checked("crates/platform/jobs/src/store.rs", &inside), "");
    }
}
