"""From a clean clone to the page, and to the last line of the tests: README's two commands. Takes
half an hour and both cores, so it is measured only when it is named."""

import os
import signal
import subprocess
import sys
import tempfile
import time

from server import ROOT
from tables import table


def to_address(checkout, log):
    """Seconds until `make run` has printed the address that it answers at."""
    began = time.monotonic()
    run = subprocess.Popen(["make", "run"], cwd=checkout, stdout=subprocess.PIPE, stderr=log,
                           text=True, start_new_session=True)
    try:
        for line in run.stdout:
            log.write(line)
            if " is ready at " in line:
                return time.monotonic() - began
        raise SystemExit(f"make run ended with {run.wait()}: {log.name}")
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGTERM)
        run.stdout.close()
        run.wait()


def clone():
    print("## From a clean clone\n")
    environment = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
    os.environ.pop("CARGO_TARGET_DIR", None)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        checkout = f"{folder}/mainstay"
        subprocess.run(["git", "clone", "-q", str(ROOT), checkout], check=True)
        with open(f"{folder}/log", "w", buffering=1) as log:
            run_s = to_address(checkout, log)
            print(f"make run: {run_s:.0f} s", file=sys.stderr, flush=True)
            began = time.monotonic()
            test = subprocess.run(["make", "test"], cwd=checkout, stdout=log, stderr=log,
                                  env=environment)
            test_s = time.monotonic() - began
        if test.returncode != 0:
            sys.stderr.write("".join(open(f"{folder}/log").readlines()[-60:]))
            raise SystemExit(f"make test ended with {test.returncode}")
    print("Debian packages, crates and npm's packages had been downloaded before; `make test` "
          "after `make run`.\n")
    table(("command", "min"), [
        ("`make run`, to the address of the page", f"{run_s / 60:.1f}"),
        ("`make test`", f"{test_s / 60:.1f}"),
    ])
