//! The house as the laws see it: its files and its crates.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::tree::Tree;

/// Files and crates together; every law reads this and nothing else.
#[derive(Debug, Default)]
pub(crate) struct House {
    /// All files.
    pub(crate) tree: Tree,
    /// The crates of the workspace, in order of their folders.
    pub(crate) crates: Vec<Crate>,
}

/// One crate of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Crate {
    /// Its name in Cargo.toml.
    pub(crate) name: String,
    /// Its folder from the root of the repository.
    pub(crate) folder: String,
    /// `[package.metadata.mainstay] level`; `None` when it is missing.
    pub(crate) level: Option<u64>,
    /// All its direct dependencies, ours and others'.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a crate's dependencies.
#[derive(Debug, Clone)]
pub(crate) struct Dependency {
    /// The package's name.
    pub(crate) name: String,
    /// Whether only tests, benches and examples need it.
    pub(crate) only_for_tests: bool,
}

/// The parts of the house a crate can stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wing {
    Engine,
    Kernel,
    Platform,
    Subsystem,
    Roof,
    Workshop,
}

impl Crate {
    /// The wing, by the crate's folder; `None` for a folder that belongs to no wing.
    pub(crate) fn wing(&self) -> Option<Wing> {
        let parts: Vec<&str> = self.folder.split('/').collect();
        match parts.as_slice() {
            ["crates", "engines", _] => Some(Wing::Engine),
            ["crates", "kernel"] => Some(Wing::Kernel),
            ["crates", "platform", _] => Some(Wing::Platform),
            ["crates", "subsystems", _, _] => Some(Wing::Subsystem),
            ["crates", "mainstay"] => Some(Wing::Roof),
            ["crates", "workshop", _] => Some(Wing::Workshop),
            _ => None,
        }
    }

    /// The one word of the crate: its folder, which is also the prefix of its tables and routes.
    pub(crate) fn word(&self) -> &str {
        crate::tree::file_name(&self.folder)
    }

    /// The path of its Cargo.toml.
    pub(crate) fn manifest(&self) -> String {
        format!("{}/Cargo.toml", self.folder)
    }
}

impl House {
    /// Reads the workspace around the current directory with `cargo metadata` and `git`.
    pub(crate) fn load() -> Result<Self, HouseError> {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
            .output()
            .map_err(|source| HouseError::Run { program: "cargo metadata", source })?;
        if !output.status.success() {
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
            return Err(HouseError::Refused { program: "cargo metadata" });
        }
        let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
        let tree = Tree::load(&metadata.workspace_root)?;
        Ok(Self { tree, crates: metadata.into_crates() })
    }
}

/// Why the house could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HouseError {
    /// A program could not be started.
    #[error("run {program}: {source}")]
    Run { program: &'static str, source: std::io::Error },
    /// A program ended with an error of its own.
    #[error("run {program}: it ended with an error")]
    Refused { program: &'static str },
    /// `cargo metadata` said something unexpected.
    #[error("understand cargo metadata: {0}")]
    Metadata(#[from] serde_json::Error),
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    metadata: Option<serde_json::Value>,
    dependencies: Vec<PackageDependency>,
}

#[derive(Deserialize)]
struct PackageDependency {
    name: String,
    kind: Option<String>,
}

impl Metadata {
    fn into_crates(self) -> Vec<Crate> {
        let root = self.workspace_root;
        let mut crates: Vec<Crate> =
            self.packages.into_iter().map(|package| package.into_crate(&root)).collect();
        crates.sort_by(|one, other| one.folder.cmp(&other.folder));
        crates
    }
}

impl Package {
    fn into_crate(self, root: &Path) -> Crate {
        let folder = self.manifest_path.parent().unwrap_or(root);
        let folder = folder.strip_prefix(root).unwrap_or(folder).to_string_lossy().into_owned();
        let level = self.metadata.and_then(|value| value["mainstay"]["level"].as_u64());
        let dependencies = self.dependencies.into_iter().map(|dependency| Dependency {
            name: dependency.name,
            only_for_tests: dependency.kind.as_deref() == Some("dev"),
        });
        Crate { name: self.name, folder, level, dependencies: dependencies.collect() }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A crate in `folder`, named as its folder, that depends on `needs` in what it ships.
    pub(crate) fn crate_at(folder: &str, level: u64, needs: &[&str]) -> Crate {
        let dependencies = needs
            .iter()
            .map(|name| Dependency { name: (*name).to_owned(), only_for_tests: false })
            .collect();
        let name = crate::tree::file_name(folder).to_owned();
        Crate { name, folder: folder.to_owned(), level: Some(level), dependencies }
    }

    #[test]
    fn cargo_metadata_becomes_crates_in_order_of_folders() {
        let json = r#"{"workspace_root": "/w", "packages": [
            {"name": "http-kit", "manifest_path": "/w/crates/platform/http/Cargo.toml",
             "metadata": {"mainstay": {"level": 3}},
             "dependencies": [{"name": "kernel", "kind": null}, {"name": "testkit", "kind": "dev"}]},
            {"name": "kernel", "manifest_path": "/w/crates/kernel/Cargo.toml",
             "metadata": null, "dependencies": []}]}"#;
        let metadata: Metadata = serde_json::from_str(json).expect("the text above is JSON");
        let crates = metadata.into_crates();
        assert_eq!(crates[0].folder, "crates/kernel");
        assert_eq!(crates[0].level, None);
        assert_eq!(crates[1].word(), "http");
        assert_eq!(crates[1].level, Some(3));
        assert!(crates[1].dependencies[1].only_for_tests);
    }

    #[test]
    fn every_wing_is_known_by_its_folder() {
        let wing = |folder| crate_at(folder, 0, &[]).wing();
        assert_eq!(wing("crates/engines/tsdb"), Some(Wing::Engine));
        assert_eq!(wing("crates/kernel"), Some(Wing::Kernel));
        assert_eq!(wing("crates/platform/db"), Some(Wing::Platform));
        assert_eq!(wing("crates/subsystems/daily/duty"), Some(Wing::Subsystem));
        assert_eq!(wing("crates/mainstay"), Some(Wing::Roof));
        assert_eq!(wing("crates/workshop/xtask"), Some(Wing::Workshop));
        assert_eq!(wing("crates/attic"), None);
    }
}
