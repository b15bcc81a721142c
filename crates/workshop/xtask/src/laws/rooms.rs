//! Every subsystem has the same rooms.

use std::collections::BTreeSet;

use crate::breach::Breach;
use crate::house::{Crate, House, Wing};

const LAW: &str = "rooms";
const README_LINES_MAX: usize = 80;

/// What may stand in a subsystem's folder.
const GROUNDS: [&str; 6] = ["Cargo.toml", "README.md", "benches", "migrations", "src", "tests"];

/// The rooms of `src/`, each a file or a folder of that name.
const ROOMS: [&str; 9] =
    ["lib", "model", "store", "actions", "api", "reactions", "jobs", "import", "error"];
/// The room that every subsystem needs: its door plate.
const DOOR_PLATE: &str = "subsystem";

/// Rooms that one subsystem has and no other, with the reason.
const EXTRA: [(&str, &str, &str); 3] = [
    ("devices", "collect", "reads the machine: neither pure (model) nor about records (store)"),
    ("services", "protocols", "speaks to the peer that is checked: I/O that is no record"),
    ("services", "known", "the catalogue of services that are recognised, as data"),
];

/// Checks the folders of all subsystems.
pub(crate) fn check(house: &House) -> Vec<Breach> {
    let subsystems = house.crates.iter().filter(|krate| krate.wing() == Some(Wing::Subsystem));
    subsystems.flat_map(|krate| check_subsystem(house, krate)).collect()
}

fn check_subsystem(house: &House, krate: &Crate) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut strange = BTreeSet::new();
    let grounds = format!("{}/", krate.folder);
    for (path, _) in house.tree.texts() {
        let Some(inside) = path.strip_prefix(&grounds) else { continue };
        let mut parts = inside.split('/');
        let (first, second) = (parts.next().unwrap_or_default(), parts.next());
        if !GROUNDS.contains(&first) {
            strange.insert(format!("{grounds}{first}"));
        }
        let room = second.filter(|_| first == "src");
        if let Some(room) = room.filter(|room| !is_room(krate.word(), room)) {
            strange.insert(format!("{grounds}src/{room}"));
        }
    }
    breaches.extend(strange.into_iter().map(|path| {
        let what = "not a room of a subsystem: put it into one (docs/decisions/0001)";
        Breach::new(LAW, &path, 1, what)
    }));
    let plate = format!("{grounds}src/{DOOR_PLATE}");
    if !house.tree.has(&format!("{plate}.rs")) && !house.tree.has(&plate) {
        let what = "no src/subsystem.rs: every subsystem has a door plate";
        breaches.push(Breach::new(LAW, &krate.manifest(), 1, what));
    }
    let readme = format!("{grounds}README.md");
    match house.tree.text(&readme).map(|text| text.lines().count()) {
        Some(lines) if lines > README_LINES_MAX => {
            let what = format!("{lines} lines, {README_LINES_MAX} are allowed: shorten it");
            breaches.push(Breach::new(LAW, &readme, README_LINES_MAX + 1, what));
        }
        Some(_) => {}
        None => {
            let what = "no README.md: say what it does, its words, facts, tables, jobs, settings";
            breaches.push(Breach::new(LAW, &krate.manifest(), 1, what));
        }
    }
    breaches
}

fn is_room(subsystem: &str, name: &str) -> bool {
    let stem = name.strip_suffix(".rs").unwrap_or(name);
    ROOMS.contains(&stem)
        || stem == DOOR_PLATE
        || EXTRA.iter().any(|(owner, room, _)| *owner == subsystem && *room == stem)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::breach::tests::listed;
    use crate::house::tests::crate_at;
    use crate::tree::Tree;

    const DEVICES: &str = "crates/subsystems/operations/devices";

    fn checked(inside: &[(&str, &str)]) -> String {
        let paths: Vec<(String, &str)> =
            inside.iter().map(|(path, text)| (format!("{DEVICES}/{path}"), *text)).collect();
        let files: Vec<(&str, &str)> =
            paths.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let crates = vec![crate_at(DEVICES, 6, &[])];
        listed(&check(&House { tree: Tree::of(&files), crates }))
    }

    #[test]
    fn the_known_rooms_are_lawful() {
        let files = [
            ("Cargo.toml", ""),
            ("README.md", "# devices\n"),
            ("migrations/0001_host.sql", ""),
            ("src/lib.rs", ""),
            ("src/model/host.rs", ""),
            ("src/collect/disks.rs", ""),
            ("src/subsystem.rs", ""),
            ("tests/it/main.rs", ""),
        ];
        assert_eq!(checked(&files), "");
    }

    #[test]
    fn a_new_room_a_missing_plate_and_a_long_readme_are_breaches() {
        let long = "\n".repeat(81);
        let files = [
            ("README.md", long.as_str()),
            ("src/protocols/http.rs", ""),
            ("src/protocols/tcp.rs", ""),
            ("notes.txt", ""),
        ];
        expect![[r#"
            crates/subsystems/operations/devices/notes.txt:1: rooms: not a room of a subsystem: put it into one (docs/decisions/0001)
            crates/subsystems/operations/devices/src/protocols:1: rooms: not a room of a subsystem: put it into one (docs/decisions/0001)
            crates/subsystems/operations/devices/Cargo.toml:1: rooms: no src/subsystem.rs: every subsystem has a door plate
            crates/subsystems/operations/devices/README.md:81: rooms: 81 lines, 80 are allowed: shorten it
        "#]]
        .assert_eq(&checked(&files));
    }

    #[test]
    fn a_subsystem_without_readme_is_a_breach() {
        expect![[r#"
            crates/subsystems/operations/devices/Cargo.toml:1: rooms: no README.md: say what it does, its words, facts, tables, jobs, settings
        "#]]
        .assert_eq(&checked(&[("src/subsystem.rs", "")]));
    }
}
