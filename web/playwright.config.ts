import { defineConfig } from "@playwright/test";

/** Each file starts its own server (`MAINSTAY_BIN`) on a free port with an empty data directory. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/runs",
  // One after the other: the journeys measure how fast the server notices things.
  workers: 1,
  timeout: 420_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    actionTimeout: 15_000,
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: "reduce" },
    trace: "retain-on-failure",
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
