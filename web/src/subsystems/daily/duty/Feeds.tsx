import { Button, Modal } from "antd";
import { useMemo, useState } from "react";
import type { FeedView, NewFeedView, RosterView } from "../../../api/contract";
import { useAll, useChange, useItems } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { CopyOnce } from "../../../kit/CopyOnce";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useCan } from "../../../shell/can";
import { words } from "./words";

function Revoke(props: { feed: FeedView }) {
  const said = useWords(words);
  const revoke = useChange<null>(
    () => ({ method: "DELETE", path: `/duty/feeds/${props.feed.id}` }),
    { touches: ["journal"] },
  );
  return (
    <ConfirmDanger
      small
      action={said.revoke}
      title={said.revoke_title}
      running={revoke.isPending}
      problem={revoke.error}
      onConfirm={() => revoke.mutateAsync()}
    >
      {said.revoke_about}
    </ConfirmDanger>
  );
}

/** One's secret links to calendars. */
export function Feeds() {
  const said = useWords(words);
  const reads = useCan()("duty.read") === null;
  const list = useItems<FeedView>("/duty/feeds");
  const rosters = useAll<RosterView>(reads ? "/duty/rosters" : null);
  const [made, setMade] = useState<NewFeedView | null>(null);
  const make = useChange<NewFeedView, string | null>(
    (roster_id) => ({ method: "POST", path: "/duty/feeds", body: { roster_id } }),
    { touches: ["journal"], onDone: setMade },
  );
  const nameOf = useMemo(
    () => new Map(rosters.items.map((one) => [one.id, one.roster.name])),
    [rosters.items],
  );
  const columns = useMemo<Column<FeedView>[]>(
    () => [
      {
        key: "what",
        title: said.calendar,
        width: 220,
        render: (_, feed) =>
          feed.roster_id ? (nameOf.get(feed.roster_id) ?? said.roster) : said.feed_mine,
      },
      { key: "made", title: said.feed_made, width: 150, render: (_, one) => <TimeAgo at={one.created_at} /> },
      { key: "actions", title: said.actions, width: 110, render: (_, one) => <Revoke feed={one} /> },
    ],
    [said, nameOf],
  );
  return (
    <>
      <p className="kit-quiet">{said.feeds_about}</p>
      <ErrorPanel problem={make.error} />
      <ListTable
        label={said.feeds}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.feeds_empty}
        size="small"
      />
      <div className="duty-foot">
        <Button loading={make.isPending} onClick={() => make.mutate(null)}>
          {said.feed_new}
        </Button>
        {rosters.items.slice(0, 5).map((one) => (
          <Button key={one.id} onClick={() => make.mutate(one.id)}>
            {said.feed_roster}: {one.roster.name}
          </Button>
        ))}
      </div>
      <Modal
        open={made !== null}
        title={said.feed_link}
        onCancel={() => setMade(null)}
        footer={<Button onClick={() => setMade(null)}>{said.close}</Button>}
        destroyOnHidden
      >
        {made ? (
          <CopyOnce secret={`${window.location.origin}${made.path}`} label={said.feed_link} />
        ) : null}
      </Modal>
    </>
  );
}
