#!/usr/bin/env bash
# Says which of the named programs are missing, and where they come from.
set -euo pipefail

declare -A source=(
    [cargo]='Rust 1.95 or newer: https://rustup.rs'
    [cc]='a C compiler: apt-get install build-essential'
    [npm]='Node.js 20 or newer: https://nodejs.org'
)

missing=0
for program in "$@"; do
    if ! command -v "$program" > /dev/null; then
        echo "missing: $program (${source[$program]:-no hint})" >&2
        missing=1
    fi
done
exit "$missing"
