import type { JournalStatusView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { Retention } from "./Retention";
import { words } from "./words";

const READ_EVERY_MS = 10_000;

type Anchor = JournalStatusView["anchors"][number];

function AnchorState(props: { anchor: Anchor }) {
  const said = useWords(words);
  const { anchor } = props;
  return (
    <div>
      <StateTag
        state={anchor.failing_since ? "failed" : "ok"}
        text={fill(said.anchor_until, { name: anchor.name, seq: anchor.seq })}
      />{" "}
      <span className="kit-quiet">{anchor.target}</span>
      {anchor.failure ? <div className="kit-quiet">{anchor.failure}</div> : null}
    </div>
  );
}

/**
 * How the journal is kept: sealed, signed, anchored outside, archived. Only for those who see all
 * of it.
 */
export default function StatusCard() {
  const said = useWords(words);
  const read = useOne<JournalStatusView>("/journal/status", {}, { every_ms: READ_EVERY_MS });
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  const status = read.value;
  if (!status) return null;
  const newest = status.archives.at(-1);
  const items = [
    {
      key: "sealed",
      term: said.sealed,
      value: (
        <>
          <StateTag
            state={status.failure ? "failed" : "ok"}
            text={fill(said.sealed_until, { seq: status.sealed_seq, latest: status.latest_seq })}
          />{" "}
          <span className="kit-quiet">
            <TimeAgo at={status.sealed_at} />
          </span>
          {status.failure ? <div>{status.failure}</div> : null}
        </>
      ),
    },
    { key: "checkpoint", term: said.checkpoint, value: status.checkpoint_seq },
    {
      key: "anchors",
      term: said.anchors,
      value:
        status.anchors.length === 0
          ? said.anchors_none
          : status.anchors.map((anchor) => (
              <AnchorState key={`${anchor.name} ${anchor.target}`} anchor={anchor} />
            )),
    },
    {
      key: "key",
      term: said.key,
      value: <span className="kit-code">{status.key_id ?? "–"}</span>,
    },
    {
      key: "archives",
      term: said.archives,
      value: newest
        ? fill(said.archived_until, { count: status.archives.length, seq: newest.last_seq })
        : said.archives_none,
    },
    { key: "retention", term: said.retention, value: <Retention /> },
  ];
  return (
    <Card title={said.status}>
      <p className="kit-quiet">{said.status_about}</p>
      <DescriptionList items={items} columns={3} />
      <p className="kit-quiet">
        {said.status_verify} <code>mainstay verify --data DIR</code>
      </p>
    </Card>
  );
}
