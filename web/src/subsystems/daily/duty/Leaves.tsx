import { App, Button, Form, Input, Space } from "antd";
import { useMemo, useState } from "react";
import type { LeaveState, LeaveView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useLanguage, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { StateTag } from "../../../kit/StateTag";
import type { Tone } from "../../../kit/StateTag";
import { PersonSelect } from "../../../platform/directory/people/PostSelect";
import { useCan } from "../../../shell/can";
import { momentOf, spanWords } from "./days";
import { words } from "./words";

const TONES: Record<LeaveState, Tone> = {
  asked: "pending",
  approved: "ok",
  refused: "disabled",
  withdrawn: "disabled",
};

interface Values {
  person_id?: string;
  from: string;
  to: string;
  reason?: string;
}

function LeaveDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const gives = useCan()("duty.change") === null;
  const required = [{ required: true, message: said.required }];
  const save = useChange<LeaveView, Values>(
    (values) => ({
      method: "POST",
      path: "/duty/leaves",
      body: {
        person_id: values.person_id || null,
        from: momentOf(values.from),
        to: momentOf(values.to),
        reason: values.reason ?? "",
      },
    }),
    { touches: ["journal"], onDone: props.onClose },
  );
  return (
    <FormDialog<Values> open title={said.leave_ask} submit={save} onClose={props.onClose}>
      {gives ? (
        <Form.Item name="person_id" label={said.leave_person} extra={said.leave_person_about}>
          <PersonSelect label={said.leave_person} clearable />
        </Form.Item>
      ) : null}
      <div className="duty-columns">
        <Form.Item name="from" label={said.from} rules={required}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="to" label={said.to} rules={required}>
          <Input type="datetime-local" />
        </Form.Item>
      </div>
      <Form.Item name="reason" label={said.reason}>
        <Input maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

function Decisions(props: { leave: LeaveView }) {
  const { leave } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const decide = useChange<LeaveView, LeaveState>(
    (state) => ({
      method: "POST",
      path: `/duty/leaves/${leave.id}/decide`,
      version: leave.version,
      body: { state },
    }),
    { touches: ["journal"] },
  );
  const choices: [LeaveState, string][] = [];
  if (leave.state === "asked" && leave.decides) {
    choices.push(["approved", said.approve], ["refused", said.refuse]);
  }
  const open = leave.state === "asked" || leave.state === "approved";
  if (open && leave.own) choices.push(["withdrawn", said.withdraw]);
  return (
    <Space wrap>
      {choices.map(([state, word]) => (
        <Button
          key={state}
          size="small"
          loading={decide.isPending}
          onClick={() =>
            decide.mutate(state, { onError: (problem) => void message.error(problem.message) })
          }
        >
          {word}
        </Button>
      ))}
    </Space>
  );
}

/** Who is away, and what is asked for. */
export function Leaves() {
  const said = useWords(words);
  const language = useLanguage();
  const list = useItems<LeaveView>("/duty/leaves", {}, { every_ms: 30_000 });
  const [asking, setAsking] = useState(false);
  const columns = useMemo<Column<LeaveView>[]>(
    () => [
      { key: "person", title: said.person, width: 110, render: (_, one) => one.person.name },
      {
        key: "when",
        title: said.when,
        width: 220,
        render: (_, one) => spanWords(one.from, one.to, language),
      },
      { key: "reason", title: said.reason, width: 150, render: (_, one) => one.reason },
      {
        key: "state",
        title: said.state,
        width: 150,
        render: (_, one) => (
          <StateTag
            state={TONES[one.state]}
            text={one.state === "asked" ? said.leave_asked : said[one.state]}
          />
        ),
      },
      {
        key: "actions",
        title: said.actions,
        width: 170,
        render: (_, one) => <Decisions leave={one} />,
      },
    ],
    [said, language],
  );
  return (
    <>
      <ListTable
        label={said.leaves}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.leaves_empty}
        size="small"
      />
      <div className="duty-foot">
        <Button onClick={() => setAsking(true)}>{said.leave_ask}</Button>
      </div>
      {asking ? <LeaveDialog onClose={() => setAsking(false)} /> : null}
    </>
  );
}
