import { useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { FactView } from "./contract";

const RETRY_MS = 5000;
const SETTLE_MS = 400;
/** How often what is shown is read again by those who may not follow the journal. */
const UNFOLLOWED_EVERY_MS = 30_000;

/** Which query roots a fact about a subject of this kind makes stale. */
const STALE: Record<string, string[]> = {
  resource: ["resources", "hosts"],
  relation: ["resources", "relations"],
  check: ["checks", "check-states"],
  service: ["discovered-services"],
  discovered_service: ["discovered-services"],
  alert: ["alerts", "incidents"],
  incident: ["incidents"],
  incident_lesson: ["incident-lessons"],
  silence: ["silences"],
  page_policy: ["page-policies"],
  watchdog: ["watchdog"],
  destination: ["destinations"],
  event_mapping: ["event-mapping"],
  alert_rule: ["alert-rules"],
  rule: ["alert-rules"],
  ticket: ["tickets", "ticket-counts", "ticket-figures", "major-incidents", "publications"],
  canned_reply: ["canned-replies"],
  ticket_type: ["ticket-types"],
  mailbox: ["mailboxes"],
  mail: ["mails", "mailboxes"],
  sla_policy: ["sla-policies"],
  campaign: ["clients"],
  article: ["knowledge"],
  roster: ["duty"],
  override: ["duty"],
  leave: ["duty"],
  swap: ["duty"],
  qualification: ["duty"],
  duty: ["duty"],
  hand_over: ["duty"],
  chain: ["duty"],
  call: ["duty", "cti"],
  inspection: ["duty"],
  round: ["duty"],
  work_item: ["duty"],
  unit: ["directory", "units", "posts", "people", "holdings", "sites"],
  region: ["directory", "regions", "units", "sites"],
  site: ["directory", "sites"],
  post: ["directory", "posts", "holdings", "units"],
  person: ["directory", "people", "holdings"],
  holding: ["directory", "holdings"],
  directory: ["directory", "units", "posts", "people", "holdings"],
  user: ["users"],
  role: ["roles"],
  group: ["groups"],
  grant: ["grants", "users", "session", "profile"],
  review: ["reviews", "review-items"],
  emergency: ["emergencies", "activations", "profile", "session"],
  separation: ["access", "session"],
  session: ["sessions"],
  token: ["tokens"],
  job: ["jobs"],
  secret: ["secrets", "vault"],
  vault: ["vault", "secrets"],
  attachment: ["attachments"],
  channel: ["channels"],
  template: ["templates"],
  message: ["messages"],
  notification: ["notifications"],
  setting: ["settings"],
};

/** The query roots that a fact makes stale: those of its subject and of its verb's noun. */
export function staleAfter(fact: Pick<FactView, "verb" | "subject">): string[] {
  const noun = fact.verb.split(".")[0] ?? "";
  return [...new Set(["journal", ...(STALE[fact.subject.kind] ?? []), ...(STALE[noun] ?? [])])];
}

/** `off`: the journal is not for this person to follow. */
export type LiveState = "connecting" | "open" | "lost" | "off";

/** Opens the stream of facts and has stale queries read again; gives what closes it. */
function follow(queries: QueryClient, onState: (state: LiveState) => void): () => void {
  const stale = new Set<string>();
  let source: EventSource | null = null;
  let settle: number | undefined;
  let retry: number | undefined;

  const flush = () => {
    settle = undefined;
    for (const root of stale) void queries.invalidateQueries({ queryKey: [root] });
    stale.clear();
  };
  const open = () => {
    source = new EventSource("/api/v1/live");
    source.addEventListener("open", () => onState("open"));
    source.addEventListener("fact", (event) => {
      const fact: FactView = JSON.parse(event.data);
      for (const root of staleAfter(fact)) stale.add(root);
      settle ??= window.setTimeout(flush, SETTLE_MS);
    });
    source.addEventListener("error", () => {
      onState("lost");
      // A broken stream is opened again by the browser, a refused one only by us.
      if (source?.readyState === EventSource.CLOSED) retry = window.setTimeout(open, RETRY_MS);
    });
  };
  open();
  return () => {
    source?.close();
    window.clearTimeout(settle);
    window.clearTimeout(retry);
  };
}

/** Has everything in sight read again from time to time; gives what ends it. */
function readAgain(queries: QueryClient): () => void {
  const again = () => void queries.invalidateQueries({ type: "active" });
  const timer = window.setInterval(again, UNFOLLOWED_EVERY_MS);
  return () => window.clearInterval(timer);
}

/** Follows the journal and has stale queries read again, a few times a second at most. */
export function useLive(permitted: boolean): LiveState {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>("connecting");
  // An event stream is an outside thing to be opened and closed with the page.
  useEffect(
    () => (permitted ? follow(queries, setState) : readAgain(queries)),
    [queries, permitted],
  );
  return permitted ? state : "off";
}
