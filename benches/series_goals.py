"""The goals for time series, reckoned from what the shared benchmark measured of three servers."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

from series_servers import ALL, SHARED, environment, geometric_mean, tsbench, work_dir
from tables import table

HOSTS = int(os.environ.get("BENCH_SERIES_HOSTS", "1000"))
HISTORY = os.environ.get("BENCH_SERIES_HISTORY", "2h")
ROUNDS = int(os.environ.get("BENCH_SERIES_ROUNDS", "1"))
# Samples a second of the paced phase, which sends the last 20 scrapes.
PACED = int(os.environ.get("BENCH_SERIES_PACED", "32000"))
RUNS = int(os.environ.get("BENCH_SERIES_RUNS", "15"))
OURS, VICTORIA, PROMETHEUS = "mainstay", "victoria-metrics", "prometheus"
SERVERS = (PROMETHEUS, VICTORIA, OURS)
# The query that reads much and answers little, and what it reads of each host: 32 series, an hour.
SCAN, SCAN_SAMPLES_A_HOST = "scan_7_7M_samples", 32 * 240
# The phase after which everything is there.
LAST = "paced" if PACED else "as fast"
READY = "seconds from start to ready, on this data"


class Measured:
    """What the lines of a run say of each server."""

    def __init__(self, lines):
        self.loads = [line for line in lines if line["kind"] == "load"]
        self.checks = [line for line in lines if line["kind"] == "check"]
        self.queries = [line for line in lines if line["kind"] == "query"]

    def load(self, server, key, phase="as fast", of=statistics.median):
        """Of all rounds of a phase; nothing where it was not measured."""
        found = [line[key] for line in self.loads
                 if line["server"] == server and line["phase"].startswith(phase)
                 and line.get(key) is not None]
        return of(found) if found else None

    def written(self, server):
        """Bytes written to disk for each sample, of both phases."""
        lines = [line for line in self.loads
                 if line["server"] == server and line.get("disk_write_bytes") is not None]
        samples = sum(line["samples"] for line in lines)
        return sum(line["disk_write_bytes"] for line in lines) / samples if samples else None

    def check(self, server, name):
        found = [line["got"] for line in self.checks
                 if line["server"] == server and line["check"] == name]
        return found[-1] if found else None

    def asked(self, server, which, key):
        """Of each query that was answered: a figure of its runs."""
        return {line["query"]: line[which][key] for line in self.queries
                if line["server"] == server and line.get(which)
                and line[which].get(key) is not None}

    def mean(self, server, which, key):
        found = self.asked(server, which, key).values()
        return geometric_mean(found) if found else None

    def scan(self, server):
        """Samples for each CPU second of the query that reads most of them."""
        took_ms = self.asked(server, "warm", "cpu_ms").get(SCAN)
        return HOSTS * SCAN_SAMPLES_A_HOST / (took_ms / 1000) if took_ms else None

    def slower(self):
        """Queries that ours answers later than VictoriaMetrics."""
        theirs = self.asked(VICTORIA, "warm", "p50_ms")
        ours = self.asked(OURS, "warm", "p50_ms")
        return [f"{name} {ours[name] / theirs[name]:.1f}x" for name in ours
                if name in theirs and ours[name] > theirs[name]]

    def equal(self, server):
        """How many answers are Prometheus', of how many."""
        lines = [line for line in self.queries if line["server"] == server]
        same = [line for line in lines if is_same(line)]
        return f"{len(same)} of {len(lines)}"


def is_same(line):
    compared = line.get("compare")
    if line.get("error") or not isinstance(compared, dict) or compared.get("name_differs"):
        return False
    differing = ("series_missing", "series_extra", "points_missing", "points_extra", "off_1e9")
    return all(compared.get(key) == 0 for key in differing)


def figure(value, digits=2):
    if value is None:
        return "–"
    if digits == 0:
        return f"{value:,.0f}"
    return f"{value:.{digits}f}"


def ratio(ours, theirs):
    return f"{ours / theirs:.2f}" if ours and theirs else "–"


def row(what, values, goal, holds, digits=2):
    """A row of the table: the three, ours to each of the others, the goal and whether it is met."""
    ours = values[OURS]
    met = "–" if ours is None or not goal else ("yes" if holds(ours) else "**no**")
    return (what, *(figure(values[server], digits) for server in SERVERS),
            ratio(ours, values[VICTORIA]), ratio(ours, values[PROMETHEUS]), goal, met)


def goals(measured):
    """The rows of the table at the end of the design."""
    def each(of):
        return {server: of(server) for server in SERVERS}

    def load(key, **more):
        return each(lambda server: measured.load(server, key, **more))

    def scaled(values, by):
        return {server: value / by if value is not None else None
                for server, value in values.items()}

    queries_cpu = each(lambda server: measured.mean(server, "warm", "cpu_ms"))
    half = (queries_cpu[VICTORIA] or float("nan")) / 2
    yield row("CPU µs/sample, as fast as accepted, settled", load("cpu_us_per_sample"), "≤ 0.35",
              lambda ours: ours <= 0.35)
    yield row(f"CPU µs/sample, paced {PACED:,}/s",
              load("cpu_us_per_sample", phase="paced"), "≤ 0.7", lambda ours: ours <= 0.7)
    yield row("million samples a CPU second, while loading",
              scaled(load("samples_per_cpu_s"), 1e6), "≥ 2.9", lambda ours: ours >= 2.9)
    yield row(f"bytes/sample, {HISTORY}, all files, flushed and merged",
              load("bytes_per_sample_final", phase=LAST), "≤ 1.0", lambda ours: ours <= 1.0, 3)
    yield row("bytes/sample before that, with logs",
              load("bytes_per_sample_settled", phase=LAST), "", lambda ours: True)
    yield row("bytes written for each sample loaded", each(measured.written), "≤ 10",
              lambda ours: ours <= 10, 1)
    yield row("peak anonymous memory, MB",
              scaled(load("rss_anon_peak", phase="", of=max), 1e6), "≤ 250",
              lambda ours: ours <= 250, 0)
    yield row("peak resident memory, MB", scaled(load("rss_peak", phase="", of=max), 1e6), "",
              lambda ours: True, 0)
    yield row("queries, geometric mean, CPU ms of threads that outlast them", queries_cpu, "≤ half of VictoriaMetrics'",
              lambda ours: ours <= half)
    yield row("queries, geometric mean, p50 ms",
              each(lambda server: measured.mean(server, "warm", "p50_ms")), "", lambda ours: True)
    yield row("refreshing dashboard, geometric mean, p50 ms",
              each(lambda server: measured.mean(server, "dash", "p50_ms")), "≤ 3",
              lambda ours: ours <= 3)
    yield row("scan, million samples a CPU second",
              scaled(each(measured.scan), 1e6), "≥ 120", lambda ours: ours >= 120, 0)
    yield row("start on this data, to ready, s",
              each(lambda server: measured.check(server, READY)), "≤ 1", lambda ours: ours <= 1)


def shared_run(where):
    """Runs the shared benchmark: the lines of its results."""
    tsbench()
    command = ["bash", SHARED / "run.sh", "-H", HOSTS, "-t", HISTORY, "-r", ROUNDS, "-p", PACED,
               "-n", RUNS, "-w", where, "-o", where / "report.md", *ALL]
    surroundings = environment()
    done = subprocess.run([str(word) for word in command], env=surroundings,
                          stdout=subprocess.DEVNULL, stderr=sys.stderr)
    if done.returncode != 0:
        raise SystemExit(f"{SHARED}/run.sh ended with {done.returncode}")
    results = sorted((where / "results").glob("*.jsonl"))[-1]
    return [json.loads(line) for line in results.read_text().splitlines()]


def queries_table(measured):
    """Each query: p50 and CPU of the warm runs, the answer compared with Prometheus'."""
    p50 = {server: measured.asked(server, "warm", "p50_ms") for server in SERVERS}
    cpu = {server: measured.asked(server, "warm", "cpu_ms") for server in SERVERS}
    same = {line["query"]: is_same(line) for line in measured.queries if line["server"] == OURS}
    rows = []
    for name in dict.fromkeys(line["query"] for line in measured.queries):
        cells = [f"{figure(p50[server].get(name))} / {figure(cpu[server].get(name))}"
                 for server in SERVERS]
        against = ratio(p50[OURS].get(name), p50[VICTORIA].get(name))
        rows.append((name, *cells, against, "same" if same.get(name) else "**differs**"))
    table(("query: p50 / CPU ms", *SERVERS, "p50 to VictoriaMetrics'", "answer to Prometheus'"),
          rows)


def goals_section():
    """The shared benchmark, and its figures beside the goals."""
    with work_dir() as where:
        lines = shared_run(pathlib.Path(where))
    measured = Measured(lines)
    conditions = next((line["text"] for line in lines if line["kind"] == "conditions"), "")
    print(f"The same data into three servers, one after the other: {conditions}. Debian's "
          "prometheus and victoria-metrics as they come. CPU is the server's own, from /proc. "
          "That of a query misses threads that end with it: the day below counts them.\n")
    table(("", *SERVERS, "ours to VictoriaMetrics'", "ours to Prometheus'", "goal", "met"),
          goals(measured))
    slower = measured.slower()
    print(f"Queries that VictoriaMetrics answers sooner (goal: none): "
          f"{', '.join(slower) if slower else 'none'}. Answers equal to Prometheus' to 1e-9 (goal: "
          f"all): Mainstay {measured.equal(OURS)}, VictoriaMetrics {measured.equal(VICTORIA)}.\n")
    queries_table(measured)
    table(("stored of sent", *SERVERS), stored(measured))


def stored(measured):
    names = dict.fromkeys(line["check"] for line in measured.checks if line["check"] != READY)
    for name in names:
        wanted = next(line["want"] for line in measured.checks if line["check"] == name)
        cells = [figure(measured.check(server, name), 0) for server in SERVERS]
        yield (f"{name} ({wanted})", *cells)
