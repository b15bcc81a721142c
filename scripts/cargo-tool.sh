#!/usr/bin/env bash
# Installs a cargo subcommand where it is missing: `scripts/cargo-tool.sh nextest`.
set -euo pipefail

tool=$1
if cargo "$tool" --version > /dev/null 2>&1; then
    exit 0
fi

# These tools run for seconds and build for minutes: build them quickly rather than well.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=false
export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
echo "installing cargo-$tool"
cargo install --locked "cargo-$tool"
