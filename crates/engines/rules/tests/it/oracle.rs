//! The same files are given to Debian's `promtool`.

use crate::units::{FAILS, HOLDS, RULES};
use rules::{TestFile, TestSources};
use std::path::Path;
use std::process::Command;

/// What `promtool test rules` says of the test file; `None` where it is not installed.
fn promtool(folder: &Path, test: &str) -> Option<(bool, String)> {
    std::fs::write(folder.join("rules.yml"), RULES).unwrap();
    std::fs::write(folder.join("test.yml"), test).unwrap();
    let mut promtool = Command::new("promtool");
    let run = promtool.args(["test", "rules", "test.yml"]).current_dir(folder).output().ok()?;
    Some((run.status.success(), String::from_utf8_lossy(&run.stderr).into_owned()))
}

fn ours(test: &str) -> Vec<String> {
    let file = TestFile::read(test).unwrap();
    let files = file.rule_files().map(|name| (name.to_owned(), RULES.to_owned())).collect();
    file.run(&TestSources { files })
}

#[test]
fn promtool_says_the_same() {
    let folder = std::env::temp_dir().join(format!("mainstay-rules-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for test in [HOLDS, FAILS] {
        let Some((holds, said)) = promtool(&folder, test) else {
            println!("SKIPPED: promtool is not installed (Debian package `prometheus`)");
            break;
        };
        let failures = ours(test);
        assert_eq!(holds, failures.is_empty(), "{said}");
        let lines = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        let wanted = lines(said.trim_start_matches("  FAILED:\n"));
        assert_eq!(lines(&failures.join("\n")), wanted.trim_end());
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
