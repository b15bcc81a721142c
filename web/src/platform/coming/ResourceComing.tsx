import { Link } from "react-router";
import type { ResourceComingView } from "../../api/contract";
import type { Query } from "../../api/client";
import { useList } from "../../api/hooks";
import type { List } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { formatExact } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import { fill } from "../../kit/say";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { Becomes } from "./Becomes";
import { CancelComing } from "./CancelComing";
import { words } from "./words";
import "../resources/resources.css";

const PATH = "/resources/coming-changes";

function Cancel(props: { change: ResourceComingView }) {
  const { change } = props;
  const said = useWords(words);
  const language = useLanguage();
  const refusal = useCan()("resource.change");
  const whole = !change.before_hidden && !change.after_hidden;
  return (
    <CancelComing
      name={change.name}
      refusal={refusal ?? (whole ? null : said.not_whole)}
      request={() => ({
        method: "POST",
        path: `/resources/${change.resource}/coming-changes/cancel`,
        version: change.version,
        body: { at: change.at },
      })}
    >
      {fill(said.cancel_change, { name: change.name, at: formatExact(change.at, language) })}
    </CancelComing>
  );
}

/** Coming changes of resources, the earliest first; `one`: all are of the same resource. */
function ComingTable(props: { list: List<ResourceComingView>; one?: true }) {
  const said = useWords(words);
  const language = useLanguage();
  return (
    <ListTable<ResourceComingView>
      label={said.coming}
      list={props.list}
      rowKey={(change) => `${change.at} ${change.resource}`}
      empty={said.none}
      size="small"
      columns={[
        { key: "at", title: said.at, render: (_, row) => formatExact(row.at, language) },
        ...(props.one
          ? []
          : [
              {
                key: "about",
                title: said.about,
                render: (_: unknown, row: ResourceComingView) => (
                  <Link to={paths.resource(row.resource)}>{row.name}</Link>
                ),
              },
            ]),
        {
          key: "changes",
          title: said.changes,
          render: (_, row) => (
            <Becomes
              fields={row.fields}
              before_hidden={row.before_hidden}
              after_hidden={row.after_hidden}
              about="resource"
            />
          ),
        },
        {
          key: "told_by",
          title: said.told_by,
          render: (_, row) =>
            row.told_by.map((one) => one.name || said.somebody).join(", ") || said.somebody,
        },
        {
          key: "actions",
          title: "",
          align: "right",
          render: (_, row) => <Cancel change={row} />,
        },
      ]}
    />
  );
}

/** All coming changes of resources that a filter leaves. */
export function ResourcesComing(props: { query: Query }) {
  return <ComingTable list={useList<ResourceComingView>(PATH, props.query)} />;
}

/** What is to become of one resource; nothing where nothing is to come. */
export default function ResourceComingCard(props: { resource: { id: string } }) {
  const said = useWords(words);
  const list = useList<ResourceComingView>(PATH, { resource_id: props.resource.id });
  if (list.items.length === 0 && !list.problem) return null;
  return (
    <Card title={said.coming}>
      <ComingTable list={list} one />
    </Card>
  );
}
