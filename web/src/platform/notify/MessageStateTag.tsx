import type { AttemptView, DeliveryView, MessageView } from "../../api/contract";
import { useWords } from "../../kit/language";
import { StateTag } from "../../kit/StateTag";
import type { Tone } from "../../kit/StateTag";
import { words } from "./words";

const TONES = {
  new: "pending",
  waiting: "pending",
  queued: "pending",
  sending: "running",
  sent: "ok",
  failed: "failed",
  spared: "disabled",
  suppressed: "disabled",
  expanded: "info",
} as const satisfies Record<MessageView["state"] | DeliveryView["state"], Tone>;

/** How far a message, or one way of it, has come. */
export function MessageStateTag(props: { state: keyof typeof TONES }) {
  const said = useWords(words);
  return <StateTag state={TONES[props.state]} text={said[`state_${props.state}`]} />;
}

const OUTCOMES = {
  running: "running",
  accepted: "ok",
  deferred: "warning",
  refused: "failed",
  unknown: "unknown",
} as const satisfies Record<AttemptView["outcome"], Tone>;

/** What came of one try. */
export function OutcomeTag(props: { outcome: AttemptView["outcome"] }) {
  const said = useWords(words);
  return <StateTag state={OUTCOMES[props.outcome]} text={said[`outcome_${props.outcome}`]} />;
}
