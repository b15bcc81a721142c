import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "./ports";

const READY_WITHIN_MS = 60_000;
const BINARY =
  process.env.MAINSTAY_BIN ?? resolve(import.meta.dirname, "../../target/debug/mainstay");
/** The server reads `MAINSTAY_…` as settings, and there is none called `bin`. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("MAINSTAY_")),
);

/** A server of our own, with an empty data directory. */
export interface Mainstay {
  url: string;
  /** The one-time link that it printed. */
  firstRunLink: string;
  stop: () => Promise<void>;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once("exit", () => done());
  });
}

/** Waits for the first-run link in what the server prints. */
function linkOf(child: ChildProcess): Promise<string> {
  return new Promise((done, refuse) => {
    let said = "";
    const timer = setTimeout(() => refuse(new Error(`no first-run link:\n${said}`)), READY_WITHIN_MS);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const link = /https?:\/\/\S+\/first-run#token=\S+/.exec(said)?.[0];
      if (!link) return;
      clearTimeout(timer);
      done(link);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("error", refuse);
    child.once("exit", (code) => refuse(new Error(`the server ended with ${code}:\n${said}`)));
  });
}

/** Starts the server under test; `named`: under a name that it knows, as passkeys need it. */
export async function startMainstay(options: { named?: boolean } = {}): Promise<Mainstay> {
  const data = mkdtempSync(join(tmpdir(), "mainstay-e2e-"));
  const port = await freePort();
  const url = options.named ? `http://localhost:${port}` : `http://127.0.0.1:${port}`;
  const named = options.named ? ["--set", `server.url=${url}`] : [];
  const listen = ["--listen", `127.0.0.1:${port}`];
  const child = spawn(BINARY, ["serve", "--data", data, ...listen, ...named], {
    stdio: ["ignore", "pipe", "pipe"],
    env: ENVIRONMENT,
  });
  const link = await linkOf(child);
  return {
    url,
    firstRunLink: link.replace(/^https?:\/\/[^/]+/, url),
    stop: async () => {
      child.kill("SIGTERM");
      await ended(child);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
