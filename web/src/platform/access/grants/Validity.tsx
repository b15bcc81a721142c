import { useWords } from "../../../kit/language";
import { dayOf } from "../../../kit/days";
import { StateTag } from "../../../kit/StateTag";
import { useNow } from "../../../kit/TimeAgo";
import type { GrantView } from "../../../api/contract";
import { words } from "./words";

/** From when until when a grant counts, by days; the exact moments on hover. */
export function Validity(props: { from: string; to: string | null }) {
  const said = useWords(words);
  const to = props.to ? dayOf(new Date(props.to)) : said.for_good;
  return (
    <span title={`${props.from} – ${props.to ?? said.for_good}`}>
      {`${dayOf(new Date(props.from))} – ${to}`}
    </span>
  );
}

/** Whether a grant is in force by its times. */
export function GrantState(props: { grant: GrantView }) {
  const { grant } = props;
  const said = useWords(words);
  const now = useNow();
  if (grant.ended_at) return <StateTag state="disabled" text={said.ended} />;
  if (grant.valid_to && Date.parse(grant.valid_to) <= now) {
    return <StateTag state="disabled" text={said.over} />;
  }
  if (Date.parse(grant.valid_from) > now + 60_000) {
    return <StateTag state="pending" text={said.not_yet} />;
  }
  return <StateTag state="ok" text={said.effective} />;
}
