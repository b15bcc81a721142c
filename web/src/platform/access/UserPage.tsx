import { PlusOutlined } from "@ant-design/icons";
import { Button, Skeleton, Space } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { UserView } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { useSession } from "../../shell/session";
import { PersonName } from "../directory/people/Names";
import { GrantDialog } from "./grants/GrantDialog";
import { GrantsTable } from "./grants/GrantsTable";
import { RightsCard } from "./grants/RightsCard";
import { words as grantWords } from "./grants/words";
import { IdentitiesCard } from "./providers/IdentitiesCard";
import { EditUserDialog } from "./UserDialog";
import { words } from "./words";
import "./access.css";

function Actions(props: { user: UserView }) {
  const { user } = props;
  const said = useWords(words);
  const granted = useWords(grantWords);
  const can = useCan();
  const [open, setOpen] = useState<"grant" | "edit" | null>(null);
  const close = () => setOpen(null);
  const grant = can("grant.change");
  const edit = can("user.change");
  return (
    <Space wrap>
      <Permitted refusal={edit}>
        <Button disabled={edit !== null} onClick={() => setOpen("edit")}>
          {said.edit}
        </Button>
      </Permitted>
      <Permitted refusal={grant}>
        <Button
          type="primary"
          icon={<PlusOutlined />}
          disabled={grant !== null}
          onClick={() => setOpen("grant")}
        >
          {granted.grant_new}
        </Button>
      </Permitted>
      {open === "edit" ? <EditUserDialog user={user} onClose={close} /> : null}
      {open === "grant" ? (
        <GrantDialog holder={{ kind: "user", id: user.id }} onClose={close} />
      ) : null}
    </Space>
  );
}

/** One user: who it is, what they may do and why. */
export default function UserPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const granted = useWords(grantWords);
  const can = useCan();
  const me = useSession().user.id;
  const read = useOne<UserView>(`/users/${id}`);
  if (read.problem) return <ErrorPanel problem={read.problem} onRetry={read.reload} />;
  const user = read.value;
  if (!user || user.id !== id) return <Skeleton active />;
  const items = [
    { key: "name", term: said.name, value: user.name },
    {
      key: "person",
      term: said.person,
      value: user.person_id ? <PersonName id={user.person_id} /> : null,
    },
    { key: "seen", term: said.last_sign_in, value: <TimeAgo at={user.last_sign_in_at} /> },
    { key: "created", term: said.created, value: <TimeAgo at={user.created_at} /> },
    {
      key: "grants",
      term: granted.grants,
      value: <Link to={paths.grants({ holder_id: id, past: "true" })}>{granted.past}</Link>,
    },
  ];
  const state = user.disabled ? (
    <StateTag state="disabled" />
  ) : (
    <StateTag state="ok" text={said.enabled} />
  );
  return (
    <>
      <PageHeader title={user.display_name} tags={state} actions={<Actions user={user} />} />
      <div className="access-column">
        <Card title={said.user}>
          <DescriptionList items={items} columns={3} />
        </Card>
        <IdentitiesCard path={`/users/${id}/identities`} refusal={can("user.change")} />
        <RightsCard path={`/users/${id}/access`} title={granted.rights} mine={id === me} />
        <Card title={granted.user_grants}>
          <GrantsTable query={{ holder_id: id }} label={granted.user_grants} size="small" />
        </Card>
      </div>
    </>
  );
}
