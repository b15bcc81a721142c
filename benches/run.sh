#!/usr/bin/env bash
# Measures Mainstay beside its peers on this machine and prints Markdown tables.
#   benches/run.sh                    all sections, about an hour
#   benches/run.sh scale failover     these alone: start, memory, watching, checks, journal,
#                                     permission, directory, register, causes, scale, failover, messages,
#                                     api, ui, charts, series; and clone, only when it is named
#   benches/run.sh --write …          the same, and into benches/RESULTS.md
# Sizes: BENCH_JOURNAL_ROWS (20000000 is possible: it takes 30 GB and some minutes),
# BENCH_RESOURCES, BENCH_IMPORTED, BENCH_CALLS. BENCH_BINARY measures another binary.
#
# series runs the benchmark in SHARED_BENCH (default: ../shared/bench beside the checkout) and loads
# of its own against Debian's prometheus and victoria-metrics; all of them take some hours:
# BENCH_SERIES_LOADS=goals,day,churn,late,busy,long,many (some of them; each 120 series a host)
#   goals  the only one when nothing is said:
#          BENCH_SERIES_HOSTS, _HISTORY, _ROUNDS, _PACED (samples/s), _RUNS (of a query)
#   day    BENCH_SERIES_DAY_HOSTS: 24 hours, kill -9, start, all queries
#   churn  BENCH_SERIES_CHURN_HOSTS, _CHURN_HISTORY, _CHURN (share of hosts replaced in an hour)
#   late   BENCH_SERIES_LATE_HOSTS, _LATE_HISTORY, _LATE_STEPS (scrapes in a stretch)
#   busy   BENCH_SERIES_BUSY_HOSTS, _BUSY_HISTORY, _BUSY_RATE (samples/s while queries are asked)
#   long   BENCH_SERIES_LONG_HOSTS, _LONG_DAYS: with and without roll-ups
#   many   BENCH_SERIES_MANY=1000000,5000000, _MANY_HISTORY, _PEERS_MAX (with more series Mainstay
#          alone), _MANY_ARGS (its settings)
# BENCH_SERIES_DIR: where spools and data go (20 GB); default: the directory for temporary files.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(nagios4-core icinga2-bin monitoring-plugins-basic nginx-light prometheus-node-exporter
    postgresql prometheus victoria-metrics curl python3 chromium)
scripts/debian-packages.sh "${packages[@]}"
if [ -z "${BENCH_BINARY:-}" ]; then
    cargo build --release -p mainstay --bin mainstay
fi
exec python3 benches/measure.py "$@"
