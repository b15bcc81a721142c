import type { ReactNode } from "react";
import { TimeAgo } from "../../kit/TimeAgo";

/** One line of a card: its state, what it is, a word about it, and when. */
export function Line(props: {
  tag?: ReactNode;
  title: ReactNode;
  about?: ReactNode;
  at: string | null;
}) {
  return (
    <li className="home-line">
      {props.tag ? <span className="home-line-tag">{props.tag}</span> : null}
      <span className="home-line-words">
        {props.title}
        {props.about ? <span className="kit-quiet"> {props.about}</span> : null}
      </span>
      <span className="kit-quiet">
        <TimeAgo at={props.at} />
      </span>
    </li>
  );
}
