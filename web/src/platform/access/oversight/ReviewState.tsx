import type { ReviewView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { StateTag } from "../../../kit/StateTag";
import { words } from "./words";

/** Whether a review is open, overdue or closed. */
export function ReviewState(props: { review: ReviewView }) {
  const said = useWords(words);
  if (props.review.closed_at) return <StateTag state="disabled" text={said.closed} />;
  if (props.review.overdue) return <StateTag state="critical" text={said.overdue} />;
  return <StateTag state="pending" text={said.open} />;
}
