//! The laws that other tools check, each seen to fail once: forbidden calls and lints by clippy,
//! what may enter the house by cargo-deny.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").canonicalize().unwrap()
}

/// A workspace of one library `sample` under the house's own lints, with these stand-ins for
/// crates that it depends on: `(name, licence, source)`.
fn sample(source: &str, others: &[(&str, &str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let lints = &manifest[manifest.find("[workspace.lints.rust]").unwrap()..];
    let lints = &lints[..lints.find("[profile").unwrap()];
    let paths: String =
        others.iter().map(|(name, ..)| format!("{name} = {{ path = \"{name}\" }}\n")).collect();
    write(
        "Cargo.toml",
        &format!(
            "[workspace]\n{lints}\n[package]\nname = \"sample\"\nversion = \"0.1.0\"\n\
             edition = \"2024\"\npublish = false\nlicense = \"Apache-2.0\"\n\
             [lints]\nworkspace = true\n[dependencies]\n{paths}"
        ),
    );
    write("src/lib.rs", source);
    for (name, licence, text) in others {
        write(
            &format!("{name}/Cargo.toml"),
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                 license = \"{licence}\"\n"
            ),
        );
        write(&format!("{name}/src/lib.rs"), text);
    }
    dir
}

fn cargo(dir: &TempDir, words: &[&str]) -> Output {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(words)
        .current_dir(dir.path())
        .env("CLIPPY_CONF_DIR", root())
        .env("CARGO_TARGET_DIR", dir.path().join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// Crates of others, as far as their forbidden functions go.
const STAND_INS: [(&str, &str, &str); 5] = [
    (
        "tokio",
        "MIT",
        "pub mod time {\n    pub struct Instant;\n    impl Instant { pub fn now() {} }\n    \
         pub fn sleep() {}\n    pub fn sleep_until() {}\n    pub fn interval() {}\n}\n",
    ),
    (
        "jiff",
        "MIT",
        "pub struct Timestamp;\nimpl Timestamp { pub fn now() {} }\n\
         pub struct Zoned;\nimpl Zoned { pub fn now() {} }\n",
    ),
    ("uuid", "MIT", "pub struct Uuid;\nimpl Uuid { pub fn now_v7() {}\n pub fn new_v4() {} }\n"),
    ("getrandom", "MIT", "pub fn fill() {}\n"),
    ("sqlx", "MIT", "pub struct QueryBuilder;\n"),
];

/// Law 4, and the lints that stand for rules of STYLE.md.
#[test]
fn clippy_refuses_each_forbidden_call_and_each_habit() {
    let configuration = fs::read_to_string(root().join("clippy.toml")).unwrap();
    let forbidden: Vec<&str> = configuration
        .lines()
        .filter_map(|line| line.trim().strip_prefix("{ path = \"")?.split('"').next())
        .collect();
    assert!(forbidden.len() >= 13, "{forbidden:?}");
    let mut source = String::from("//! A sample.\n");
    for (at, path) in forbidden.iter().enumerate() {
        let line = match *path {
            "sqlx::QueryBuilder" => format!("/// Of a kind.\npub fn f{at}(_: {path}) {{}}\n"),
            "std::thread::sleep" => {
                format!("/// Waits.\npub fn f{at}() {{ {path}(std::time::Duration::ZERO); }}\n")
            }
            _ => format!("/// Calls.\npub fn f{at}() {{ let _ = {path}(); }}\n"),
        };
        source.push_str(&line);
    }
    let long = "    println!();\n".repeat(61);
    source.push_str("pub fn undocumented(it: Option<u8>) -> u8 {\n    it.unwrap()\n}\n");
    source.push_str(&format!("/// Long.\npub fn long() {{\n{long}}}\n"));
    source.push_str("/// Later.\npub fn later() {\n    todo!()\n}\n");
    source.push_str("/// Silent.\n#[allow(dead_code)]\npub fn silent() {\n    dbg!(1);\n}\n");
    source.push_str("/// Unsafe.\npub fn wild() {\n    unsafe { wilder() }\n}\n");
    source.push_str("unsafe fn wilder() {}\n");
    let dir = sample(&source, &STAND_INS);
    let output = cargo(&dir, &["clippy", "-q", "--offline", "--keep-going"]);
    let said = said(&output);
    for path in &forbidden {
        assert!(said.contains(&format!("`{path}`")), "`{path}` was let through:\n{said}");
    }
    for habit in [
        "missing documentation for a function",
        "used `unwrap()` on an `Option` value",
        "this function has too many lines (61/60)",
        "`todo` should not be present in production code",
        "the `dbg!` macro is intended as a debugging tool",
        "#[allow] attribute found",
        "usage of an `unsafe` block",
    ] {
        assert!(said.contains(habit), "{habit}: was let through:\n{said}");
    }
}

/// What may enter: nothing that is denied, under no other licence, from no other source.
#[test]
fn deny_refuses_forbidden_crates_and_licences() {
    let dir = sample("//! A sample.\n", &[]);
    if !cargo(&dir, &["deny", "--version"]).status.success() {
        assert!(std::env::var_os("CI").is_none(), "cargo-deny is not installed");
        eprintln!("skipped: cargo-deny is not installed");
        return;
    }
    let configuration = root().join("deny.toml");
    let check = |dir: &TempDir, what: &str| {
        let configuration = configuration.to_str().unwrap();
        let output = cargo(dir, &["deny", "--offline", "--config", configuration, "check", what]);
        (output.status.success(), said(&output))
    };
    for what in ["bans", "licenses", "sources"] {
        let (lawful, said) = check(&dir, what);
        assert!(lawful, "{said}");
    }
    for name in ["openssl-sys", "aws-lc-sys", "native-tls", "async-std", "serde_yaml"] {
        let (lawful, said) = check(&sample("//! A sample.\n", &[(name, "MIT", "")]), "bans");
        assert!(!lawful && said.contains(name), "{name} was let in:\n{said}");
    }
    for licence in ["GPL-3.0-only", "LGPL-2.1-only", "AGPL-3.0-only", "SSPL-1.0"] {
        let dir = sample("//! A sample.\n", &[("stranger", licence, "")]);
        let (lawful, said) = check(&dir, "licenses");
        assert!(!lawful && said.contains(licence), "{licence} was let in:\n{said}");
    }
}
