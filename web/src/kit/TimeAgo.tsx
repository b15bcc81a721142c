import { Tooltip } from "antd";
import { useSyncExternalStore } from "react";
import { formatExact, formatRelative } from "./format";
import { useLanguage, useWords } from "./language";
import { words } from "./words";

const TICK_MS = 10_000;

function subscribe(changed: () => void): () => void {
  const timer = window.setInterval(changed, TICK_MS);
  return () => window.clearInterval(timer);
}

/** The current time, coarse enough that a page is drawn again only every ten seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / TICK_MS) * TICK_MS);
}

/** How long ago (or ahead) a moment is; the exact time on hover and for screen readers. */
export function TimeAgo(props: { at: string | null | undefined }) {
  const language = useLanguage();
  const said = useWords(words);
  const coarse = useNow();
  if (!props.at) return <span className="kit-quiet">{said.never}</span>;
  const at = new Date(props.at).getTime();
  // A moment inside the current tick is "now", never "in 3 seconds".
  const now = at > coarse && at < coarse + TICK_MS ? at : coarse;
  const exact = formatExact(props.at, language);
  return (
    <Tooltip title={exact}>
      <time dateTime={props.at} aria-label={exact} className="kit-time">
        {formatRelative(props.at, now, language)}
      </time>
    </Tooltip>
  );
}
