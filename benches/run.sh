#!/usr/bin/env bash
# Measures Mainstay beside its peers on this machine and prints Markdown tables.
#   benches/run.sh                    all sections, about half an hour
#   benches/run.sh scale failover     these alone: start, memory, watching, checks, journal,
#                                     permission, directory, register, scale, failover, messages,
#                                     api, ui; and clone, only when it is named
#   benches/run.sh --write …          the same, and into benches/RESULTS.md
# Sizes: BENCH_JOURNAL_ROWS (20000000 is possible: it takes 30 GB and some minutes),
# BENCH_RESOURCES, BENCH_IMPORTED, BENCH_CALLS. BENCH_BINARY measures another binary.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(nagios4-core icinga2-bin monitoring-plugins-basic nginx-light prometheus-node-exporter
    postgresql python3)
scripts/debian-packages.sh "${packages[@]}"
if [ -z "${BENCH_BINARY:-}" ]; then
    cargo build --release -p mainstay --bin mainstay
fi
exec python3 benches/measure.py "$@"
