import { Button, Form, Input, Select } from "antd";
import { useMemo, useState } from "react";
import type { OverrideView, RosterView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { FormDialog } from "../../../kit/Form";
import { useLanguage, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { Permitted } from "../../../kit/Permitted";
import { PersonSelect } from "../../../platform/directory/people/PostSelect";
import { useCan } from "../../../shell/can";
import { momentIn, spanWords } from "./days";
import { words } from "./words";

interface Values {
  position?: string;
  from?: string;
  to?: string;
  person_out?: string;
  person_in?: string;
  reason?: string;
}

function OverrideDialog(props: { roster: RosterView; onClose: () => void }) {
  const { roster, onClose } = props;
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  const save = useChange<OverrideView, Values>(
    (values) => ({
      method: "POST",
      path: `/duty/rosters/${roster.id}/overrides`,
      body: {
        position: values.position || null,
        from: momentIn(values.from ?? "", roster.roster.zone),
        to: momentIn(values.to ?? "", roster.roster.zone),
        person_out: values.person_out || null,
        person_in: values.person_in || null,
        reason: values.reason ?? "",
      },
    }),
    { touches: ["journal"], onDone: onClose },
  );
  const positions = roster.roster.positions.map((one) => ({ value: one.key, label: one.name }));
  return (
    <FormDialog<Values> open title={said.new_override} submit={save} onClose={onClose}>
      <div className="duty-columns">
        <Form.Item name="from" label={said.from} extra={roster.roster.zone} rules={required}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="to" label={said.to} extra={roster.roster.zone} rules={required}>
          <Input type="datetime-local" />
        </Form.Item>
      </div>
      <Form.Item name="person_out" label={said.override_out} extra={said.override_out_about}>
        <PersonSelect label={said.override_out} clearable />
      </Form.Item>
      <Form.Item name="person_in" label={said.override_in} extra={said.override_in_about}>
        <PersonSelect label={said.override_in} clearable />
      </Form.Item>
      <Form.Item name="position" label={said.position}>
        <Select allowClear placeholder={said.every_position} options={positions} />
      </Form.Item>
      <Form.Item name="reason" label={said.reason}>
        <Input maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

function TakeBack(props: { one: OverrideView; refusal: string | null }) {
  const said = useWords(words);
  const remove = useChange<null>(
    () => ({ method: "DELETE", path: `/duty/overrides/${props.one.id}` }),
    { touches: ["journal"] },
  );
  return (
    <ConfirmDanger
      small
      action={said.take_back}
      title={said.take_back_title}
      running={remove.isPending}
      problem={remove.error}
      refusal={props.refusal}
      onConfirm={() => remove.mutateAsync()}
    >
      {said.take_back_about}
    </ConfirmDanger>
  );
}

/** Who stands in for whom, from now on. */
export function Overrides(props: { roster: RosterView }) {
  const { roster } = props;
  const said = useWords(words);
  const language = useLanguage();
  const refusal = useCan()("duty.change");
  const list = useItems<OverrideView>(`/duty/rosters/${roster.id}/overrides`);
  const [making, setMaking] = useState(false);
  const columns = useMemo<Column<OverrideView>[]>(
    () => [
      {
        key: "when",
        title: said.when,
        width: 220,
        render: (_, one) => spanWords(one.from, one.to, language, roster.roster.zone),
      },
      {
        key: "out",
        title: said.override_out,
        width: 120,
        render: (_, one) => one.person_out?.name ?? said.nobody,
      },
      {
        key: "in",
        title: said.override_in,
        width: 120,
        render: (_, one) => one.person_in?.name ?? said.nobody,
      },
      {
        key: "position",
        title: said.position,
        width: 130,
        render: (_, one) =>
          roster.roster.positions.find((position) => position.key === one.position)?.name ??
          said.every_position,
      },
      { key: "reason", title: said.reason, width: 160, render: (_, one) => one.reason },
      {
        key: "actions",
        title: said.actions,
        width: 110,
        render: (_, one) => <TakeBack one={one} refusal={refusal} />,
      },
    ],
    [said, language, refusal, roster],
  );
  return (
    <>
      <ListTable
        label={said.overrides}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.overrides_empty}
        size="small"
      />
      <div className="duty-foot">
        <Permitted refusal={refusal}>
          <Button disabled={refusal !== null} onClick={() => setMaking(true)}>
            {said.new_override}
          </Button>
        </Permitted>
      </div>
      {making ? <OverrideDialog roster={roster} onClose={() => setMaking(false)} /> : null}
    </>
  );
}
