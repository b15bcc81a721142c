//! Dependencies go down only.

use std::collections::{BTreeMap, BTreeSet};

use crate::breach::Breach;
use crate::house::{Crate, Dependency, House, Wing};
use crate::pattern::pattern;

const LAW: &str = "levels";
/// Of those that are shipped.
const CRATES_MAX: usize = 32;
const LEVELS_MAX: usize = 9;
const PORTS_MAX: usize = 8;
const PORT_METHODS_MAX: usize = 3;

/// What would make the kernel impure: runtimes, frameworks, records, sockets.
const IMPURE: [&str; 16] = [
    "async-trait",
    "axum",
    "axum-server",
    "futures",
    "futures-util",
    "hyper",
    "hyper-util",
    "reqwest",
    "rustix",
    "rustls",
    "sqlx",
    "tokio",
    "tokio-util",
    "tower",
    "tower-http",
    "tracing-subscriber",
];

/// Checks levels, wings, the purity of the kernel and the counts.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let ours: BTreeMap<&str, &Crate> =
        house.crates.iter().map(|krate| (krate.name.as_str(), krate)).collect();
    let mut breaches = Vec::new();
    for krate in &house.crates {
        let breach = |needle: &str, what: String| {
            let manifest = krate.manifest();
            let line = line_with(house.tree.text(&manifest).unwrap_or_default(), needle);
            Breach::new(LAW, &manifest, line, what)
        };
        breaches.extend(own_manifest(house, krate).into_iter().map(|what| breach("", what)));
        for dependency in &krate.dependencies {
            let what = ours
                .get(dependency.name.as_str())
                .and_then(|other| forbidden(krate, other, dependency))
                .or_else(|| impure(krate, dependency));
            breaches.extend(what.map(|what| breach(&dependency.name, what)));
        }
    }
    breaches.extend(counts(house));
    breaches.extend(ports(house));
    breaches
}

/// What is wrong with a crate before any dependency is looked at.
fn own_manifest(house: &House, krate: &Crate) -> Vec<String> {
    let mut wrong = Vec::new();
    if krate.level.is_none() {
        wrong.push("no level: add `[package.metadata.mainstay] level = N`".to_owned());
    }
    if krate.wing().is_none() {
        wrong.push("this folder is in no wing of the house: see ARCHITECTURE.md".to_owned());
    }
    let text = house.tree.text(&krate.manifest()).unwrap_or_default();
    if !text.contains("[lints]\nworkspace = true") {
        wrong.push("the house's lints are off: add `[lints]` with `workspace = true`".to_owned());
    }
    wrong
}

/// Why `krate` may not depend on `other`, if it may not.
fn forbidden(krate: &Crate, other: &Crate, dependency: &Dependency) -> Option<String> {
    let (from, to) = (krate.wing()?, other.wing()?);
    let name = &other.name;
    if from == Wing::Engine && to != Wing::Engine {
        return Some(format!("an engine knows nothing of ours: do without `{name}`"));
    }
    if from == Wing::Subsystem && to == Wing::Subsystem {
        return Some(format!(
            "a subsystem never imports a subsystem (`{name}`): use facts or a port"
        ));
    }
    if dependency.only_for_tests {
        return None;
    }
    if to == Wing::Workshop && from != Wing::Workshop {
        return Some(format!("`{name}` is never shipped: make it a dev-dependency"));
    }
    let (level, below) = (krate.level?, other.level?);
    (below >= level)
        .then(|| format!("level {level} may not depend on `{name}` of level {below}: only lower"))
}

fn impure(krate: &Crate, dependency: &Dependency) -> Option<String> {
    let impure = IMPURE.contains(&dependency.name.as_str()) && !dependency.only_for_tests;
    (impure && krate.wing() == Some(Wing::Kernel))
        .then(|| format!("the kernel is pure: `{}` belongs in a platform crate", dependency.name))
}

fn counts(house: &House) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let shipped = house.crates.iter().filter(|krate| krate.wing() != Some(Wing::Workshop));
    let crates = shipped.count();
    if crates > CRATES_MAX {
        let what = format!("{crates} crates, {CRATES_MAX} are allowed: merge two");
        breaches.push(Breach::new(LAW, "Cargo.toml", 1, what));
    }
    let levels: BTreeSet<u64> = house.crates.iter().filter_map(|krate| krate.level).collect();
    if levels.len() > LEVELS_MAX {
        let what = format!("{} levels, {LEVELS_MAX} are allowed: flatten the house", levels.len());
        breaches.push(Breach::new(LAW, "Cargo.toml", 1, what));
    }
    breaches
}

/// Ports are the traits in the kernel's `ports` module: few, and small.
fn ports(house: &House) -> Vec<Breach> {
    let start = pattern(r"^pub trait (\w+)");
    let mut breaches = Vec::new();
    let mut seen = 0;
    for (path, text) in house.tree.texts() {
        if !path.starts_with("crates/kernel/src/ports") {
            continue;
        }
        let code = crate::rust_text::RustText::new(text).code;
        let mut lines = code.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            let Some(found) = start.captures(line) else { continue };
            seen += 1;
            let body = lines.by_ref().take_while(|(_, line)| !line.starts_with('}'));
            let methods = body.filter(|(_, line)| line.trim_start().starts_with("fn ")).count();
            if methods > PORT_METHODS_MAX {
                let what = format!(
                    "port `{}` has {methods} methods, {PORT_METHODS_MAX} are allowed: split it",
                    &found[1]
                );
                breaches.push(Breach::new(LAW, path, at + 1, what));
            }
            if seen > PORTS_MAX {
                let what = format!("more than {PORTS_MAX} ports: the wall is wrong, merge");
                breaches.push(Breach::new(LAW, path, at + 1, what));
            }
        }
    }
    breaches
}

/// The line that starts with `needle`, or the first.
fn line_with(text: &str, needle: &str) -> usize {
    let found = text.lines().position(|line| !needle.is_empty() && line.starts_with(needle));
    found.map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::house::tests::crate_at;
    use crate::tree::Tree;

    const MANIFEST: &str = "[package]\n[dependencies]\nlower = \"1\"\n[lints]\nworkspace = true\n";

    fn house(crates: Vec<Crate>) -> House {
        let paths: Vec<String> = crates.iter().map(Crate::manifest).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), MANIFEST)).collect();
        House { tree: Tree::of(&files), crates }
    }

    #[test]
    fn a_house_that_leans_down_is_lawful() {
        let crates = vec![
            crate_at("crates/engines/series", 0, &["regex"]),
            crate_at("crates/engines/tsdb", 1, &["pco", "series"]),
            crate_at("crates/kernel", 1, &["serde"]),
            crate_at("crates/platform/db", 2, &["kernel", "tokio"]),
            crate_at("crates/subsystems/operations/alerts", 6, &["db", "tsdb"]),
            crate_at("crates/mainstay", 8, &["alerts", "db"]),
        ];
        assert_eq!(listed(&check(&house(crates))), "");
    }

    #[test]
    fn upward_and_sideways_arrows_are_breaches() {
        let mut testing = crate_at("crates/platform/access", 4, &["testkit", "db"]);
        testing.dependencies[1].only_for_tests = true;
        let crates = vec![
            crate_at("crates/engines/tsdb", 5, &["kernel", "series"]),
            crate_at("crates/engines/series", 5, &[]),
            crate_at("crates/kernel", 1, &["tokio"]),
            crate_at("crates/platform/db", 4, &["lower"]),
            crate_at("crates/platform/lower", 4, &[]),
            crate_at("crates/subsystems/daily/duty", 7, &["alerts"]),
            crate_at("crates/subsystems/operations/alerts", 6, &[]),
            crate_at("crates/workshop/testkit", 3, &[]),
            testing,
        ];
        expect![[r#"
            crates/engines/tsdb/Cargo.toml:1: levels: an engine knows nothing of ours: do without `kernel`
            crates/engines/tsdb/Cargo.toml:1: levels: level 5 may not depend on `series` of level 5: only lower
            crates/kernel/Cargo.toml:1: levels: the kernel is pure: `tokio` belongs in a platform crate
            crates/platform/db/Cargo.toml:3: levels: level 4 may not depend on `lower` of level 4: only lower
            crates/subsystems/daily/duty/Cargo.toml:1: levels: a subsystem never imports a subsystem (`alerts`): use facts or a port
            crates/platform/access/Cargo.toml:1: levels: `testkit` is never shipped: make it a dev-dependency
        "#]]
        .assert_eq(&listed(&check(&house(crates))));
    }

    #[test]
    fn a_crate_without_level_wing_or_lints_is_a_breach() {
        let mut lost = crate_at("crates/attic", 0, &[]);
        lost.level = None;
        let house = House { tree: Tree::default(), crates: vec![lost] };
        expect![[r#"
            crates/attic/Cargo.toml:1: levels: no level: add `[package.metadata.mainstay] level = N`
            crates/attic/Cargo.toml:1: levels: this folder is in no wing of the house: see ARCHITECTURE.md
            crates/attic/Cargo.toml:1: levels: the house's lints are off: add `[lints]` with `workspace = true`
        "#]]
        .assert_eq(&listed(&check(&house)));
    }

    #[test]
    fn too_many_crates_and_levels_are_breaches() {
        let crates =
            (0..33).map(|n| crate_at(&format!("crates/platform/c{n}"), n % 10, &[])).collect();
        expect![[r#"
            Cargo.toml:1: levels: 33 crates, 32 are allowed: merge two
            Cargo.toml:1: levels: 10 levels, 9 are allowed: flatten the house
        "#]]
        .assert_eq(&listed(&check(&house(crates))));
    }

    #[test]
    fn a_port_of_four_methods_and_a_ninth_port_are_breaches() {
        let big = "pub trait Big {\n    fn a();\n    fn b();\n    fn c();\n    fn d();\n}\n";
        let small: String =
            (0..8).map(|n| format!("pub trait Small{n} {{\n    fn a();\n}}\n")).collect();
        let text = format!("{small}{big}");
        let tree = Tree::of(&[("crates/kernel/src/ports.rs", &text)]);
        expect![[r#"
            crates/kernel/src/ports.rs:25: levels: port `Big` has 4 methods, 3 are allowed: split it
            crates/kernel/src/ports.rs:25: levels: more than 8 ports: the wall is wrong, merge
        "#]]
        .assert_eq(&listed(&check(&House { tree, crates: Vec::new() })));
    }
}
