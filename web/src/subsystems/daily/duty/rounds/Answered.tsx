import { Button } from "antd";
import { useCallback } from "react";
import type { FoundValue, FoundView, InspectionItem } from "../../../../api/contract";
import { addressOf } from "../../../../api/client";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { Link } from "react-router";
import { words } from "./words";

/** A value with its unit, as people write it. */
export function useValueWords(): (value: FoundValue, item: InspectionItem | undefined) => string {
  const said = useWords(words);
  return useCallback(
    (value, item) => {
      if (typeof value === "boolean") return value ? said.yes : said.no;
      return typeof value === "number" ? `${value} ${item?.unit ?? ""}`.trim() : value;
    },
    [said],
  );
}

/** The photos of an answer, to be saved: for who may read what is attached. */
export function PhotoLinks(props: { ids: readonly string[] }) {
  const said = useWords(words);
  const reads = useCan()("attachment.read") === null;
  return props.ids.map((id, at) => {
    const name = fill(said.photo_n, { n: at + 1 });
    return (
      <span key={id} className="rounds-photo-link">
        {reads ? (
          <a href={addressOf(`/attachments/${id}/content`)} download>
            {name}
          </a>
        ) : (
          name
        )}
      </span>
    );
  });
}

/** The ticket of what was abnormal. */
export function FoundTicket(props: { found: FoundView }) {
  const { ticket, ticket_id, ticket_number } = props.found;
  const said = useWords(words);
  const reads = useCan()("ticket.read") === null;
  if (ticket === "none") return null;
  if (ticket === "owed" || !ticket_id) return <span className="kit-quiet">{said.ticket_owed}</span>;
  return reads ? <Link to={paths.ticket(ticket_id)}>{ticket_number}</Link> : ticket_number;
}

/** What the server has of an item. */
export function Answered(props: {
  item: InspectionItem;
  found: FoundView;
  onCorrect: () => void;
}) {
  const { item, found } = props;
  const said = useWords(words);
  const wordsOf = useValueWords();
  return (
    <div className="rounds-answered">
      <p>
        <strong className="rounds-value">{wordsOf(found.value, item)}</strong>
      </p>
      {found.note ? <p>{found.note}</p> : null}
      <p>
        <PhotoLinks ids={found.photos} />
        {found.ticket === "none" ? null : (
          <>
            {said.ticket} <FoundTicket found={found} />
          </>
        )}
      </p>
      <p className="kit-quiet">
        {found.person.name} · <TimeAgo at={found.found_at} />
      </p>
      <Button onClick={props.onCorrect}>{said.correct}</Button>
    </div>
  );
}
