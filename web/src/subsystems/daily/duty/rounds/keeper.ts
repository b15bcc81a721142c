import { ask } from "../../../../api/client";
import type { AttachmentView, FoundView, InspectionItem } from "../../../../api/contract";
import { blankProblem, Problem, problemOf } from "../../../../api/problem";
import { valueOf } from "./answer";
import type { Draft, Photo } from "./answer";
import {
  discardedAt,
  openedAt,
  photosIn,
  photoSent,
  readKept,
  refusedOf,
  savedAt,
  settledOf,
  typedAt,
  writeKept,
} from "./kept";
import type { Kept, Unsent } from "./kept";
import type { PhotoStore } from "./photoStore";

/** What the page shows of what is kept. */
export interface Keeping {
  kept: Kept;
  /** `waiting`: the server cannot be reached, or has no time; it is tried again. */
  sending: "idle" | "sending" | "waiting";
  /** False: the browser keeps nothing, what is typed lives with the page only. */
  safe: boolean;
}

export interface KeeperParts {
  store: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  name: string;
  round: string;
  photos: PhotoStore;
  /** Called when the server has one more. */
  onSent: () => void;
  /** What is said of a photo that the browser no longer has. */
  photo_lost: string;
}

const BYTES = 16;

/** A name that nothing else has; `randomUUID` is there under HTTPS only. */
export function freshName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether the same may be taken later: no network, no time, signed out, signed in anew elsewhere. */
export function passes(problem: Problem): boolean {
  const { status, code } = problem;
  const signed_otherwise = status === 401 || code === "csrf";
  return signed_otherwise || status === 0 || status === 408 || status === 429 || status >= 500;
}

/**
 * Keeps what is typed in a round until the server has it: through reloads, and times without a
 * network. What the server refuses stays, with what it says.
 */
export class Keeper {
  #now: Keeping;
  readonly #listeners = new Set<() => void>();
  #running = false;
  #route: readonly InspectionItem[] = [];

  constructor(readonly parts: KeeperParts) {
    const kept = readKept(parts.store, parts.name);
    this.#now = { kept, sending: "idle", safe: true };
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  };

  readonly snapshot = (): Keeping => this.#now;

  /** What is asked at each item; nothing is sent before it is known. */
  know(route: readonly InspectionItem[]): void {
    this.#route = route;
  }

  /** Another page of this browser has changed what is kept. */
  readAgain(): void {
    this.#show({ kept: this.#newest() });
  }

  type(item: string, draft: Draft): void {
    this.#keep((kept) => typedAt(kept, item, draft));
  }

  /** Opens an item that was answered: its answer may be blank, too. */
  correct(item: string, draft: Draft): void {
    this.#keep((kept) => openedAt(kept, item, draft));
  }

  /** Changes the photos of what is typed by now: taking one takes a while. */
  amend(item: string, base: Draft, change: (photos: Photo[]) => Photo[]): void {
    this.#keep((kept) => {
      const draft = kept.drafts[item] ?? base;
      return typedAt(kept, item, { ...draft, photos: change(draft.photos) });
    });
  }

  /** Takes a draft as done, to be sent now or later. */
  save(item: string, draft: Draft): void {
    const made = { draft, client_id: freshName(), found_at: new Date().toISOString() };
    this.#keep((kept) => savedAt(kept, item, made));
    void this.send();
  }

  /** Gives up what was typed at an item and is not with the server. */
  discard(item: string): void {
    this.#keep((kept) => discardedAt(kept, item));
  }

  /** Sends what is to be sent, one after another; what runs already goes on. */
  async send(): Promise<void> {
    if (this.#running || this.#route.length === 0) return;
    this.#running = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        this.#show({ sending: "sending" });
        if (!(await this.#sendOne(next))) return;
      }
      this.#show({ sending: "idle" });
    } finally {
      this.#running = false;
    }
  }

  #next(): Unsent | undefined {
    return this.#newest().unsent.find((one) => one.refused === null);
  }

  /** False: not now. */
  async #sendOne({ client_id, item, draft, found_at }: Unsent): Promise<boolean> {
    try {
      const photos = await this.#photosOf(draft);
      const asked = this.#route.find((one) => one.key === item);
      const value = asked ? valueOf(asked, draft.typed) : draft.typed;
      const body = { client_id, item, value, note: draft.note, photos, found_at };
      await ask<FoundView>({ method: "POST", path: `/duty/rounds/${this.parts.round}/answers`, body });
    } catch (fault) {
      const problem = problemOf(fault);
      if (passes(problem)) {
        this.#show({ sending: "waiting" });
        return false;
      }
      const { fields, message } = problem;
      this.#keep((kept) => refusedOf(kept, client_id, { says: message, fields }));
      return true;
    }
    this.#keep((kept) => settledOf(kept, client_id));
    this.parts.onSent();
    return true;
  }

  /** The ids of the photos; those that the server does not have yet go first. */
  async #photosOf(draft: Draft): Promise<string[]> {
    const ids: string[] = [];
    for (const { local, name, id } of draft.photos) {
      if (id !== null) {
        ids.push(id);
        continue;
      }
      const file = await this.parts.photos.get(local);
      if (!file) {
        // The browser has thrown it away: it has to be taken again.
        const fields = [{ field: "photos", found: "", expected: this.parts.photo_lost }];
        throw new Problem({ ...blankProblem, status: 410, detail: this.parts.photo_lost, fields });
      }
      const query = { kind: "round", id: this.parts.round, name };
      const sent = await ask<AttachmentView>({ method: "POST", path: "/attachments", query, file });
      this.#keep((kept) => photoSent(kept, local, sent.id));
      ids.push(sent.id);
    }
    return ids;
  }

  /** What is kept by now: another page of this browser may have changed it a moment ago. */
  #newest(): Kept {
    return this.#now.safe ? readKept(this.parts.store, this.parts.name) : this.#now.kept;
  }

  #keep(change: (kept: Kept) => Kept): void {
    const before = this.#newest();
    const kept = change(before);
    this.#show({ kept, safe: writeKept(this.parts.store, this.parts.name, kept) });
    const wanted = photosIn(kept);
    for (const local of photosIn(before)) {
      // A photo that stays behind takes room only.
      if (!wanted.has(local)) this.parts.photos.remove(local).catch(() => undefined);
    }
  }

  #show(change: Partial<Keeping>): void {
    this.#now = { ...this.#now, ...change };
    for (const changed of this.#listeners) changed();
  }
}
