import { Select } from "antd";
import { useMemo } from "react";
import { Link, useNavigate } from "react-router";
import type { MessageState, MessageView, TemplateView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { useText, useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import type { Said } from "../../kit/say";
import { SearchBox } from "../../kit/SearchBox";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { useViewState } from "../../kit/viewState";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { MessageStateTag } from "./MessageStateTag";
import { recipientKind } from "./recipient";
import { SendMessage } from "./SendMessage";
import { words } from "./words";
import "./notify.css";

const VIEW = ["state", "template", "recipient"] as const;
const STATES = [
  "new",
  "queued",
  "sent",
  "failed",
  "suppressed",
  "expanded",
] as const satisfies MessageState[];
const TEMPLATES_MAX = 200;

function columnsOf(
  said: Said<typeof words>,
  textOf: ReturnType<typeof useText>,
): Column<MessageView>[] {
  return [
    { key: "at", title: said.asked, render: (_, one) => <TimeAgo at={one.created_at} /> },
    {
      key: "subject",
      title: said.subject,
      width: 320,
      render: (_, one) => (
        <>
          <Link to={paths.message(one.id)}>{one.subject || said.no_subject}</Link>{" "}
          {one.urgent ? <StateTag state="warning" text={said.urgent} /> : null}
        </>
      ),
    },
    {
      key: "recipient",
      title: said.recipient,
      render: (_, { recipient }) => (
        <>
          {recipient.name || recipient.id}{" "}
          <small className="kit-quiet">{recipientKind(said, recipient)}</small>
        </>
      ),
    },
    { key: "state", title: said.state, render: (_, one) => <MessageStateTag state={one.state} /> },
    { key: "template", title: said.template, render: (_, one) => <code>{one.template}</code> },
    {
      key: "reason",
      title: said.reason,
      width: 280,
      render: (_, one) => <span className="notify-answer">{textOf(one.reason)}</span>,
    },
  ];
}

function Filters(props: {
  view: Record<(typeof VIEW)[number], string>;
  onView: (change: Partial<Record<(typeof VIEW)[number], string>>) => void;
}) {
  const { view, onView } = props;
  const said = useWords(words);
  const refusal = useCan()("template.read");
  const templates = useList<TemplateView>(
    "/templates",
    { limit: TEMPLATES_MAX },
    { enabled: refusal === null },
  );
  return (
    <div className="kit-filters">
      <SearchBox
        value={view.recipient}
        label={said.recipient_search}
        onSearch={(recipient) => onView({ recipient })}
      />
      <Select
        allowClear
        aria-label={said.state}
        placeholder={said.every_state}
        className="notify-filter"
        value={view.state || null}
        onChange={(state: string | undefined) => onView({ state: state ?? "" })}
        options={STATES.map((state) => ({ value: state, label: said[`state_${state}`] }))}
      />
      <Select
        allowClear
        showSearch
        aria-label={said.template}
        placeholder={said.every_template}
        className="notify-filter"
        value={view.template || null}
        onChange={(template: string | undefined) => onView({ template: template ?? "" })}
        options={templates.items.map((one) => ({ value: one.name, label: one.name }))}
      />
    </div>
  );
}

/** Whom the server told what, and what became of it. */
export default function MessagesPage() {
  const said = useWords(words);
  const textOf = useText();
  const navigate = useNavigate();
  const [view, setView] = useViewState(VIEW);
  const list = useList<MessageView>("/messages", view);
  const columns = useMemo(() => columnsOf(said, textOf), [said, textOf]);
  return (
    <>
      <PageHeader title={said.messages} about={said.messages_about} actions={<SendMessage />} />
      <Filters view={view} onView={setView} />
      <ListTable<MessageView>
        label={said.messages}
        columns={columns}
        list={list}
        rowKey={(one) => one.id}
        empty={said.messages_empty}
        onOpen={(one) => void navigate(paths.message(one.id))}
      />
    </>
  );
}
