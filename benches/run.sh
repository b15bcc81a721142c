#!/usr/bin/env bash
# Measures Mainstay beside its peers on this machine and prints Markdown tables.
#   benches/run.sh            all parts
#   benches/run.sh watching   one part: start, memory, watching, checks, journal, api, ui
#   benches/run.sh --write    all parts, into benches/RESULTS.md
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(nagios4-core icinga2-bin monitoring-plugins-basic nginx-light prometheus-node-exporter
    python3)
scripts/debian-packages.sh "${packages[@]}"
cargo build --release -p mainstay --bin mainstay
cargo bench --no-run -q -p journal --bench append --bench verify

if [ "${1:-}" = --write ]; then
    shift
    table=$(python3 benches/measure.py "$@")
    printf '%s\n' "$table" > benches/RESULTS.md
    printf '%s\n' "$table"
else
    python3 benches/measure.py "$@"
fi
