import react from "@vitejs/plugin-react";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const PROMQL = "@prometheus-io/codemirror-promql";
const COMPRESSIBLE = /\.(js|css|svg|json|txt)$/;

/**
 * Writes `name.gz` beside every text asset, so that the server sends it as it is. The page itself
 * stays plain: the server writes the nonce into it. Level and header are fixed: the same sources
 * always give the same bytes.
 */
function precompress(): Plugin {
  let folder = "dist";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle() {
      // A failed build has written nothing.
      if (!existsSync(folder)) return;
      for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (!COMPRESSIBLE.test(name)) continue;
        const path = join(folder, name);
        writeFileSync(
          `${path}.gz`,
          gzipSync(readFileSync(path), { level: constants.Z_BEST_COMPRESSION }),
        );
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), precompress()],
  server: { port: 5173, proxy: { "/api": "http://127.0.0.1:7780" } },
  build: { target: "es2022", assetsDir: "assets", sourcemap: false, assetsInlineLimit: 0 },
  test: {
    // What it has for Node would bring a second copy of the editor.
    alias: { "@prometheus-io/codemirror-promql": `${PROMQL}/dist/esm/index.js` },
    server: { deps: { inline: [PROMQL] } },
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    env: { TZ: "UTC" },
  },
});
