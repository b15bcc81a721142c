"""The web server that everybody checks, and how many connections and requests it saw."""

import pathlib
import re
import subprocess
import tempfile
import urllib.request

import meter

CONFIGURATION = """
daemon off; worker_processes 1; pid {dir}/pid; error_log {dir}/error.log;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;
    uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
    server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ return 200 "hello"; }} }}
    server {{ listen 127.0.0.1:{status}; location / {{ stub_status; }} }}
}}
"""


class Target:
    def __init__(self):
        self.dir = tempfile.TemporaryDirectory()
        self.port, self.status = meter.free_port(), meter.free_port()
        text = CONFIGURATION.format(dir=self.dir.name, port=self.port, status=self.status)
        path = pathlib.Path(self.dir.name) / "nginx.conf"
        path.write_text(text)
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", str(path)])
        meter.wait_until(self.answers, 10, "nginx")

    def answers(self):
        try:
            return self.accepted() >= 0
        except OSError:
            return False

    def accepted(self):
        """Connections accepted since the start: one for every check, TCP or HTTP."""
        page = urllib.request.urlopen(f"http://127.0.0.1:{self.status}/").read().decode()
        return int(re.search(r"^ (\d+) (\d+) (\d+)", page, re.M).group(1))

    def stop(self):
        self.process.terminate()
        self.process.wait()
