import { createServer } from "node:net";

/** Below 32768, where Linux begins to hand out ports; other tests have those before. */
const FIRST = 28_000;
const PER_WORKER = 500;

let given = 0;

/**
 * A port that nobody listens on and that nobody else is given meanwhile. One that the system hands
 * out and takes back would be handed out again to whoever connects next.
 */
export async function freePort(): Promise<number> {
  const first = FIRST + (Number(process.env.TEST_PARALLEL_INDEX ?? 0) % 8) * PER_WORKER;
  for (let tries = 0; tries < PER_WORKER; tries++) {
    const port = first + (given++ % PER_WORKER);
    if (await isFree(port)) return port;
  }
  throw new Error(`all ports from ${first} to ${first + PER_WORKER - 1} are taken`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
