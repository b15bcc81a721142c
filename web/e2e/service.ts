import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports";

const NGINX = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].find((path) =>
  existsSync(path),
);
const POLL_MS = 50;
const UP_WITHIN_MS = 10_000;

/** A real service of this machine that can be stopped and started. */
export interface Service {
  port: number;
  start: () => Promise<void>;
  stop: () => Promise<void>;
  remove: () => Promise<void>;
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

async function until(wanted: boolean, port: number): Promise<void> {
  const end_ms = Date.now() + UP_WITHIN_MS;
  while ((await answers(port)) !== wanted) {
    if (Date.now() > end_ms) throw new Error(`port ${port} is not ${wanted ? "open" : "closed"}`);
    await new Promise((done) => {
      setTimeout(done, POLL_MS);
    });
  }
}

/** Writes nginx's configuration and gives its command line; without nginx, one for Node. */
function commandOf(folder: string, port: number): [string, string[]] {
  if (!NGINX) {
    const script = `require("node:http").createServer((q, a) => a.end("up\\n"))
      .listen(${port}, "127.0.0.1")`;
    return [process.execPath, ["-e", script]];
  }
  const file = join(folder, "nginx.conf");
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(" ");
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
     events {}
     http { access_log off; ${folders}
       server { listen 127.0.0.1:${port}; location / { return 200 "up\\n"; } } }`,
  );
  return [NGINX, ["-p", folder, "-c", file]];
}

/** A web server on a free port of this machine; not started yet. */
export async function aService(): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), "mainstay-service-"));
  const port = await freePort();
  const [command, options] = commandOf(folder, port);
  let child: ChildProcess | null = null;
  const stop = async () => {
    child?.kill("SIGKILL");
    child = null;
    await until(false, port);
  };
  return {
    port,
    start: async () => {
      child = spawn(command, options, { stdio: "ignore" });
      await until(true, port);
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
