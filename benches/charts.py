"""A million points in the charts of the UI, in Chromium without a graphics processor."""

import json
import os
import subprocess
import tempfile

from server import ROOT
from tables import table

WEB = ROOT / "web"


def charts():
    print("## Charts of a million points\n")
    with tempfile.NamedTemporaryFile(suffix=".json") as figures:
        subprocess.run(
            ["npx", "playwright", "test", "--config", "bench/playwright.config.ts"],
            cwd=WEB, check=True, stdout=subprocess.DEVNULL,
            env={**os.environ, "CHART_FIGURES": figures.name},
        )
        measured = json.load(open(figures.name))
    print("The page of queries with an answer of `query_range` as Prometheus writes it, in Chromium "
          "that paints without a graphics processor. First draw and zoom: from the asking to the "
          "painted chart, with the answer on its way. Redraw and cursor: processor time of the page "
          "and of what paints it, with all that is around the chart; goals 50 ms and 16 ms.\n")
    table(
        ("series × points", "answer read, ms", "first draw, ms", "redraw, a series hidden, CPU ms",
         "redraw, another width, CPU ms", "cursor moved, CPU ms", "zoomed, ms", "held, MiB"),
        [(f"{row['series']:,} × {row['points']:,}", f"{row['answered_ms']:.0f}",
          f"{row['drawn_ms']:.0f}", f"{row['hide_ms']:.0f}", f"{row['resize_ms']:.0f}",
          f"{row['move_ms']:.1f}", f"{row['zoom_ms']:.0f}", f"{row['held_mib']:.0f}")
         for row in measured],
    )
