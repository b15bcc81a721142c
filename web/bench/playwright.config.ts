import { defineConfig } from "@playwright/test";
import whole from "../playwright.config";

/** Measures; run by `benches/run.sh charts`, never by `make test`. */
export default defineConfig({
  testDir: ".",
  outputDir: "../test-results/bench",
  workers: 1,
  timeout: 300_000,
  reporter: [["dot"]],
  use: whole.use ?? {},
});
