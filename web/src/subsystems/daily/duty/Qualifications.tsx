import { Button, Form, Input } from "antd";
import { useMemo, useState } from "react";
import type { QualificationView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { DayInput } from "../../../kit/DayInput";
import { endOf } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { Permitted } from "../../../kit/Permitted";
import { TimeAgo } from "../../../kit/TimeAgo";
import { PersonSelect } from "../../../platform/directory/people/PostSelect";
import { useCan } from "../../../shell/can";
import { words } from "./words";

interface Values {
  person_id: string;
  name: string;
  until?: string;
}

function QualificationDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  const save = useChange<null, Values>(
    (values) => ({
      method: "POST",
      path: "/duty/qualifications",
      body: { ...values, until: endOf(values.until) },
    }),
    { touches: ["journal"], onDone: props.onClose },
  );
  return (
    <FormDialog<Values> open title={said.qualification_add} submit={save} onClose={props.onClose}>
      <Form.Item name="person_id" label={said.person} rules={required}>
        <PersonSelect label={said.person} />
      </Form.Item>
      <Form.Item name="name" label={said.qualification} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="until" label={said.qualification_until} extra={said.for_ever}>
        <DayInput />
      </Form.Item>
    </FormDialog>
  );
}

function RemoveQualification(props: { one: QualificationView; refusal: string | null }) {
  const { one } = props;
  const said = useWords(words);
  const remove = useChange<null>(
    () => ({
      method: "DELETE",
      path: "/duty/qualifications",
      query: { person_id: one.person.id, name: one.name },
    }),
    { touches: ["journal"] },
  );
  return (
    <Permitted refusal={props.refusal}>
      <Button
        size="small"
        danger
        disabled={props.refusal !== null}
        loading={remove.isPending}
        onClick={() => remove.mutate()}
      >
        {said.remove}
      </Button>
    </Permitted>
  );
}

/** What people are qualified for, and until when. */
export function Qualifications() {
  const said = useWords(words);
  const refusal = useCan()("duty.change");
  const list = useItems<QualificationView>("/duty/qualifications");
  const [making, setMaking] = useState(false);
  const columns = useMemo<Column<QualificationView>[]>(
    () => [
      { key: "person", title: said.person, width: 130, render: (_, one) => one.person.name },
      { key: "name", title: said.qualification, width: 200, render: (_, one) => one.name },
      {
        key: "until",
        title: said.qualification_until,
        width: 150,
        render: (_, one) => (one.until ? <TimeAgo at={one.until} /> : said.for_ever),
      },
      {
        key: "actions",
        title: said.actions,
        width: 110,
        render: (_, one) => <RemoveQualification one={one} refusal={refusal} />,
      },
    ],
    [said, refusal],
  );
  return (
    <>
      <ListTable
        label={said.qualified}
        columns={columns}
        list={list}
        rowKey={(row) => `${row.person.id} ${row.name}`}
        empty={said.qualified_empty}
        size="small"
      />
      <div className="duty-foot">
        <Permitted refusal={refusal}>
          <Button disabled={refusal !== null} onClick={() => setMaking(true)}>
            {said.qualification_add}
          </Button>
        </Permitted>
      </div>
      {making ? <QualificationDialog onClose={() => setMaking(false)} /> : null}
    </>
  );
}
