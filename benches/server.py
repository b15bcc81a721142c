"""Starts the release binary on a fresh data directory and asks it."""

import http.client
import json
import pathlib
import subprocess
import tempfile
import time

BINARY = str(pathlib.Path(__file__).parent.parent / "target/release/mainstay")


class Server:
    def __init__(self, *settings):
        self.dir = tempfile.TemporaryDirectory()
        data = self.dir.name + "/data"
        create = [BINARY, "admin", "create", "--data", data, "--name", "bench", "--password-stdin"]
        subprocess.run(create, input=b"a password for measuring\n", check=True, capture_output=True)
        made = [BINARY, "admin", "token", "--data", data, "--user", "bench"]
        answer = subprocess.run(made, check=True, capture_output=True, text=True)
        self.token = answer.stdout.splitlines()[-1]
        self.data = data
        self.settings = [word for setting in settings for word in ("--set", setting)]
        self.start()

    def start(self):
        command = [BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0"]
        began = time.monotonic()
        self.process = subprocess.Popen(
            command + self.settings + ["--set", "log.level=warn"], stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        self.port = int(line.strip().rstrip("/").rsplit(":", 1)[1])
        while self.ask("GET", "/readyz")[0] != 200:
            pass
        self.ready_s = time.monotonic() - began
        self.pid = self.process.pid

    def ask(self, method, path, body=None, connection=None):
        one = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        one.request(method, path, body, headers)
        answer = one.getresponse()
        text = answer.read()
        return answer.status, text

    def get(self, path):
        status, text = self.ask("GET", path)
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
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
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
        self.process.wait(30)

    def kill(self):
        self.process.kill()
        self.process.wait()
