//! Mainstay (砥柱): the one binary.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// The system's own keeps for good what a start allocated once: twice the memory of an idle server.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    mainstay::run()
}
