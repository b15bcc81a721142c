import { useMemo } from "react";
import { Link } from "react-router";
import type { FoundView, InspectionItem, RoundDetailView } from "../../../../api/contract";
import { Card } from "../../../../kit/Card";
import { useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import type { Column } from "../../../../kit/ListTable";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { fixedList } from "../fixedList";
import { newestOf } from "./answer";
import { FoundTicket, PhotoLinks, useValueWords } from "./Answered";
import { words } from "./words";

interface Row {
  item: InspectionItem;
  found: FoundView | undefined;
}

function Verdict(props: { found: FoundView | undefined }) {
  const said = useWords(words);
  if (!props.found) return <StateTag state="unknown" text={said.item_open} />;
  return props.found.abnormal ? (
    <StateTag state="critical" text={said.item_abnormal} />
  ) : (
    <StateTag state="ok" text={said.item_ok} />
  );
}

function useColumns(plan: string): Column<Row>[] {
  const said = useWords(words);
  const wordsOf = useValueWords();
  return useMemo<Column<Row>[]>(
    () => [
      {
        key: "item",
        title: said.item,
        width: 180,
        render: (_, { item }) => (
          <>
            <Link to={paths.inspectionItem(plan, item.key)}>{item.name}</Link>
            {item.place ? <div className="kit-quiet">{item.place}</div> : null}
          </>
        ),
      },
      {
        key: "value",
        title: said.value,
        width: 120,
        render: (_, { item, found }) => (found ? wordsOf(found.value, item) : "–"),
      },
      {
        key: "state",
        title: said.state,
        width: 110,
        render: (_, { found }) => <Verdict found={found} />,
      },
      { key: "note", title: said.note, width: 200, render: (_, { found }) => found?.note },
      {
        key: "photos",
        title: said.photos,
        width: 110,
        render: (_, { found }) => (found ? <PhotoLinks ids={found.photos} /> : null),
      },
      {
        key: "ticket",
        title: said.ticket,
        width: 110,
        render: (_, { found }) => (found ? <FoundTicket found={found} /> : null),
      },
      {
        key: "person",
        title: said.person,
        width: 130,
        render: (_, { found }) =>
          found ? (
            <>
              {found.person.name} <TimeAgo at={found.found_at} />
            </>
          ) : null,
      },
    ],
    [said, wordsOf, plan],
  );
}

/** What was abnormal, as people read it on a phone: with its ticket. */
function Abnormal(props: { rows: Row[]; plan: string }) {
  const said = useWords(words);
  const wordsOf = useValueWords();
  if (props.rows.length === 0) return <p className="kit-quiet">{said.abnormal_none}</p>;
  return (
    <ul className="rounds-abnormal">
      {props.rows.map(({ item, found }) =>
        found ? (
          <li key={item.key}>
            <Link to={paths.inspectionItem(props.plan, item.key)}>{item.name}</Link>{" "}
            <strong>{wordsOf(found.value, item)}</strong> <FoundTicket found={found} />
            <div>{found.note}</div>
            <div className="kit-quiet">
              <PhotoLinks ids={found.photos} />
              {found.person.name} · <TimeAgo at={found.found_at} />
            </div>
          </li>
        ) : null,
      )}
    </ul>
  );
}

/** What was found in a round: what was abnormal first, then the whole route. */
export function RoundResults(props: { round: RoundDetailView; whole: boolean }) {
  const { round, whole } = props;
  const said = useWords(words);
  const columns = useColumns(round.inspection_id);
  const newest = newestOf(round.found);
  const rows = round.route.map((item) => ({ item, found: newest.get(item.key) }));
  return (
    <>
      <Card title={said.abnormal_found}>
        <Abnormal rows={rows.filter((row) => row.found?.abnormal)} plan={round.inspection_id} />
      </Card>
      {whole ? (
        <Card title={said.results}>
          <ListTable
            label={said.results}
            columns={columns}
            list={fixedList(rows)}
            rowKey={(row) => row.item.key}
            empty={said.item_open}
            size="small"
          />
        </Card>
      ) : null}
    </>
  );
}
