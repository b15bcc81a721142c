import type { CDPSession, Page } from "@playwright/test";

/** Measures what a page costs. */
export interface Gauge {
  /** Milliseconds of processor that the page and what paints it took so far. */
  cpu_ms: () => Promise<number>;
  /** Mebibytes that scripts hold after all that is no longer needed went. */
  heap_mib: () => Promise<number>;
}

export async function gaugeOf(page: Page): Promise<Gauge> {
  const own: CDPSession = await page.context().newCDPSession(page);
  const whole = await page.context().browser()?.newBrowserCDPSession();
  if (!whole) throw new Error("the page belongs to no browser");
  await own.send("Performance.enable");
  return {
    cpu_ms: async () => {
      const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
      return processInfo
        .filter(({ type }) => type === "renderer" || type === "GPU")
        .reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
    },
    heap_mib: async () => {
      await own.send("HeapProfiler.collectGarbage");
      const { metrics } = await own.send("Performance.getMetrics");
      const held = metrics.find(({ name }) => name === "JSHeapUsedSize");
      return (held?.value ?? 0) / 1024 / 1024;
    },
  };
}

export function median(numbers: number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? NaN;
}

/** Waits until the page has painted what it was told to, and is ready for the next frame. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) {
      await new Promise((done) => {
        requestAnimationFrame(done);
      });
    }
  });
}
