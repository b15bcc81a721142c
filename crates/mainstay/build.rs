//! Compiles the binary anew when the web UI is there that was missing before, or is another one:
//! its files are taken in at compile time.

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist/index.html");
}
