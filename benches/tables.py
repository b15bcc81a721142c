"""Tables in Markdown, and what of them stands in the results already."""

import datetime
import os
import platform
import re
import subprocess

from server import BINARY, ROOT

RESULTS = ROOT / "benches/RESULTS.md"


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|" + " --- |" * len(header))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def conditions():
    """The first paragraph of the results: when, what, on what."""
    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "?"
    )
    memory = next(line.split()[1] for line in open("/proc/meminfo") if "MemTotal" in line)
    version = subprocess.run([BINARY, "--version"], capture_output=True, text=True).stdout.strip()
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return ("# Measured\n\n"
            f"{today}, {version}, {model}, {len(os.sched_getaffinity(0))} cores, "
            f"{int(memory) // 1024} MiB, Linux {platform.release()}. Made by `make bench`; one "
            "section alone: `benches/run.sh register`. Peers run in the same run on the same "
            "machine; compare within a table.\n")


def sections(text):
    """Headings of the second level and what stands below each."""
    parts = re.split(r"(?m)^(?=## )", text)
    return {part.splitlines()[0]: part for part in parts if part.startswith("## ")}


def merged(before, made):
    """The results with the sections that were made now in the places of the old ones."""
    known = sections(before)
    known.update(sections(made))
    return "\n\n".join([conditions().rstrip(), *(part.rstrip() for part in known.values())]) + "\n"
