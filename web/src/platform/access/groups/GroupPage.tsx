import { Button, Skeleton, Space } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import type { GroupView } from "../../../api/contract";
import { useChange, useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { GrantDialog } from "../grants/GrantDialog";
import { GrantsTable } from "../grants/GrantsTable";
import { words } from "../grants/words";
import { GroupDialog } from "./GroupDialog";
import { MembersCard } from "./MembersCard";
import "../access.css";

function Actions(props: { group: GroupView }) {
  const { group } = props;
  const said = useWords(words);
  const can = useCan();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "grant" | null>(null);
  const close = () => setOpen(null);
  const remove = useChange<null>(() => ({ method: "DELETE", path: `/groups/${group.id}` }), {
    touches: ["grants", "users"],
  });
  const refusal = can("group.change");
  const grant = can("grant.change");
  return (
    <Space wrap>
      <Permitted refusal={refusal}>
        <Button disabled={refusal !== null} onClick={() => setOpen("edit")}>
          {said.edit}
        </Button>
      </Permitted>
      <ConfirmDanger
        action={said.remove}
        title={fill(said.group_remove_of, { name: group.name })}
        running={remove.isPending}
        problem={remove.error}
        refusal={refusal}
        onConfirm={() => remove.mutateAsync().then(() => navigate(paths.groups()))}
      >
        {said.group_remove_what}
      </ConfirmDanger>
      <Permitted refusal={grant}>
        <Button type="primary" disabled={grant !== null} onClick={() => setOpen("grant")}>
          {said.grant_new}
        </Button>
      </Permitted>
      {open === "edit" ? <GroupDialog group={group} onClose={close} /> : null}
      {open === "grant" ? (
        <GrantDialog holder={{ kind: "group", id: group.id }} onClose={close} />
      ) : null}
    </Space>
  );
}

/** One group: who belongs to it, and what it was granted. */
export default function GroupPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const read = useOne<GroupView>(`/groups/${id}`);
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  const group = read.value;
  if (!group || group.id !== id) return <Skeleton active />;
  return (
    <>
      <PageHeader title={group.name} about={group.description} actions={<Actions group={group} />} />
      <div className="access-column">
        <MembersCard group={group} />
        <Card title={said.group_grants}>
          <GrantsTable query={{ holder_id: id }} label={said.group_grants} size="small" />
        </Card>
      </div>
    </>
  );
}
