import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { useMemo, useState } from "react";
import type { TokenView } from "../../api/contract";
import { useChange, useList } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { PageHeader } from "../../kit/PageHeader";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo, useNow } from "../../kit/TimeAgo";
import { useCan, useCanEverywhere } from "../../shell/can";
import { useRoleList } from "../../shell/roles";
import { NewTokenDialog } from "./NewTokenDialog";
import { words } from "./words";

function TokenState(props: { token: TokenView }) {
  const said = useWords(words);
  const now = useNow();
  if (props.token.revoked_at) return <StateTag state="disabled" text={said.revoked} />;
  if (Date.parse(props.token.expires_at) <= now) {
    return <StateTag state="disabled" text={said.expired} />;
  }
  return <StateTag state="ok" text={said.valid} />;
}

function Revoke(props: { token: TokenView; refusal: string | null }) {
  const { token } = props;
  const said = useWords(words);
  const revoke = useChange<null>(() => ({ method: "DELETE", path: `/tokens/${token.id}` }));
  if (token.revoked_at) return <TimeAgo at={token.revoked_at} />;
  return (
    <ConfirmDanger
      small
      action={said.revoke}
      title={fill(said.revoke_title, { name: token.name })}
      running={revoke.isPending}
      problem={revoke.error}
      refusal={props.refusal}
      onConfirm={() => revoke.mutateAsync()}
    >
      {said.revoke_what}
    </ConfirmDanger>
  );
}

/** What a token is limited to, in one line. */
function useLimits(): (token: TokenView) => string {
  const said = useWords(words);
  const roles = useRoleList();
  return ({ limits }) => {
    if (!limits) return said.limits_none;
    const parts = [
      limits.roles ? roles(limits.roles) : null,
      limits.permissions ? limits.permissions.join(", ") : null,
      limits.scope ? said.limits_scope : null,
    ];
    return parts.filter(Boolean).join(" · ");
  };
}

/** The tokens with which programs call this server. */
export default function TokensPage() {
  const said = useWords(words);
  const limits = useLimits();
  const refusal = useCan()("token.change");
  const unseen = useCanEverywhere()("token.read");
  const list = useList<TokenView>("/tokens", {}, { enabled: unseen === null });
  const [making, setMaking] = useState(false);
  const columns = useMemo(
    (): Column<TokenView>[] => [
      { key: "name", title: said.token_name, render: (_, token) => token.name },
      { key: "role", title: said.limits, render: (_, token) => limits(token) },
      { key: "owner", title: said.token_owner, render: (_, token) => token.user_name },
      { key: "state", title: said.state, render: (_, token) => <TokenState token={token} /> },
      {
        key: "expires",
        title: said.expires,
        render: (_, token) => <TimeAgo at={token.expires_at} />,
      },
      {
        key: "used",
        title: said.last_used,
        render: (_, token) => <TimeAgo at={token.last_used_at} />,
      },
      {
        key: "revoke",
        title: "",
        align: "right",
        render: (_, token) => <Revoke token={token} refusal={refusal} />,
      },
    ],
    [said, limits, refusal],
  );
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setMaking(true)}
      >
        {said.token_new}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.tokens} about={said.tokens_about} actions={create} />
      {unseen === null ? (
        <ListTable<TokenView>
          label={said.tokens}
          columns={columns}
          list={list}
          rowKey={(token) => token.id}
          empty={said.tokens_empty}
          refusal={refusal}
        />
      ) : (
        <Alert showIcon type="info" role="note" title={said.tokens_unseen} description={unseen} />
      )}
      <NewTokenDialog open={making} onClose={() => setMaking(false)} />
    </>
  );
}
