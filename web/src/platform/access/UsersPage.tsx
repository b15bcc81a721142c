import { PlusOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import type { UserView } from "../../api/contract";
import { useChange, useList } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { useRoleList } from "../../shell/roles";
import { ResetSecondFactor } from "./secondFactor/ResetSecondFactor";
import { EditUserDialog, NewUserDialog } from "./UserDialog";
import { words } from "./words";

function UserActions(props: { user: UserView; refusal: string | null; onEdit: () => void }) {
  const { user, refusal } = props;
  const said = useWords(words);
  const signOut = useChange<null>(() => ({ method: "POST", path: `/users/${user.id}/sign-out` }));
  return (
    <Space>
      <Permitted refusal={refusal}>
        <Button size="small" disabled={refusal !== null} onClick={props.onEdit}>
          {said.edit}
        </Button>
      </Permitted>
      <ConfirmDanger
        small
        action={said.sign_out}
        title={fill(said.sign_out_title, { name: user.name })}
        running={signOut.isPending}
        problem={signOut.error}
        refusal={refusal}
        onConfirm={() => signOut.mutateAsync()}
      >
        {said.sign_out_what}
      </ConfirmDanger>
      <ResetSecondFactor user={user} refusal={refusal} />
    </Space>
  );
}

/** Who may sign in. */
export default function UsersPage() {
  const said = useWords(words);
  const roles = useRoleList();
  const refusal = useCan()("user.change");
  const list = useList<UserView>("/users");
  const [making, setMaking] = useState(false);
  const [edited, setEdited] = useState<UserView | null>(null);
  const columns = useMemo(
    (): Column<UserView>[] => [
      {
        key: "name",
        title: said.name,
        render: (_, user) => <Link to={paths.user(user.id)}>{user.name}</Link>,
      },
      { key: "display", title: said.display_name, render: (_, user) => user.display_name },
      { key: "role", title: said.role, render: (_, user) => roles(user.roles) },
      {
        key: "state",
        title: said.state,
        render: (_, user) =>
          user.disabled ? (
            <StateTag state="disabled" />
          ) : (
            <StateTag state="ok" text={said.enabled} />
          ),
      },
      {
        key: "seen",
        title: said.last_sign_in,
        render: (_, user) => <TimeAgo at={user.last_sign_in_at} />,
      },
      {
        key: "created",
        title: said.created,
        render: (_, user) => <TimeAgo at={user.created_at} />,
      },
      {
        key: "actions",
        title: "",
        align: "right",
        render: (_, user) => (
          <UserActions user={user} refusal={refusal} onEdit={() => setEdited(user)} />
        ),
      },
    ],
    [said, roles, refusal],
  );
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setMaking(true)}
      >
        {said.user_new}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.users} about={said.users_about} actions={create} />
      <ListTable<UserView>
        label={said.users}
        columns={columns}
        list={list}
        rowKey={(user) => user.id}
        empty={said.users_empty}
      />
      <NewUserDialog open={making} onClose={() => setMaking(false)} />
      {edited ? (
        <EditUserDialog key={edited.id} user={edited} onClose={() => setEdited(null)} />
      ) : null}
    </>
  );
}
