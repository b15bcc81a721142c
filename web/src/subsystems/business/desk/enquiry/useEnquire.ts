import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { ask } from "../../../../api/client";
import type { EnquiryCodeView, NewEnquiry } from "../../../../api/contract";
import { useOnce } from "../../../../api/once";
import { Problem } from "../../../../api/problem";
import { openForms } from "./forms";
import type { OpenedForm } from "./forms";
import type { Puzzle } from "./solver";

/** The server's clock begins a little before ours. */
const SLACK_MS = 250;

/** What a person fills in; the rest is the browser's work. */
export type Written = Omit<NewEnquiry, "form" | "stamp" | "solution">;

/** A form on its way, with the work that is done for it. */
interface Started extends OpenedForm {
  solution: Promise<string>;
}

/** Has the work done beside the page. */
function solve(puzzle: Puzzle): Promise<string> {
  return new Promise((done, refuse) => {
    const worker = new Worker(new URL("./solver.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<string>) => {
      worker.terminate();
      done(data);
    });
    worker.addEventListener("error", (fault) => {
      worker.terminate();
      refuse(new Error(fault.message));
    });
    worker.postMessage(puzzle, {});
  });
}

function start(opened: OpenedForm): Started {
  const { stamp, work_bits: bits } = opened.form;
  return { ...opened, solution: bits === 0 ? Promise.resolve("") : solve({ stamp, bits }) };
}

async function send(started: Started, written: Written): Promise<EnquiryCodeView> {
  const { form, opened_ms, solution } = started;
  const found = await solution;
  const wait_ms = opened_ms + 1000 * form.wait_s + SLACK_MS - performance.now();
  await new Promise((done) => {
    setTimeout(done, Math.max(0, wait_ms));
  });
  const body: NewEnquiry = { ...written, form: form.key, stamp: form.stamp, solution: found };
  return ask({ method: "POST", path: "/public/enquiries", body, anonymous: true });
}

function isStale(fault: unknown): boolean {
  return fault instanceof Problem && fault.fields.some(({ field }) => field === "stamp");
}

/**
 * Sends an enquiry. `begin` has the work begun before it is sent; a form that has become stale
 * meanwhile is opened again, and nothing of what was typed is lost.
 */
export function useEnquire(opened: OpenedForm, onSent: (code: string) => void) {
  const started = useRef<Started | null>(null);
  const startWith = (fresh: OpenedForm) => {
    const one = start(fresh);
    started.current = one;
    // Whoever waits for the work is told that it failed; the next attempt begins it anew.
    one.solution.catch(() => {
      started.current = null;
    });
    return one;
  };
  const begin = () => started.current ?? startWith(opened);
  const again = async (fault: unknown) => {
    const fresh = (await openForms()).find(({ form }) => form.key === opened.form.key);
    if (!fresh) throw fault;
    return startWith(fresh);
  };
  const mutation = useMutation<EnquiryCodeView, Error, Written>({
    mutationFn: async (written) => {
      try {
        return await send(begin(), written);
      } catch (fault) {
        if (!isStale(fault)) throw fault;
        return send(await again(fault), written);
      }
    },
    onSuccess: ({ code }) => onSent(code),
  });
  return { begin, enquire: useOnce(mutation) };
}
