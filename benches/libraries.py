"""What the crates' own benches measure, on SQLite and on PostgreSQL."""

import os
import re
import subprocess
import sys

from records import Postgres, Sqlite
from server import ROOT
from tables import table

# Always built together: built one by one, each would build what they share anew.
PACKAGES = ("access", "alerts", "directory", "journal", "notify", "resources")


def bench(name, postgres=None, **environment):
    """What a bench prints, as pairs of a name and its figures."""
    environment = {**os.environ, **environment}
    if postgres:
        environment["MAINSTAY_TEST_POSTGRES"] = postgres.url()
    else:
        environment.pop("MAINSTAY_TEST_POSTGRES", None)
    packages = [word for package in PACKAGES for word in ("-p", package)]
    command = ["cargo", "bench", "-q", *packages, "--bench", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    print(f"{name} on {(postgres or Sqlite).name}", file=sys.stderr, flush=True)
    lines = (line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    return dict(lines)


def on_both(benches):
    """The figures of these benches on both databases: `(bench, environment)`."""
    found = []
    postgres = Postgres()
    try:
        for where in (None, postgres):
            figures = {}
            for name, environment in benches:
                figures.update(bench(name, where, **environment))
            found.append(figures)
    finally:
        postgres.stop()
    return found


def spans(figures):
    """Those that are a p50 and a p95 in ms: `0.31 0.40`."""
    return {name: " / ".join(text.split()) for name, text in figures.items()
            if re.fullmatch(r"[\d.]+ [\d.]+", text)}


def rates(figures):
    """Those that are so many a second: `1234/s`."""
    return {name: text.removesuffix("/s") for name, text in figures.items() if text.endswith("/s")}


def print_both(headings, found, sort):
    found = [sort(figures) for figures in found]
    table((*headings, Sqlite.name, Postgres.name),
          [(name, text, found[1].get(name, "–")) for name, text in found[0].items()])


def register():
    print("## Register\n")
    print("200,000 resources, 600,000 relations, without a network between: p50 / p95 in ms.\n")
    size = {"MAINSTAY_BENCH_RESOURCES": os.environ.get("BENCH_RESOURCES", "200000")}
    found = on_both([("register", size), ("impact", size)])
    print_both(("read",), found, spans)
    print_both(("rows a second, one workbook",), found, rates)


def directory():
    print("## Directory\n")
    print("2,000 units, 30,000 people, each person by a change of its own and by one file: p50 / "
          "p95 in ms, then rows a second.\n")
    found = on_both([("organisation", {})])
    print_both(("read",), found, spans)
    print_both(("rows a second",), found, rates)


def permission():
    print("## Permission checks\n")
    print("Ten grants, each over a subtree of 5,000 units.\n")
    found = on_both([("permission", {})])
    table(("", Sqlite.name, Postgres.name),
          [(name, text, found[1].get(name, "–")) for name, text in found[0].items()])


def messages():
    print("## Messages a second\n")
    print("2,000 of each, from the queue on disk to the receipt on disk; the far side is in the "
          "same process.\n")
    print_both(("way",), on_both([("throughput", {})]), rates)


def journal():
    print("## Journal rows a second\n")
    rows = os.environ.get("BENCH_JOURNAL_ROWS", "200000")
    found = on_both([("append", {}), ("verify", {"BENCH_ROWS": rows})])
    table(("", Sqlite.name, Postgres.name),
          [(name, text.removesuffix("/s"), found[1].get(name, "–").removesuffix("/s"))
           for name, text in found[0].items()])


def causes():
    print("## Causes of incidents\n")
    print("Faults injected into estates that are made up (racks of eight hosts with a switch and two "
          "power feeds, services, clusters of which two of three suffice, business systems), 200 "
          "runs each: how often the cause is the fault, how often the fault is among the first "
          "three, alerts put to another fault's, alerts apart from their own's, in percent; then "
          "p50 / p95 in ms.\n")
    figures = bench("causes")
    rows = []
    for name, text in figures.items():
        parts = text.split()
        if len(parts) == 4:
            rows.append((name, *parts, " / ".join(figures.get(f"{name}, ms", "– –").split())))
    table(("estate", "cause", "first three", "merged wrongly", "apart", "ms"), rows)
