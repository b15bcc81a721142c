"""Runs the servers of the benchmark for time series, and its program `tsbench` against them.

A server is a file of shell functions, as the benchmark's README describes it."""

import contextlib
import functools
import json
import math
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import meter
from server import BINARY, ROOT

SHARED = pathlib.Path(
    os.environ.get("SHARED_BENCH", ROOT.resolve().parent / "shared/bench")).resolve()
OWN = ROOT.resolve() / "benches/series"
MAINSTAY = OWN / "mainstay.sh"
PROMETHEUS = SHARED / "servers/prometheus.sh"
VICTORIA = SHARED / "servers/victoria-metrics.sh"
# The first one's answers are those that the others' are compared with.
ALL = (PROMETHEUS, VICTORIA, MAINSTAY)
# So long a server may take until it is ready, and until it has ended.
READY_MAX_S = 600
END_MAX_S = 300


class Refused(Exception):
    """A server did not do what it was asked; its row says so."""


def environment(**more):
    """Variables of the server files and of `tsbench`."""
    target = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return {**os.environ, "SHARED_BENCH": str(SHARED), "MAINSTAY_BIN": os.path.abspath(BINARY),
            "CARGO_TARGET_DIR": target + "/tsbench", **more}


def work_dir():
    """Where spools and data go: several gigabytes."""
    place = os.environ.get("BENCH_SERIES_DIR")
    if place:
        pathlib.Path(place).mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="series-", dir=place, ignore_cleanup_errors=True)


@functools.cache
def tsbench():
    """The benchmark's program, built where it is not yet."""
    if not (SHARED / "tsbench/Cargo.toml").exists():
        raise SystemExit(f"no benchmark in {SHARED}: SHARED_BENCH names its directory")
    surroundings = environment()
    command = ["cargo", "build", "--release", "--quiet"]
    subprocess.run(command, cwd=SHARED / "tsbench", env=surroundings, check=True)
    return surroundings["CARGO_TARGET_DIR"] + "/release/tsbench"


def run(*words):
    """Runs `tsbench` and gives the lines of JSON that it says."""
    command = [tsbench(), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [f"{words[0]} failed"]
        raise Refused(said[-1].removeprefix("tsbench: ")[:200])
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


class Spool:
    """Requests of remote write, the very same for every server."""

    def __init__(self, where, hosts, duration, *more):
        self.dir = pathlib.Path(where) / "spool"
        shutil.rmtree(self.dir, ignore_errors=True)
        run("gen", "--spool", self.dir, "--hosts", hosts, "--duration", duration, *more)
        self.manifest = json.loads((self.dir / "manifest.json").read_text())
        self.steps = self.manifest["steps"]
        self.samples = self.manifest["samples"]
        self.series = self.manifest["series"]


class SeriesServer:
    """One server on a data directory of its own."""

    def __init__(self, file, where, **variables):
        self.file = file
        self.surroundings = environment(**variables)
        self.name, self.write_url, self.query_url, self.ready_url, self.params = self.shell(
            'printf "%s\\n" "$NAME" "$WRITE_URL" "$QUERY_URL" "$READY_URL" "$QUERY_PARAMS"'
        ).split("\n")[:5]
        self.data = pathlib.Path(where) / "data" / self.name
        self.log = pathlib.Path(where) / f"{self.name}.log"
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.parent.mkdir(exist_ok=True)
        self.shell('prepare "$2"', self.data)
        self.process = None

    def shell(self, text, *words):
        command = ["bash", "-c", f'set -euo pipefail; . "$1"; {text}', "bash", self.file, *words]
        done = subprocess.run([str(word) for word in command], env=self.surroundings,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{self.file}: {done.stderr}")
        return done.stdout

    def start(self):
        """Starts it and waits until it is ready; how long that took stands in `ready_s`."""
        command = ["bash", "-c", '. "$1"; start "$2"', "bash", str(self.file), str(self.data)]
        began = time.monotonic()
        with self.log.open("a") as log:
            # The shell becomes the server: its process is the server's.
            self.process = subprocess.Popen(command, env=self.surroundings, stdout=log, stderr=log)
        self.pid = self.process.pid
        while not self.is_ready():
            if self.process.poll() is not None:
                last = self.log.read_text(errors="replace").strip().splitlines()[-1:]
                raise Refused(f"ended by itself: {' '.join(last)}")
            if time.monotonic() - began > READY_MAX_S:
                raise Refused(f"not ready after {READY_MAX_S} s")
            time.sleep(0.01)
        self.ready_s = time.monotonic() - began

    def is_ready(self):
        try:
            with urllib.request.urlopen(self.ready_url, timeout=10) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(END_MAX_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def load(self, spool, *more):
        """Sends a spool, or some of it: what it cost."""
        return run("load", "--spool", spool.dir, "--name", self.name, "--url", self.write_url,
                   "--pid", self.pid, "--data", self.data, *more)[0]

    def check(self, spool, *more):
        """Whether everything is stored that was sent: of each check what there is, of how much."""
        return run("check", "--spool", spool.dir, "--name", self.name,
                   "--query-url", self.query_url, *more)

    def ask(self, spool, *more):
        """Asks the queries, of which each line is one: how long and how much CPU they took."""
        server = f"{self.name},{self.query_url},{self.pid},{self.params}"
        return run("query", "--spool", spool.dir, "--server", server, "--cold", 0, "--dash", 0,
                   *more)

    def flush(self):
        """Writes all of memory to disk, and merges what is there."""
        command = self.shell('flush_command "$2"', self.data).strip()
        done = subprocess.run(["sh", "-c", command], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise Refused(f"flush: {done.stderr.strip()[-200:]}")

    def disk_bytes(self):
        """What the flushed data take on disk, logs among them."""
        disks = self.shell('disk_dirs "$2"', self.data).split()
        return sum(size_of(pathlib.Path(disk)) for disk in disks)

    def settle(self):
        """Waits until it works no more, a minute at most."""
        quiet, before, end = 0, meter.cpu_s(self.pid), time.monotonic() + 60
        while quiet < 5 and time.monotonic() < end:
            time.sleep(1)
            now = meter.cpu_s(self.pid)
            quiet = quiet + 1 if now - before < 0.03 else 0
            before = now

    def index_bytes(self):
        """Bytes of the index of what was flushed."""
        if self.name == "prometheus":
            return sum(path.stat().st_size for path in self.data.glob("snapshots/*/*/index"))
        if self.name == "victoria-metrics":
            places = [self.data / "indexdb", *self.data.glob("data/*/*/*/index.bin"),
                      *self.data.glob("data/*/*/*/metaindex.bin")]
            return sum(map(size_of, places))
        blocks = self.data.glob("series/blocks/*.block")
        return sum(index_bytes_of_block(path) for path in blocks)


def size_of(path):
    """Blocks on disk of a file or of everything in a directory."""
    if path.is_file():
        return path.stat().st_blocks * 512
    files = (file for file in path.rglob("*") if file.is_file())
    # Hard links count once.
    return sum({file.stat().st_ino: file.stat().st_blocks * 512 for file in files}.values())


def index_bytes_of_block(path):
    """What of a block of ours is neither a sample nor a time: its sections and its summary."""
    with path.open("rb") as file:
        file.seek(-20, os.SEEK_END)
        offset, length = struct.unpack("<QI", file.read(20)[:12])
        file.seek(offset)
        summary = file.read(length)
    return length + sum(section[2] for section in sections(summary))


def sections(summary):
    """Tag, offset and length of the sections that the summary of a block names. Source:
    docs/formats/series.md."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = summary[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    varint()
    at += 1
    for _ in range(varint()):
        varint()
    # First and last time, points, series.
    for _ in range(4):
        varint()
    for _ in range(varint()):
        tag = summary[at]
        at += 1
        place, length = varint(), varint()
        at += 4
        yield tag, place, length


@contextlib.contextmanager
def started(file, where, **variables):
    """A server on an empty directory; it ends, and what it wrote goes, in any case."""
    server = SeriesServer(file, where, **variables)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.data, ignore_errors=True)


def geometric_mean(values):
    logs = [math.log(max(value, 0.01)) for value in values]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan
