import { workedOut } from "./work";

/** What a form is handed out with, and how much work it asks for. */
export interface Puzzle {
  stamp: string;
  bits: number;
}

// Runs beside the page, so that what is typed meanwhile does not wait.
self.addEventListener("message", ({ data }: MessageEvent<Puzzle>) => {
  self.postMessage(workedOut(data.stamp, data.bits), {});
});
