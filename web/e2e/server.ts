import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "./ports";

const READY_WITHIN_MS = 60_000;
const FIRST_RUN = /https?:\/\/\S+\/first-run#token=\S+/;
const READY = /is ready at https?:\/\/\S+/;
const BINARY =
  process.env.MAINSTAY_BIN ?? resolve(import.meta.dirname, "../../target/debug/mainstay");
/** The server reads `MAINSTAY_…` as settings, and there is none called `bin`. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("MAINSTAY_")),
);

/** A server of our own. */
export interface Mainstay {
  url: string;
  /** The one-time link that it printed; empty when it had users already. */
  firstRunLink: string;
  stop: () => Promise<void>;
}

export interface Start {
  /** Under a name that it knows, as passkeys need it. */
  named?: boolean;
  /** A data directory that stays; otherwise an empty one that goes with the server. */
  data?: string;
  /** Settings, as `name=value`. */
  settings?: string[];
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once("exit", () => done());
  });
}

/** Waits for something in what the server prints. */
function said(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((done, refuse) => {
    let all = "";
    const timer = setTimeout(() => refuse(new Error(`no ${wanted}:\n${all}`)), READY_WITHIN_MS);
    const listen = (chunk: Buffer) => {
      all += chunk.toString();
      const found = wanted.exec(all)?.[0];
      if (!found) return;
      clearTimeout(timer);
      done(found);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("error", refuse);
    child.once("exit", (code) => refuse(new Error(`the server ended with ${code}:\n${all}`)));
  });
}

/** Starts the server under test. */
export async function startMainstay(start: Start = {}): Promise<Mainstay> {
  const data = start.data ?? mkdtempSync(join(tmpdir(), "mainstay-e2e-"));
  const fresh = readdirSync(data).length === 0;
  const port = await freePort();
  const url = start.named ? `http://localhost:${port}` : `http://127.0.0.1:${port}`;
  const named = start.named ? [`server.url=${url}`] : [];
  const settings = [...named, ...(start.settings ?? [])].flatMap((one) => ["--set", one]);
  const listen = ["--listen", `127.0.0.1:${port}`];
  const child = spawn(BINARY, ["serve", "--data", data, ...listen, ...settings], {
    stdio: ["ignore", "pipe", "pipe"],
    env: ENVIRONMENT,
  });
  const line = await said(child, fresh ? FIRST_RUN : READY);
  return {
    url,
    firstRunLink: fresh ? line.replace(/^https?:\/\/[^/]+/, url) : "",
    stop: async () => {
      child.kill("SIGTERM");
      await ended(child);
      if (start.data === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}
