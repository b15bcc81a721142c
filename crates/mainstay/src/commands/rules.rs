//! Rule files and their unit tests, as `promtool check rules` and `promtool test rules` treat them:
//! what holds is said on standard output, what does not on standard error.

mod wildcards;

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::ExitCode,
};

use rules::{RuleFile, TestFile, TestSources};

use crate::cli::RulesArgs;

/// Longest file that is read.
const BYTES_MAX: u64 = 64 << 20;

/// Runs the unit tests of the files; fails where one of them does not hold.
pub(super) fn test(args: &RulesArgs) -> ExitCode {
    let mut holds = true;
    for path in &args.files {
        println!("Unit Testing:  {}", path.display());
        let failures = match tested(path) {
            Ok(failures) => failures,
            Err(failure) => vec![failure],
        };
        if failures.is_empty() {
            println!("  SUCCESS");
        } else {
            eprintln!("  FAILED:");
        }
        for failure in &failures {
            eprintln!("{failure}");
            println!();
        }
        println!();
        holds &= failures.is_empty();
    }
    exit_code(holds)
}

/// Checks rule files; fails where one of them is wrong.
pub(super) fn check(args: &RulesArgs) -> ExitCode {
    let mut holds = true;
    for path in &args.files {
        println!("Checking {}", path.display());
        match checked(path) {
            Ok(rules) => println!("  SUCCESS: {rules} rules found"),
            Err(errors) => {
                holds = false;
                eprintln!("  FAILED:");
                errors.iter().for_each(|error| eprintln!("{error}"));
            }
        }
        println!();
    }
    exit_code(holds)
}

fn exit_code(holds: bool) -> ExitCode {
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(path: &Path) -> Result<String, String> {
    let failed = |why: &dyn std::fmt::Display| format!("read {}: {why}", path.display());
    let file = std::fs::File::open(path).map_err(|error| failed(&error))?;
    let mut text = String::new();
    file.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(|error| failed(&error))?;
    if text.len() as u64 > BYTES_MAX {
        return Err(failed(&format!("longer than {BYTES_MAX} bytes")));
    }
    Ok(text)
}

/// What does not hold in a test file.
fn tested(path: &Path) -> Result<Vec<String>, String> {
    let file = TestFile::read(&read(path)?).map_err(|error| error.to_string())?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut sources = TestSources::default();
    for pattern in file.rule_files() {
        let pattern = folder.join(pattern);
        let found: Vec<PathBuf> = wildcards::matching(&pattern);
        if found.is_empty() {
            eprintln!("  WARNING: no file match pattern {}", pattern.display());
        }
        for path in found {
            sources.files.push((path.display().to_string(), read(&path)?));
        }
    }
    Ok(file.run(&sources))
}

fn checked(path: &Path) -> Result<usize, Vec<String>> {
    let text = read(path).map_err(|error| vec![error])?;
    let named = |error: &rules::FileError| format!("{}: {error}", path.display());
    let file =
        RuleFile::read(&text).map_err(|errors| errors.iter().map(named).collect::<Vec<_>>())?;
    Ok(file.groups.iter().map(|group| group.rules.len()).sum())
}
