"""Loads for time series that the shared benchmark does not have: a day, churn, samples that come
late, queries while samples come, ten days with and without roll-ups, millions of series."""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time

import meter
from series_goals import figure, goals_section
from series_servers import (ALL, MAINSTAY, OWN, SHARED, VICTORIA, Refused, Spool,
                            geometric_mean, started, work_dir)
from server import ROOT
from tables import table


def number(name, otherwise):
    return int(os.environ.get(f"BENCH_SERIES_{name}", otherwise))


def text(name, otherwise):
    return os.environ.get(f"BENCH_SERIES_{name}", otherwise)


LOADS = text("LOADS", "goals")
# Hosts of 120 series, each with a scrape every 15 s.
DAY_HOSTS = number("DAY_HOSTS", 100)
CHURN_HOSTS, CHURN_HISTORY = number("CHURN_HOSTS", 300), text("CHURN_HISTORY", "4h")
# So much of the hosts is replaced by others in an hour.
CHURN = text("CHURN", "0.2")
LATE_HOSTS, LATE_HISTORY = number("LATE_HOSTS", 300), text("LATE_HISTORY", "2h")
# Every second stretch of so many scrapes comes after the one behind it: ten minutes late and more.
LATE_STEPS = number("LATE_STEPS", 40)
BUSY_HOSTS, BUSY_HISTORY = number("BUSY_HOSTS", 500), text("BUSY_HISTORY", "2h")
# Samples a second that come in while queries are asked.
BUSY_RATE = number("BUSY_RATE", 100_000)
LONG_HOSTS, LONG_DAYS = number("LONG_HOSTS", 10), number("LONG_DAYS", 10)
MANY = [int(count) for count in text("MANY", "1000000,5000000").split(",")]
MANY_HISTORY = text("MANY_HISTORY", "5m")
# With more series than this only Mainstay is measured: the others want more memory than there is.
PEERS_MAX = number("PEERS_MAX", 1_000_000)
# Settings of Mainstay for millions of series, such as "--set NAME=VALUE".
MANY_ARGS = text("MANY_ARGS", "")
RUNS = number("RUNS", 15)
SERIES_A_HOST = 120
LATE = (OWN / "prometheus-late.sh", VICTORIA, MAINSTAY)
SAID = "gave up"


def each(files, where, work, **variables):
    """What `work` finds of each server, alone and on an empty directory; why it found nothing."""
    found = {}
    for file in files:
        name = file.stem.removesuffix("-late")
        print(f"time series: {name}", file=sys.stderr, flush=True)
        try:
            with started(file, where, **variables) as server:
                found[name] = work(server)
        except Refused as refused:
            found[name] = {SAID: str(refused).replace("|", "/")}
    return found


def show(heading, found):
    """A column for each server; what one of them was refused stands in the last row."""
    names = dict.fromkeys(name for figures in found.values() for name in figures)
    rows = [(name, *(figures.get(name, "–") for figures in found.values()))
            for name in sorted(names, key=lambda name: name == SAID)]
    table((heading, *found), rows)


def taken_in(line):
    """What taking in samples cost."""
    return {
        "CPU µs/sample, settled": figure(line["cpu_us_per_sample"]),
        "samples/s": figure(line["samples_per_s"], 0),
        "request ms, p50 / p99": f"{figure(line['req_ms_p50'])} / {figure(line['req_ms_p99'])}",
        "peak anonymous memory, MB": figure(line["rss_anon_peak"] / 1e6, 0),
        "peak resident memory, MB": figure(line["rss_peak"] / 1e6, 0),
        "retries": figure(line["retries"], 0),
    }


def on_disk(server, spool):
    """Flushes: what the samples take then, and the index of them."""
    server.flush()
    return {
        "bytes/sample, all files, flushed and merged":
            figure(server.disk_bytes() / spool.samples, 3),
        "of that index, bytes/sample": figure(server.index_bytes() / spool.samples, 3),
    }


def stored(server, spool):
    """Of the samples of `up`, how many are there of how many."""
    line = server.check(spool)[0]
    return {"samples of `up`, stored of sent": f"{line['got']:,.0f} of {line['want']:,.0f}"}


def killed(server):
    """Kills it, and starts it again on what it left."""
    server.kill()
    server.start()
    return {"ready after `kill -9`, s": figure(server.ready_s)}


def asked(server, spool, *more):
    """Queries one by one: geometric mean of their medians, and CPU of the whole process."""
    before = meter.cpu_s(server.pid)
    lines = server.ask(spool, "--runs", RUNS, *more)
    took = meter.cpu_s(server.pid) - before
    # Each is asked once before its runs.
    calls = sum(1 + (line.get("warm") or {}).get("runs", 0) for line in lines)
    answered = [line["warm"] for line in lines if line.get("warm")]
    return lines, {
        "queries, geometric mean of p50, ms":
            figure(geometric_mean([warm["p50_ms"] for warm in answered])),
        "queries, mean CPU ms, all threads counted": figure(took * 1000 / max(calls, 1)),
        "queries answered": f"{len(answered)} of {len(lines)}",
    }


def day(where):
    print("### A day\n")
    print(f"{DAY_HOSTS * SERIES_A_HOST:,} series, 24 hours; goal ≤ 0.85 bytes/sample. Killed as "
          "soon as all is acknowledged, then started, flushed and asked.\n")
    spool = Spool(where, DAY_HOSTS, "24h")

    def work(server):
        figures = taken_in(server.load(spool)) | killed(server)
        figures |= stored(server, spool) | on_disk(server, spool)
        return figures | asked(server, spool, "--queries", SHARED / "queries.txt")[1]

    show("a day", each(ALL, where, work))


def churn(where):
    print("### Churn\n")
    print(f"{CHURN_HOSTS} hosts, {CHURN_HISTORY}; {float(CHURN) * 100:.0f} % of them are replaced "
          "by others in an hour.\n")
    spool = Spool(where, CHURN_HOSTS, CHURN_HISTORY, "--churn-per-hour", CHURN)

    def work(server):
        figures = taken_in(server.load(spool))
        hosts = next(line["got"] for line in server.check(spool)
                     if line["check"] == "series with up")
        figures["series, replaced ones among them"] = f"{hosts * SERIES_A_HOST:,.0f}"
        return figures | stored(server, spool) | on_disk(server, spool)

    show("churn", each(ALL, where, work))


def stretches(steps, length):
    """Where stretches begin and end, two by two the other way round."""
    all_of_them = [(begin, min(begin + length, steps)) for begin in range(0, steps, length)]
    for at in range(0, len(all_of_them), 2):
        yield from reversed(all_of_them[at:at + 2])


def late(where):
    print("### Out of order\n")
    print(f"{LATE_HOSTS * SERIES_A_HOST:,} series, {LATE_HISTORY}: in order, and with every second "
          f"stretch of {LATE_STEPS} scrapes after the one behind it, so that half of the samples "
          "come late. Prometheus is told to take them (a window of two hours).\n")
    spool = Spool(where, LATE_HOSTS, LATE_HISTORY)
    in_order = [(begin, min(begin + LATE_STEPS, spool.steps))
                for begin in range(0, spool.steps, LATE_STEPS)]
    found = {}
    for order, parts in (("in order", in_order),
                         ("half late", list(stretches(spool.steps, LATE_STEPS)))):
        def work(server, parts=parts):
            before = meter.cpu_s(server.pid)
            lines = [server.load(spool, "--first-step", begin, "--last-step", end, "--settle", 0)
                     for begin, end in parts]
            server.settle()
            took = meter.cpu_s(server.pid) - before
            figures = {
                "CPU µs/sample, settled": figure(took * 1e6 / spool.samples),
                "peak anonymous memory, MB":
                    figure(max(line["rss_anon_peak"] for line in lines) / 1e6, 0),
            }
            return figures | stored(server, spool) | on_disk(server, spool)

        for name, figures in each(LATE, where, work).items():
            own = found.setdefault(name, {})
            own.update({f"{order}: {what}": said for what, said in figures.items()})
    show("out of order", found)


def busy(where):
    print("### Queries while samples come\n")
    print(f"{BUSY_HOSTS * SERIES_A_HOST:,} series, {BUSY_HISTORY}; the last quarter of it comes at "
          f"{BUSY_RATE:,} samples/s while the queries about the rest are asked.\n")
    spool = Spool(where, BUSY_HOSTS, BUSY_HISTORY)
    until = spool.steps * 3 // 4
    queries = ("--queries", SHARED / "queries.txt", "--last-step", until, "--budget", 1)

    def work(server):
        server.load(spool, "--last-step", until)
        quiet = asked(server, spool, *queries)[1]
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            loading = pool.submit(server.load, spool, "--first-step", until, "--rate", BUSY_RATE,
                                  "--settle", 0)
            lines = server.ask(spool, "--runs", RUNS, *queries)
            lasted = not loading.done()
            line = loading.result()
        p50 = [one["warm"]["p50_ms"] for one in lines if one.get("warm")]
        p95 = [one["warm"]["p95_ms"] for one in lines if one.get("warm")]
        what = "queries, geometric mean of p50, ms"
        return {
            f"quiet: {what}": quiet[what],
            f"loading: {what}": figure(geometric_mean(p50)),
            "loading: queries, geometric mean of p95, ms": figure(geometric_mean(p95)),
            "loading: samples/s": figure(line["samples_per_s"], 0),
            "loading: request ms, p50 / p99":
                f"{figure(line['req_ms_p50'])} / {figure(line['req_ms_p99'])}",
            "loading lasted longer than the queries": "yes" if lasted else "no",
        } | stored(server, spool)

    show("queries while samples come", each(ALL, where, work))


def long(where):
    print("### Ten days\n" if LONG_DAYS == 10 else f"### {LONG_DAYS} days\n")
    print(f"{LONG_HOSTS * SERIES_A_HOST:,} series, {LONG_DAYS} days; then questions about all of "
          "it: p50 / CPU ms.\n")
    # The last step lies at a whole hour.
    end = int(time.time()) // 3600 * 3600 + 60
    spool = Spool(where, LONG_HOSTS, f"{LONG_DAYS}d", "--end", end)

    def work(server):
        figures = taken_in(server.load(spool)) | on_disk(server, spool)
        lines, together = asked(server, spool, "--queries", OWN / "long.txt")
        for line in lines:
            warm = line.get("warm")
            whole = ", whole hours" if line["query"].startswith("whole_") else ""
            what = f"`{line['expr']}`, step {line['step_s']} s{whole}".replace("|", "\\|")
            figures[what] = (
                f"{figure(warm['p50_ms'])} / {figure(warm['cpu_ms'])}" if warm else "error")
        return figures | together | stored(server, spool)

    show("all of it", each(ALL, where, work))
    roll_ups()


def roll_ups():
    """What the store's own bench says of roll-ups."""
    print("The store alone, its own bench: the same days without roll-ups, and with those of a "
          "minute, five minutes and an hour. Both are asked for the greatest value of every hour "
          "of every series.\n")
    size = {**os.environ, "HOSTS": str(LONG_HOSTS), "DAYS": str(LONG_DAYS)}
    command = ["cargo", "bench", "-q", "-p", "tsdb", "--bench", "rollups"]
    done = subprocess.run(command, cwd=ROOT, env=size, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    without, with_them = "without, ", "with, "
    names = [name.removeprefix(without) for name in said if name.startswith(without)]
    table(("the store", "without roll-ups", "with roll-ups"),
          [(name, said[without + name], said.get(with_them + name, "–")) for name in names])


def many(where):
    for count in MANY:
        hosts = -(-count // SERIES_A_HOST)
        print(f"### {count:,} series\n")
        print(f"{hosts:,} hosts, {MANY_HISTORY}, as fast as accepted."
              + ("" if count <= PEERS_MAX else " Mainstay alone.") + "\n")
        spool = Spool(where, hosts, MANY_HISTORY)

        def work(server, spool=spool):
            line = server.load(spool)
            figures = taken_in(line)
            figures["resident memory afterwards, bytes a series"] = figure(
                line["rss_settled"] / spool.series, 0)
            figures |= stored(server, spool) | killed(server)
            server.flush()
            figures["on disk, flushed, bytes a series"] = figure(
                server.disk_bytes() / spool.series, 0)
            figures["of that index, bytes a series (goal ≤ 40)"] = figure(
                server.index_bytes() / spool.series, 1)
            return figures

        files = ALL if count <= PEERS_MAX else (MAINSTAY,)
        show(f"{count:,} series", each(files, where, work, MAINSTAY_ARGS=MANY_ARGS))


PARTS = {part.__name__: part for part in (day, churn, late, busy, long, many)}


def series():
    """The goals' table, then the other loads: those that BENCH_SERIES_LOADS names."""
    wanted = LOADS.split(",")
    unknown = [name for name in wanted if name != "goals" and name not in PARTS]
    if unknown:
        known = ", ".join(["goals", *PARTS])
        raise SystemExit(f"BENCH_SERIES_LOADS: no load {unknown[0]}: some of {known}")
    print("## Time series\n")
    for name in wanted:
        if name == "goals":
            goals_section()
            continue
        with work_dir() as where:
            PARTS[name](pathlib.Path(where))
