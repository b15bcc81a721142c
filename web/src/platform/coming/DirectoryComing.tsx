import type { ReactNode } from "react";
import { Link } from "react-router";
import type { DirectoryComingView } from "../../api/contract";
import type { Query } from "../../api/client";
import { useList } from "../../api/hooks";
import type { List } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { formatExact } from "../../kit/format";
import { useLanguage, useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import { fill } from "../../kit/say";
import { pathOf } from "../../paths";
import { useCan } from "../../shell/can";
import { textIn } from "../fields/valueWords";
import { Becomes } from "./Becomes";
import { CancelComing } from "./CancelComing";
import { words } from "./words";
import "../resources/resources.css";
import "./coming.css";

const PATH = "/directory/coming-changes";

/** What it is called until then: a name that is to change is not its name yet. */
function useNameUntilThen(): (change: DirectoryComingView) => string {
  const text = useText();
  const language = useLanguage();
  return ({ fields, name }) => {
    const renamed = fields.find((one) => one.field === "name" || one.field === "title");
    const before = renamed?.before ?? null;
    return (typeof before === "string" ? before : textIn(before, language)) || text(name);
  };
}

function Cancel(props: { change: DirectoryComingView }) {
  const { noun, id, at, turn, version, before_hidden, after_hidden } = props.change;
  const said = useWords(words);
  const name = useNameUntilThen()(props.change);
  const language = useLanguage();
  const refusal = useCan()("directory.change");
  const whole = !before_hidden && !after_hidden;
  const effects = {
    begins: said.cancel_begins,
    changes: said.cancel_change,
    ends: said.cancel_ends,
  };
  return (
    <CancelComing
      name={name}
      refusal={refusal ?? (whole ? null : said.not_whole)}
      request={() => ({
        method: "POST",
        path: "/directory/coming-changes/cancel",
        version,
        body: { noun, id, at },
      })}
    >
      {fill(effects[turn], { name: name, at: formatExact(at, language) })}
    </CancelComing>
  );
}

function About(props: { change: DirectoryComingView }) {
  const { change } = props;
  const { noun, id } = change;
  const said = useWords(words);
  const name = useNameUntilThen()(change);
  const path = pathOf({ kind: noun, id });
  return (
    <div className="coming-about">
      {path ? <Link to={path}>{name}</Link> : <span>{name}</span>}
      <span className="kit-quiet">{said[`noun_${noun}`]}</span>
    </div>
  );
}

function Turn(props: { change: DirectoryComingView }): ReactNode {
  const { change } = props;
  const said = useWords(words);
  if (change.turn === "begins") return said.begins;
  if (change.turn === "ends") return said.ends;
  return (
    <Becomes
      fields={change.fields}
      before_hidden={change.before_hidden}
      after_hidden={change.after_hidden}
      about={change.noun}
    />
  );
}

/** What is to come of the organisation, the earliest first; `one`: all is of the same thing. */
function ComingTable(props: { list: List<DirectoryComingView>; one?: true }) {
  const said = useWords(words);
  const language = useLanguage();
  return (
    <ListTable<DirectoryComingView>
      label={said.coming}
      list={props.list}
      rowKey={(change) => `${change.at} ${change.noun} ${change.id}`}
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
                render: (_: unknown, row: DirectoryComingView) => <About change={row} />,
              },
            ]),
        { key: "changes", title: said.changes, render: (_, row) => <Turn change={row} /> },
        {
          key: "told_by",
          title: said.told_by,
          render: (_, row) => row.told_by_name || said.somebody,
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

/** All that is to come of the organisation, as far as a filter leaves it. */
export function OrganisationComing(props: { query: Query }) {
  return <ComingTable list={useList<DirectoryComingView>(PATH, props.query)} />;
}

/** What is to become of one thing of the directory; nothing where nothing is to come. */
export function DirectoryComingCard(props: { id: string }) {
  const said = useWords(words);
  const list = useList<DirectoryComingView>(PATH, { id: props.id });
  if (list.items.length === 0 && !list.problem) return null;
  return (
    <Card title={said.coming}>
      <ComingTable list={list} one />
    </Card>
  );
}
