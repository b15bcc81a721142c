import { Button, Form } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { GroupView, HolderView, MemberView } from "../../../api/contract";
import { useChange, useList } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { Permitted } from "../../../kit/Permitted";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { TOUCHES } from "../grants/GrantDialog";
import { HolderField } from "../grants/HolderField";
import { words } from "../grants/words";

const KINDS = ["user", "group"] as const;

function AddDialog(props: { path: string; onClose: () => void }) {
  const said = useWords(words);
  const add = useChange<unknown, { add: HolderView[] }>(
    (body) => ({ method: "POST", path: props.path, body }),
    { onDone: props.onClose, touches: TOUCHES },
  );
  return (
    <FormDialog<{ add: HolderView[] }>
      open
      title={said.member_add}
      submit={add}
      submitText={said.member_add}
      initial={{ add: [{ kind: "user", id: "" }] }}
      onClose={props.onClose}
    >
      <Form.Item name={["add", 0]} label={said.member}>
        <HolderField kinds={KINDS} />
      </Form.Item>
    </FormDialog>
  );
}

/** Who belongs to a group. */
export function MembersCard(props: { group: GroupView }) {
  const path = `/groups/${props.group.id}/members`;
  const said = useWords(words);
  const refusal = useCan()("group.change");
  const [adding, setAdding] = useState(false);
  const list = useList<MemberView>(path);
  const takeOut = useChange<unknown, MemberView>(
    ({ kind, id }) => ({ method: "POST", path, body: { remove: [{ kind, id }] } }),
    { touches: TOUCHES },
  );
  return (
    <Card
      title={said.members}
      extra={
        <Permitted refusal={refusal}>
          <Button size="small" disabled={refusal !== null} onClick={() => setAdding(true)}>
            {said.member_add}
          </Button>
        </Permitted>
      }
    >
      <ErrorPanel problem={takeOut.error} />
      <ListTable<MemberView>
        label={said.members}
        size="small"
        list={list}
        rowKey={(member) => member.id}
        empty={said.members_empty}
        refusal={refusal}
        columns={[
          {
            key: "name",
            title: said.member,
            render: (_, member) => (
              <Link to={member.kind === "group" ? paths.group(member.id) : paths.user(member.id)}>
                {member.name}
              </Link>
            ),
          },
          { key: "kind", title: said.member_kind, render: (_, one) => said[`holder_${one.kind}`] },
          {
            key: "since",
            title: said.member_since,
            render: (_, member) => <TimeAgo at={member.since} />,
          },
          {
            key: "actions",
            title: "",
            align: "right",
            render: (_, member) => (
              <Permitted refusal={refusal}>
                <Button
                  size="small"
                  danger
                  disabled={refusal !== null}
                  loading={takeOut.isPending && takeOut.variables?.id === member.id}
                  onClick={() => takeOut.mutate(member)}
                >
                  {said.member_remove}
                </Button>
              </Permitted>
            ),
          },
        ]}
      />
      {adding ? <AddDialog path={path} onClose={() => setAdding(false)} /> : null}
    </Card>
  );
}
