import { Button } from "antd";
import { useMemo } from "react";
import type { OwnSessionView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { useWords } from "../../kit/language";
import { ListTable } from "../../kit/ListTable";
import type { Column } from "../../kit/ListTable";
import { StateTag } from "../../kit/StateTag";
import { TimeAgo } from "../../kit/TimeAgo";
import { words } from "./words";

const BROWSER = /(Firefox|Edg|OPR|Chrome|Safari)\/(\d+)/;
const SYSTEM = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/;

/** Browser and system named by a user agent; the agent itself when it names neither. */
export function browserOf(agent: string): string {
  const browser = BROWSER.exec(agent);
  const system = SYSTEM.exec(agent)?.[1];
  if (!browser) return agent;
  const name = browser[1] === "Edg" ? "Edge" : browser[1] === "OPR" ? "Opera" : browser[1];
  return [`${name} ${browser[2]}`, system].filter(Boolean).join(" · ");
}

/** Where a person is signed in, and the means to end it. */
export function SessionsCard() {
  const said = useWords(words);
  const list = useItems<OwnSessionView>("/sessions");
  const end = useChange<null, string>((id) => ({ method: "DELETE", path: `/sessions/${id}` }));
  const everywhere = useChange<null>(() => ({ method: "DELETE", path: "/sessions" }), {
    touches: ["session"],
  });
  const { mutate } = end;
  const columns = useMemo(
    (): Column<OwnSessionView>[] => [
      {
        key: "browser",
        title: said.browser,
        render: (_, session) => (
          <span title={session.user_agent}>{browserOf(session.user_agent)}</span>
        ),
      },
      { key: "source", title: said.source, render: (_, session) => session.source },
      {
        key: "seen",
        title: said.seen,
        render: (_, session) => <TimeAgo at={session.last_seen_at} />,
      },
      {
        key: "expires",
        title: said.expires,
        render: (_, session) => <TimeAgo at={session.expires_at} />,
      },
      {
        key: "end",
        title: "",
        align: "right",
        render: (_, session) =>
          session.current ? (
            <StateTag state="ok" text={said.this_one} />
          ) : (
            <Button size="small" onClick={() => mutate(session.id)}>
              {said.end}
            </Button>
          ),
      },
    ],
    [said, mutate],
  );
  return (
    <Card
      title={said.sessions}
      extra={
        <ConfirmDanger
          small
          action={said.everywhere}
          title={said.everywhere_title}
          running={everywhere.isPending}
          problem={everywhere.error}
          onConfirm={() => everywhere.mutateAsync()}
        >
          {said.everywhere_what}
        </ConfirmDanger>
      }
    >
      <ErrorPanel problem={end.error} />
      <ListTable<OwnSessionView>
        label={said.sessions}
        columns={columns}
        list={list}
        rowKey={(session) => session.id}
        empty={said.sessions_empty}
        size="small"
      />
    </Card>
  );
}
