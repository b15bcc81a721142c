import { DeleteOutlined, SaveOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select, Space } from "antd";
import { useState } from "react";
import type { SavedQueryView } from "../../api/contract";
import { useChange, useList } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { words } from "./words";

interface Draft {
  name: string;
  shared_with: string;
}

/** Saves the filter of the list under a name. */
function SaveDialog(props: { filter: string; onClose: () => void }) {
  const said = useWords(words);
  const save = useChange<SavedQueryView, Draft>(
    (draft) => ({
      method: "POST",
      path: "/queries",
      body: { ...draft, filter: props.filter },
    }),
    { onDone: props.onClose },
  );
  return (
    <FormDialog<Draft>
      open
      title={said.query_save}
      submit={save}
      initial={{ shared_with: "me" }}
      onClose={props.onClose}
    >
      <Form.Item name="name" label={said.name} rules={[{ required: true, message: said.required }]}>
        <Input maxLength={100} autoFocus />
      </Form.Item>
      <Form.Item name="shared_with" label={said.query_shared} extra={said.query_shared_about}>
        <Select
          options={[
            { value: "me", label: said.query_me },
            { value: "everybody", label: said.query_everybody },
            { value: "resource.change", label: said.query_editors },
          ]}
        />
      </Form.Item>
    </FormDialog>
  );
}

/** Saved filters: choose one, save the present one, forget one's own. */
export function SavedQueries(props: { filter: string; onFilter: (filter: string) => void }) {
  const { filter, onFilter } = props;
  const said = useWords(words);
  const [saving, setSaving] = useState(false);
  const { items } = useList<SavedQueryView>("/queries", { limit: 200 });
  const chosen = items.find((query) => query.filter === filter && filter !== "");
  const forget = useChange<null, string>((id) => ({ method: "DELETE", path: `/queries/${id}` }));
  return (
    <Space>
      <Select
        aria-label={said.queries}
        placeholder={said.queries}
        style={{ minWidth: 180 }}
        allowClear
        value={chosen?.id ?? null}
        onChange={(id: string | undefined) =>
          onFilter(items.find((query) => query.id === id)?.filter ?? "")
        }
        options={items.map((query) => ({
          value: query.id,
          label: query.mine ? query.name : `${query.name} · ${query.owner}`,
        }))}
      />
      {filter && !chosen ? (
        <Button icon={<SaveOutlined />} onClick={() => setSaving(true)}>
          {said.query_save}
        </Button>
      ) : null}
      {chosen?.mine ? (
        <ConfirmDanger
          action={said.query_forget}
          title={fill(said.query_forget_title, { name: chosen.name })}
          icon={<DeleteOutlined />}
          running={forget.isPending}
          problem={forget.error}
          onConfirm={() => forget.mutateAsync(chosen.id)}
        >
          {said.query_forget_about}
        </ConfirmDanger>
      ) : null}
      {saving ? <SaveDialog filter={filter} onClose={() => setSaving(false)} /> : null}
    </Space>
  );
}
