import { useMutation } from "@tanstack/react-query";
import { Button, Space } from "antd";
import { ask } from "../../../api/client";
import type { DepartureView, IdentityView, SignInWaysView } from "../../../api/contractProviders";
import { useChange, useItems, useOne } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { fill } from "../../../kit/say";
import { TimeAgo } from "../../../kit/TimeAgo";
import type { Refusal } from "../../../shell/can";
import { words } from "./words";

/** Sends the browser to a provider, to link one's own account. */
function LinkButtons() {
  const said = useWords(words);
  const ways = useOne<SignInWaysView>("/session/ways");
  const depart = useMutation<DepartureView, Error, string>({
    mutationFn: (id) =>
      ask<DepartureView>({ method: "POST", path: `/profile/identities/${id}` }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <>
      <Space wrap>
        {(ways.value?.providers ?? []).map(({ id, label }) => (
          <Button
            key={id}
            loading={depart.isPending && depart.variables === id}
            onClick={() => depart.mutate(id)}
          >
            {fill(said.link, { name: label })}
          </Button>
        ))}
      </Space>
      <ErrorPanel problem={depart.error} />
    </>
  );
}

function Unlink(props: { path: string; identity: IdentityView; refusal: Refusal }) {
  const { identity, path } = props;
  const said = useWords(words);
  const { authority, subject } = identity;
  const unlink = useChange<null>(() => ({
    method: "DELETE",
    path,
    query: { authority, subject },
  }));
  return (
    <ConfirmDanger
      small
      action={said.unlink}
      title={fill(said.unlink_of, { name: identity.name || authority })}
      running={unlink.isPending}
      problem={unlink.error}
      refusal={props.refusal}
      onConfirm={() => unlink.mutateAsync()}
    >
      {said.unlink_what}
    </ConfirmDanger>
  );
}

/** Who a user is elsewhere; one's own with buttons to link more. */
export function IdentitiesCard(props: { path: string; own?: true; refusal: Refusal }) {
  const { path, own, refusal } = props;
  const said = useWords(words);
  const list = useItems<IdentityView>(path);
  return (
    <Card title={said.identities} extra={own ? <LinkButtons /> : null}>
      {own ? <p className="kit-quiet">{said.identities_about}</p> : null}
      <ListTable<IdentityView>
        label={said.identities}
        list={list}
        size="small"
        rowKey={(one) => `${one.authority} ${one.subject}`}
        empty={said.identities_empty}
        columns={[
          {
            key: "authority",
            title: said.authority,
            render: (_, one) =>
              one.authority.startsWith("ldap:") ? said.directory : one.authority,
          },
          { key: "name", title: said.name_there, render: (_, one) => one.name || "–" },
          { key: "linked", title: said.linked, render: (_, one) => <TimeAgo at={one.linked_at} /> },
          { key: "used", title: said.used, render: (_, one) => <TimeAgo at={one.last_used_at} /> },
          {
            key: "actions",
            title: "",
            align: "right",
            render: (_, one) => <Unlink path={path} identity={one} refusal={refusal} />,
          },
        ]}
      />
    </Card>
  );
}
