import { DeleteOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, Space } from "antd";
import { useState } from "react";
import type { WorkListView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./words";

type View = Record<string, string>;

function SaveDialog(props: { view: View; onClose: () => void }) {
  const said = useWords(words);
  const save = useChange<WorkListView, { name: string }>(
    ({ name }) => ({ method: "POST", path: "/work-lists", body: { name, query: props.view } }),
    { onDone: props.onClose },
  );
  return (
    <FormDialog<{ name: string }> open title={said.save} submit={save} onClose={props.onClose}>
      <Form.Item
        name="name"
        label={said.save_name}
        rules={[{ required: true, message: said.required }]}
      >
        <Input maxLength={100} />
      </Form.Item>
    </FormDialog>
  );
}

/** The lists that one saved; a press shows one again. */
export function SavedLists(props: { view: View; onChoose: (view: View) => void }) {
  const said = useWords(words);
  const { message } = App.useApp();
  const lists = useItems<WorkListView>("/work-lists");
  const [saving, setSaving] = useState(false);
  const remove = useChange<null, string>((id) => ({ method: "DELETE", path: `/work-lists/${id}` }));
  const narrowed = Object.fromEntries(Object.entries(props.view).filter(([, value]) => value));
  return (
    <Space wrap role="group" aria-label={said.saved}>
      {lists.items.map((one) => (
        <Space.Compact key={one.id}>
          <Button size="small" onClick={() => props.onChoose(one.query)}>
            {one.name}
          </Button>
          <Button
            size="small"
            icon={<DeleteOutlined />}
            aria-label={fill(said.remove_list, { name: one.name })}
            onClick={() =>
              remove.mutate(one.id, { onError: (problem) => void message.error(problem.message) })
            }
          />
        </Space.Compact>
      ))}
      <Button size="small" type="dashed" onClick={() => setSaving(true)}>
        {said.save}
      </Button>
      {saving ? <SaveDialog view={narrowed} onClose={() => setSaving(false)} /> : null}
    </Space>
  );
}
