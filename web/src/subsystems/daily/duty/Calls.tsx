import { App, Button } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import type { CallView } from "../../../api/contract";
import { useChange, useList } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { words } from "./words";

function CallState(props: { call: CallView }) {
  const { call } = props;
  const said = useWords(words);
  switch (call.state) {
    case "running":
      return <StateTag state="running" text={said.running} />;
    case "answered":
      return <StateTag state="ok" text={fill(said.answered, { name: call.ended_by ?? "" })} />;
    case "exhausted":
      return <StateTag state="critical" text={said.exhausted} />;
    case "over":
      return <StateTag state="disabled" text={said.over} />;
  }
}

function Answer(props: { call: CallView }) {
  const { call } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const answer = useChange<CallView>(
    () => ({ method: "POST", path: `/duty/calls/${call.id}/answer`, version: call.version }),
    { touches: ["journal"] },
  );
  if (call.state !== "running") return null;
  return (
    <Button
      type="primary"
      loading={answer.isPending}
      onClick={() =>
        answer.mutate(undefined, { onError: (problem) => void message.error(problem.message) })
      }
    >
      {said.answer}
    </Button>
  );
}

/** What it is about: an incident leads to its page. */
function Title(props: { call: CallView }) {
  const { incident, title } = props.call;
  const text = useText();
  if (!incident) return title;
  return <Link to={paths.incident(incident.id)}>{text(incident.title)}</Link>;
}

function Log(props: { call: CallView }) {
  const said = useWords(words);
  return (
    <ol>
      {props.call.log.map((step) => (
        <li key={step.step}>
          <TimeAgo at={step.at} />{" "}
          {step.people.map((one) => one.name).join(", ") || said.nobody}
        </li>
      ))}
    </ol>
  );
}

/** Who was called for what, and who answered. */
export function Calls() {
  const said = useWords(words);
  const list = useList<CallView>("/duty/calls", {}, { every_ms: 15_000 });
  const columns = useMemo<Column<CallView>[]>(
    () => [
      {
        key: "state",
        title: said.state,
        width: 160,
        render: (_, call) => <CallState call={call} />,
      },
      { key: "title", title: said.call_title, width: 200, render: (_, call) => <Title call={call} /> },
      {
        key: "started",
        title: said.started,
        width: 120,
        render: (_, call) => <TimeAgo at={call.started_at} />,
      },
      { key: "log", title: said.called, width: 240, render: (_, call) => <Log call={call} /> },
      {
        key: "actions",
        title: said.actions,
        width: 110,
        render: (_, call) => <Answer call={call} />,
      },
    ],
    [said],
  );
  return (
    <ListTable
      label={said.calls}
      columns={columns}
      list={list}
      rowKey={(row) => row.id}
      empty={said.calls_empty}
      size="small"
    />
  );
}
