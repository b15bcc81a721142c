"""Measures Mainstay beside its peers and prints Markdown. Run by benches/run.sh."""

import contextlib
import datetime
import gzip
import io
import pathlib
import subprocess
import sys
import time
import urllib.request

import meter
import peers
import tables
from charts import charts
from clone import clone
from failover import failover
from libraries import causes, directory, journal, messages, permission, register
from scale import scale
from series_loads import series
from server import BINARY, ROOT, Server
from tables import table
from target import Target


class Both(io.TextIOBase):
    """Writes to the terminal and to `kept`."""

    def __init__(self, kept):
        self.kept = kept

    def write(self, text):
        sys.__stdout__.write(text)
        sys.__stdout__.flush()
        return self.kept.write(text)


def start():
    print("## Start\n")
    rows = []
    server = Server()
    first = server.ready_s
    times = []
    for _ in range(9):
        server.stop()
        server.start()
        times.append(server.ready_s)
    rows.append(("fresh data directory, to `/readyz`", f"{first * 1000:.0f} ms", "1"))
    rows.append(("existing data, to `/readyz`", f"{meter.median(times) * 1000:.0f} ms", "9, median"))
    killed = []
    for _ in range(9):
        server.kill()
        server.start()
        killed.append(server.ready_s)
    rows.append(("after `kill -9`", f"{meter.median(killed) * 1000:.0f} ms", "9, median"))
    rows.append(("after `kill -9`, slowest (limit 5 s)", f"{max(killed) * 1000:.0f} ms", "9"))
    server.stop()
    table(("start", "time", "runs"), rows)


def memory():
    print("## Memory\n")
    target = Target()
    server = Server("discovery.automatic=false")
    time.sleep(30)
    rows = [("idle, watching this machine, 30 s", *(f"{m:.0f}" for m in meter.memory_mib(server.pid)))]
    spec = {"host": "127.0.0.1", "port": target.port}
    server.add_checks(5000, "tcp", spec, 60)
    before, began = meter.cpu_s(server.pid), time.monotonic()
    time.sleep(75)
    share = (meter.cpu_s(server.pid) - before) / (time.monotonic() - began)
    label = f"5,000 TCP checks every 60 s ({share * 100:.1f} % of one core)"
    rows.append((label, *(f"{m:.0f}" for m in meter.memory_mib(server.pid))))
    server.stop()
    target.stop()
    table(("state", "resident MiB", "anonymous MiB"), rows)


def watching():
    print("## Cost of watching this machine\n")
    port = meter.free_port()
    exporter = subprocess.Popen(
        ["/usr/bin/prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}"],
        stderr=subprocess.DEVNULL,
    )
    server = Server("discovery.automatic=false", "discovery.interval_s=3600")
    time.sleep(15)
    began = time.monotonic()
    ours, theirs = meter.cpu_s(server.pid), meter.cpu_s(exporter.pid)
    seconds = 180
    for _ in range(seconds // 10):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read()
        time.sleep(10)
    passed = time.monotonic() - began
    ours = (meter.cpu_s(server.pid) - ours) / passed * 100
    theirs = (meter.cpu_s(exporter.pid) - theirs) / passed * 100
    exporter.terminate()
    exporter.wait()
    server.stop()
    rows = [
        ("Mainstay: reads, stores, evaluates rules, serves", f"{ours:.2f} %", f"{ours / theirs:.2f}"),
        ("prometheus-node-exporter, scraped every 10 s", f"{theirs:.2f} %", "1"),
    ]
    print(f"CPU of one core over {seconds} s, everything every 10 s; limit 1 %.\n")
    table(("what", "of one core", "ratio"), rows)


def rate(target, pid, warm_s, measure_s):
    time.sleep(warm_s)
    accepted, cpu, began = target.accepted(), meter.cpu_s(pid), time.monotonic()
    time.sleep(measure_s)
    passed = time.monotonic() - began
    return (target.accepted() - accepted) / passed, (meter.cpu_s(pid) - cpu) / passed


def checks():
    print("## Checks a second\n")
    print("Every service is due every second; connections that the target accepted in 30 s are "
          "counted. The target, nginx, shares the two cores.\n")
    for protocol in ("tcp", "http"):
        rows = []
        for peer_kind in (peers.Nagios, peers.Icinga):
            target = Target()
            peer = peer_kind(protocol, target.port, 3000)
            speed, cpu = rate(target, peer.process.pid, 20, 30)
            peer.must_run()
            peer.stop()
            target.stop()
            rows.append((peer_kind.name, f"check_{protocol}", speed, cpu))
        best = max(row[2] for row in rows)
        target = Target()
        server = Server("host.watch=false", "checks.concurrency_max=512")
        spec = {"host": "127.0.0.1", "port": target.port}
        if protocol == "http":
            spec = {"url": f"http://127.0.0.1:{target.port}/"}
        server.add_checks(12000, protocol, spec, 1)
        speed, cpu = rate(target, server.pid, 10, 30)
        server.stop()
        target.stop()
        rows.append(("Mainstay", f"native {protocol}", speed, cpu))
        table(
            ("system", "check", "checks/s", "ratio to the better peer", "CPU s/s", "CPU ms/check"),
            [(name, check, f"{speed:.0f}", f"{speed / best:.1f}", f"{cpu:.2f}",
              f"{cpu / max(speed, 1e-9) * 1000:.2f}") for name, check, speed, cpu in rows],
        )


def api():
    print("## API\n")
    server = Server()
    time.sleep(45)
    host = server.get("/api/v1/hosts")["items"][0]["resource_id"]
    now = datetime.datetime.now(datetime.timezone.utc)
    begin = (now - datetime.timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    paths = {
        "home: alerts": "/api/v1/alerts?state=open",
        "home: checks": "/api/v1/checks",
        "home: this machine": "/api/v1/hosts",
        "home: what changed": "/api/v1/journal?limit=20",
        "resources": "/api/v1/resources",
        "object page": f"/api/v1/resources/{host}",
        "object page: CPU, 1 h":
            f"/api/v1/series?selector=node_cpu_seconds_total&derive=rate&from={begin}",
        "search": "/api/v1/search?q=a",
    }
    connection = server.connection()
    rows = []
    for name, path in paths.items():
        times = []
        for _ in range(300):
            status, _, ms = server.timed(path, connection)
            times.append(ms)
            if status != 200:
                raise SystemExit(f"{path}: {status}")
        half, most = meter.quantile(times, 0.5), meter.quantile(times, 0.95)
        rows.append((name, f"{half:.2f}", f"{most:.2f}"))
    server.stop()
    print("300 calls each, one after another, on a connection kept open.\n")
    table(("call", "p50 ms", "p95 ms"), rows)


def ui():
    print("## First load of the UI\n")
    dist = ROOT / "web/dist"
    page = (dist / "index.html").read_text()
    scripts = [path for path in sorted((dist / "assets").glob("*.js")) if path.name in page]
    styles = [path for path in sorted((dist / "assets").glob("*.css")) if path.name in page]

    def zipped(paths):
        return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths) / 1024

    rows = [
        ("script that the page asks for (limit 400)", f"{zipped(scripts):.0f}"),
        ("style sheets", f"{zipped(styles):.0f}"),
        ("all files of the UI", f"{zipped(p for p in dist.rglob('*') if p.suffix in ('.js', '.css')):.0f}"),
        ("the binary with everything, not compressed",
         f"{pathlib.Path(BINARY).stat().st_size / 1024:.0f}"),
    ]
    table(("part", "KiB, gzip"), rows)


PARTS = {
    part.__name__: part
    for part in (start, memory, watching, checks, journal, permission, directory, register, causes, scale,
                 failover, messages, api, ui, charts, series)
}
# What takes both cores for half an hour and more is measured only when it is named.
NAMED = {"clone": clone}

if __name__ == "__main__":
    words = sys.argv[1:]
    write = "--write" in words
    wanted = [word for word in words if word != "--write"] or list(PARTS)
    known = PARTS | NAMED
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise SystemExit(f"no section {unknown[0]}: one of {', '.join(known)}")
    made = io.StringIO()
    for name in wanted:
        began = time.monotonic()
        # Into the terminal at once, and kept for the file.
        with contextlib.redirect_stdout(Both(made)):
            known[name]()
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if write:
        before = tables.RESULTS.read_text() if tables.RESULTS.exists() else ""
        tables.RESULTS.write_text(tables.merged(before, made.getvalue()))
