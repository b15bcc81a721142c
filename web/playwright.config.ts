import { defineConfig } from "@playwright/test";

/** They measure how fast the server notices things: nothing else may run beside them. */
const ALONE = /(journey|notify)\.spec\.ts$/;

/** Each file starts its own server (`MAINSTAY_BIN`) on a free port with an empty data directory. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/runs",
  workers: 2,
  projects: [
    { name: "together", testIgnore: ALONE },
    { name: "alone", testMatch: ALONE, workers: 1 },
  ],
  timeout: 420_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    actionTimeout: 15_000,
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: "reduce" },
    // Recording every step takes half of the time of a journey: TRACE=1 for whoever looks for a fault.
    trace: process.env.TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
