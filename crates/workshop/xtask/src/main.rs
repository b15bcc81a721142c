//! Checks the laws of the house, so that they need not be remembered in reviews.
//!
//! `cargo run -q -p xtask -- laws` prints every breach as `path:line: law: what, and what to do`.
//! Exit codes: 0 no breach, 1 breaches, 2 the house could not be read.

mod breach;
mod house;
mod laws;
mod pattern;
mod rust_text;
mod tree;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo run -q -p xtask -- laws";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words != ["laws"] {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    match house::House::load() {
        Ok(house) => report(&house),
        Err(error) => {
            eprintln!("xtask: failed to {error}");
            ExitCode::from(2)
        }
    }
}

fn report(house: &house::House) -> ExitCode {
    let breaches = laws::check(house);
    for breach in &breaches {
        println!("{breach}");
    }
    let (files, crates) = (house.tree.texts().count(), house.crates.len());
    println!("laws: {files} files, {crates} crates, {} breaches", breaches.len());
    if breaches.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
