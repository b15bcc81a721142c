import { Link } from "react-router";
import type { ScimClientView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { DescriptionList } from "../../../kit/DescriptionList";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { useGrantedPosts } from "./GrantedPosts";
import { words } from "./words";

function Client(props: { client: ScimClientView }) {
  const said = useWords(words);
  const { client } = props;
  const { source_id: id, source_version: version, name, granted_posts } = client;
  const posts = useGrantedPosts({ id, version, name, granted_posts }, client.posts_refused);
  const counts = { active: client.users_active, all: client.users };
  const items = [
    {
      key: "address",
      term: said.scim_address,
      value: <code>{`${window.location.origin}${client.path}`}</code>,
    },
    { key: "users", term: said.scim_users, value: fill(said.scim_users_of, counts) },
    { key: "groups", term: said.scim_groups, value: client.groups },
    { key: "call", term: said.scim_last_call, value: <TimeAgo at={client.last_call_at} /> },
    { key: "what", term: said.scim_last_what, value: <code>{client.last_call}</code> },
    posts,
  ];
  return (
    <Card title={client.name} extra={<StateTag state="info" text="SCIM" />}>
      <DescriptionList items={items} columns={3} />
    </Card>
  );
}

/** Identity providers that bring people by themselves; without one, how to connect it. */
export function ScimClients() {
  const said = useWords(words);
  const list = useItems<ScimClientView>("/scim/clients");
  if (list.problem) return <ErrorPanel problem={list.problem} onRetry={list.reload} />;
  if (list.loading) return null;
  return (
    <>
      {list.items.map((client) => (
        <Client key={client.source_id} client={client} />
      ))}
      {list.items.length === 0 ? (
        <div className="kit-card">
          <p className="directory-first">
            {said.scim_none} <code>{`${window.location.origin}/scim/v2`}</code>
          </p>
          <Link to={paths.tokens()}>{said.scim_tokens}</Link>
        </div>
      ) : null}
    </>
  );
}
