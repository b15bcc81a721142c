//! The files of the repository, as git sees them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::house::HouseError;

/// Every file that git knows or would take, by its path from the root.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// Files that are UTF-8 text.
    texts: BTreeMap<String, String>,
    /// All files and all folders above them.
    paths: BTreeSet<String>,
}

impl Tree {
    /// Reads the work tree at `root`: committed, changed and new files, but no ignored ones.
    pub(crate) fn load(root: &Path) -> Result<Self, HouseError> {
        let listing = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .map_err(|source| HouseError::Run { program: "git ls-files", source })?;
        if !listing.status.success() {
            return Err(HouseError::Refused { program: "git ls-files" });
        }
        let mut tree = Self::default();
        for name in listing.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
            let path = String::from_utf8_lossy(name).into_owned();
            // A file that was deleted but not yet committed is listed all the same.
            let Ok(bytes) = std::fs::read(root.join(&path)) else { continue };
            tree.add(&path, String::from_utf8(bytes).ok());
        }
        Ok(tree)
    }

    /// A tree of the given paths and texts.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            tree.add(path, Some((*text).to_owned()));
        }
        tree
    }

    /// Every text file: its path and what it says, in order of path.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// What the file at `path` says, if it is there and is text.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Whether there is a file or a folder at `path`.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    fn add(&mut self, path: &str, text: Option<String>) {
        let mut above = path;
        while !above.is_empty() {
            self.paths.insert(above.to_owned());
            above = above.rsplit_once('/').map_or("", |(folder, _)| folder);
        }
        if let Some(text) = text {
            self.texts.insert(path.to_owned(), text);
        }
    }
}

/// The end of a path after its last dot; empty without one.
pub(crate) fn extension(path: &str) -> &str {
    file_name(path).rsplit_once('.').map_or("", |(_, end)| end)
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The line, from 1, on which the byte `at` of `text` stands.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_above_a_file_are_there_too() {
        let tree = Tree::of(&[("docs/how-to/add-a-route.md", "# Add a route\n")]);
        assert!(tree.has("docs/how-to"));
        assert!(tree.has("docs"));
        assert!(!tree.has("doc"));
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(line_of("a\nb\nc", 0), 1);
        assert_eq!(line_of("a\nb\nc", 4), 3);
    }
}
