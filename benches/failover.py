"""How long jobs stand still when the server that runs them is killed."""

import os
import shutil
import sys
import time

import meter
from records import Postgres
from server import Server
from tables import table

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SETTINGS = ("host.watch=false",)


def held(server):
    """The jobs that run on one server at a time, and are on this one."""
    jobs = server.get("/api/v1/jobs")["items"]
    return {job["name"] for job in jobs if job["runs_on"] == "one" and job["here"]}


def failover():
    print("## Fail-over\n")
    postgres = Postgres()
    postgres.fresh()
    times = []
    try:
        holder = Server(*SETTINGS, records=postgres)
        meter.wait_until(lambda: len(held(holder)) >= 2, 60, "the first server to have the jobs")
        for _ in range(ROUNDS):
            time.sleep(3)
            jobs = held(holder)
            heir = Server(*SETTINGS, records=postgres, token=holder.token, starts=False)
            # Servers of one database share their keys.
            shutil.copytree(f"{holder.data}/keys", f"{heir.data}/keys")
            heir.start()
            jobs |= held(heir)
            holder.kill()
            began = time.monotonic()
            meter.wait_until(lambda: held(heir) >= jobs, 60, "the second server to have the jobs")
            times.append(time.monotonic() - began)
            print(f"fail-over of {len(jobs)} jobs: {times[-1]:.1f} s", file=sys.stderr, flush=True)
            holder = heir
        holder.stop()
    finally:
        postgres.stop()
    print("Two servers on one PostgreSQL; the one that has the jobs is killed (`kill -9`). Seconds "
          "until the other has all of them.\n")
    table(("", "s"), [("median", f"{meter.median(times):.1f}"),
                      (f"slowest of {ROUNDS} (limit 15)", f"{max(times):.1f}")])
