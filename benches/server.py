"""Starts the release binary on a fresh data directory and asks it."""

import atexit
import http.client
import json
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).parent.parent
BINARY = os.environ.get("BENCH_BINARY", str(ROOT / "target/release/mainstay"))
PASSWORD = "a password for measuring"


class Server:
    """A server of the measurement's own. `records` is a PostgreSQL, or nothing for SQLite."""

    def __init__(self, *settings, records=None, token=None, starts=True):
        self.dir = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.data = self.dir.name + "/data"
        self.database = ["--set", f"database.url={records.url()}"] if records else []
        self.settings = [word for setting in settings for word in ("--set", setting)]
        if token is None:
            create = ["admin", "create", "--name", "bench", "--password-stdin"]
            self.command(*create, text=PASSWORD + "\n")
            token = self.token_of("bench")
        self.token = token
        if starts:
            self.start()

    def command(self, *words, text=""):
        """Runs a command of the binary on these records."""
        command = [BINARY, *words, "--data", self.data, *self.database]
        done = subprocess.run(command, input=text, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(words)}: {done.stderr or done.stdout}")
        return done.stdout

    def token_of(self, user):
        return self.command("admin", "token", "--user", user).splitlines()[-1]

    def start(self):
        command = [BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0"]
        began = time.monotonic()
        self.process = subprocess.Popen(
            command + self.database + self.settings + ["--set", "log.level=warn"],
            stdout=subprocess.PIPE, text=True
        )
        # A measurement that gives up leaves nothing running.
        atexit.register(self.process.kill)
        line = self.process.stdout.readline()
        self.port = int(line.strip().rstrip("/").rsplit(":", 1)[1])
        while self.ask("GET", "/readyz")[0] != 200:
            time.sleep(0.001)
        self.ready_s = time.monotonic() - began
        self.pid = self.process.pid

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def ask(self, method, path, body=None, connection=None, token=None):
        one = connection or self.connection()
        headers = {"Authorization": f"Bearer {token or self.token}"}
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/octet-stream"
        elif body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        one.request(method, path, body, headers)
        answer = one.getresponse()
        text = answer.read()
        return answer.status, text

    def timed(self, path, connection, token=None):
        """The status of a GET, its text and the ms it took. What costs much is rationed: waiting
        for one's turn is no part of the answer."""
        while True:
            began = time.perf_counter()
            status, text = self.ask("GET", path, connection=connection, token=token)
            if status != 429:
                return status, text, (time.perf_counter() - began) * 1000
            time.sleep(1)

    def get(self, path, token=None):
        status, text = self.ask("GET", path, token=token)
        if status != 200:
            raise SystemExit(f"GET {path}: {status}: {text[:300]}")
        return json.loads(text)

    def post(self, path, body, connection=None):
        status, text = self.ask("POST", path, body, connection)
        if status >= 300:
            raise SystemExit(f"POST {path}: {status}: {text[:300]}")
        return json.loads(text)

    def metric(self, name):
        page = self.ask("GET", "/metrics")[1].decode()
        for line in page.splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
        raise SystemExit(f"no metric {name}")

    def add_checks(self, count, protocol, spec, interval_s):
        """Adds so many checks of one target, a resource for every hundred."""
        connection = self.connection()
        resource = None
        for number in range(count):
            if number % 100 == 0:
                body = {"kind": "service", "name": f"target {number // 100}"}
                resource = self.post("/api/v1/resources", body, connection)["id"]
            body = {
                "resource_id": resource, "name": f"check {number}", "protocol": protocol,
                "spec": spec, "interval_s": interval_s, "retry_interval_s": 1, "timeout_s": 5,
            }
            self.post("/api/v1/checks", body, connection)

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def kill(self):
        self.process.kill()
        self.process.wait()


def query(path, **parameters):
    return path + "?" + urllib.parse.urlencode(parameters)
