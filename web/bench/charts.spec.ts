import { test } from "@playwright/test";
import type { Page } from "@playwright/test";
import react from "@vitejs/plugin-react";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";
import type { PreviewServer } from "vite";
import { addressOf, answerOf, SHAPES } from "./answer";
import { gaugeOf, median, painted } from "./gauge";
import type { Gauge } from "./gauge";

const MOVES = 200;
const REDRAWS = 10;
const NARROWER_PX = 40;
/** The chart and the beginning of its legend, one below the other. */
const WINDOW = { width: 1440, height: 1200 };

const rows: Record<string, number>[] = [];
let folder: string;
let served: PreviewServer;
let url: string;

test.use({ viewport: WINDOW });

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "mainstay-charts-"));
  const plugins = [
    react(),
    {
      name: "answers",
      configurePreviewServer(server: PreviewServer) {
        server.middlewares.use("/prometheus/api/v1/query_range", (request, response) => {
          const { searchParams } = new URL(request.url ?? "", "http://localhost");
          response.setHeader("Content-Type", "application/json");
          response.end(answerOf(searchParams));
        });
      },
    },
  ];
  const outDir = { build: { outDir: folder } };
  const shared = { root: import.meta.dirname, configFile: false as const, ...outDir, plugins };
  await build({ ...shared, logLevel: "error" });
  const listen = { port: 0, host: "127.0.0.1" };
  served = await preview({ ...shared, logLevel: "error", preview: listen });
  url = served.resolvedUrls?.local[0] ?? "";
});

test.afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
  const written = JSON.stringify(rows);
  if (process.env.CHART_FIGURES) writeFileSync(process.env.CHART_FIGURES, written);
  else process.stdout.write(`${written}\n`);
});

/** Follows an address; milliseconds until its answer is there, and until the chart is painted. */
function firstDraw(page: Page, to: string): Promise<{ answered_ms: number; drawn_ms: number }> {
  return page.evaluate(async (address) => {
    const begun = performance.now();
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate"));
    let after = 0;
    while (after < 3) {
      await new Promise((done) => {
        requestAnimationFrame(done);
      });
      if (document.querySelector(".kit-plot canvas") !== null) after += 1;
    }
    const drawn_ms = performance.now() - begun;
    const read = performance.getEntriesByType("resource").find((one) => /query_r/.test(one.name));
    const end = read instanceof PerformanceResourceTiming ? read.responseEnd : begun;
    return { answered_ms: end - begun, drawn_ms };
  }, to);
}

/** What one redraw takes, with its paint: the median of some. */
async function redraw_ms(
  page: Page,
  gauge: Gauge,
  act: (at: number) => Promise<unknown>,
): Promise<number> {
  const taken: number[] = [];
  for (let at = 0; at < REDRAWS; at += 1) {
    const before = await gauge.cpu_ms();
    await act(at);
    await painted(page);
    taken.push((await gauge.cpu_ms()) - before);
  }
  return median(taken);
}

/** What one movement of the pointer over the chart takes. */
async function move_ms(page: Page, gauge: Gauge): Promise<number> {
  const box = await page.locator(".u-over").boundingBox();
  if (!box) throw new Error("no chart to move over");
  const before = await gauge.cpu_ms();
  for (let at = 0; at < MOVES; at += 1) {
    await page.mouse.move(box.x + ((at * 5) % box.width), box.y + ((at * 3) % box.height));
  }
  await painted(page);
  return ((await gauge.cpu_ms()) - before) / MOVES;
}

/** Marks a fifth of the chart; milliseconds from then until it is asked for, read and painted. */
async function zoom_ms(page: Page): Promise<number> {
  const box = await page.locator(".u-over").boundingBox();
  if (!box) throw new Error("no chart to zoom into");
  await page.mouse.move(box.x + box.width * 0.4, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 });
  const answered = page.waitForResponse(/query_range/);
  const begun = performance.now();
  await page.mouse.up();
  await answered;
  await page.locator('.explore-result[aria-busy="false"]').waitFor();
  await painted(page);
  return performance.now() - begun;
}

for (const shape of SHAPES) {
  test(`a million points are drawn: ${shape.series} series`, async ({ page }) => {
    const gauge = await gaugeOf(page);
    await page.goto(url);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const empty_mib = await gauge.heap_mib();
    const drawn = await firstDraw(page, addressOf(shape));
    const held_mib = (await gauge.heap_mib()) - empty_mib;
    const resize = (at: number) =>
      page.setViewportSize({ ...WINDOW, width: WINDOW.width - ((at + 1) % 2) * NARROWER_PX });
    const first = page.getByRole("checkbox", { name: /host-0\./ });
    rows.push({
      ...shape,
      ...drawn,
      resize_ms: await redraw_ms(page, gauge, resize),
      hide_ms: await redraw_ms(page, gauge, () => first.click()),
      move_ms: await move_ms(page, gauge),
      zoom_ms: await zoom_ms(page),
      held_mib,
    });
  });
}
