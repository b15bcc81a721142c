//! Nothing is named after nothing.

use crate::breach::Breach;
use crate::house::House;
use crate::pattern::pattern;
use crate::rust_text::RustText;
use crate::tree::extension;

const LAW: &str = "names";
/// Names that say nothing, as a whole or as a part of a longer name (`time_utils`).
const EMPTY_PARTS: [&str; 8] =
    ["common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"];
/// Names that say nothing when they stand alone.
const EMPTY_WHOLES: [&str; 3] = ["base", "core", "shared"];

/// Checks the names of crates, folders, files and modules.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for krate in &house.crates {
        if is_empty(&krate.name) {
            breaches.push(Breach::new(LAW, &krate.manifest(), 1, advice("crate", &krate.name)));
        }
    }
    let module = pattern(r"\bmod\s+(\w+)\s*\{");
    for (path, text) in house.tree.texts() {
        if !path.starts_with("crates/") && !path.starts_with("web/") {
            continue;
        }
        for part in path.split('/') {
            let stem = part.split('.').next().unwrap_or(part);
            if is_empty(stem) {
                breaches.push(Breach::new(LAW, path, 1, advice("file or folder", stem)));
            }
        }
        if extension(path) == "rs" {
            let code = RustText::new(text).code;
            for (at, line) in code.lines().enumerate() {
                let name = module.captures(line).map(|found| found[1].to_owned());
                if let Some(name) = name.filter(|name| is_empty(name)) {
                    breaches.push(Breach::new(LAW, path, at + 1, advice("module", &name)));
                }
            }
        }
    }
    breaches
}

fn is_empty(name: &str) -> bool {
    let name = name.to_lowercase();
    EMPTY_WHOLES.contains(&name.as_str())
        || name.split(['_', '-']).any(|part| EMPTY_PARTS.contains(&part))
}

fn advice(what: &str, name: &str) -> String {
    format!("{what} `{name}` says nothing: name it after the thing in it")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::house::tests::crate_at;
    use crate::tree::Tree;

    #[test]
    fn empty_names_are_breaches_wherever_they_stand() {
        let tree = Tree::of(&[
            ("crates/kernel/src/time_utils.rs", ""),
            ("crates/kernel/src/lib.rs", "mod helpers {\n}\n// mod utils {\n"),
            ("web/src/shared/Button.tsx", ""),
            ("docs/core.md", ""),
        ]);
        let crates = vec![crate_at("crates/platform/common", 1, &[])];
        expect![[r#"
            crates/platform/common/Cargo.toml:1: names: crate `common` says nothing: name it after the thing in it
            crates/kernel/src/lib.rs:1: names: module `helpers` says nothing: name it after the thing in it
            crates/kernel/src/time_utils.rs:1: names: file or folder `time_utils` says nothing: name it after the thing in it
            web/src/shared/Button.tsx:1: names: file or folder `shared` says nothing: name it after the thing in it
        "#]]
        .assert_eq(&listed(&check(&House { tree, crates })));
    }

    #[test]
    fn names_that_only_contain_such_letters_are_lawful() {
        let tree = Tree::of(&[
            ("crates/platform/db/src/database.rs", "mod base64 {}"),
            ("crates/subsystems/operations/devices/src/collect/core_use.rs", ""),
        ]);
        assert_eq!(check(&House { tree, crates: Vec::new() }), []);
    }
}
