import { Button, Empty, Form, Select } from "antd";
import { useMemo, useState } from "react";
import type { DutyPersonView, HandOverView, RosterView, SpanView } from "../../../api/contract";
import { useAll, useChange, useItems, useList, useOne } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { StateTag } from "../../../kit/StateTag";
import type { Tone } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useViewState } from "../../../kit/viewState";
import { useCan } from "../../../shell/can";
import { HandOverDialog } from "./HandOverDialog";
import { words } from "./words";
import "./duty.css";

interface Colleagues {
  positions: { key: string; name: string }[];
  colleagues: DutyPersonView[];
}

const TONES: Record<HandOverView["state"], Tone> = {
  begun: "pending",
  given: "info",
  taken: "ok",
};

/** The rosters that one sees, or is on in the coming weeks. */
function useRosters(): { id: string; name: string }[] {
  const reads = useCan()("duty.read") === null;
  const seen = useAll<RosterView>(reads ? "/duty/rosters" : null);
  const mine = useItems<SpanView>("/duty/mine");
  const names = new Map<string, string>();
  for (const one of seen.items) names.set(one.id, one.roster.name);
  for (const one of mine.items) names.set(one.roster_id, one.roster_name);
  return [...names].map(([id, name]) => ({ id, name }));
}

function BeginDialog(props: {
  roster: string;
  colleagues: Colleagues;
  onClose: () => void;
  onBegun: (one: HandOverView) => void;
}) {
  const { roster, colleagues, onClose, onBegun } = props;
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  const begin = useChange<HandOverView, { position: string; taker: string }>(
    (values) => ({ method: "POST", path: `/duty/rosters/${roster}/hand-overs`, body: values }),
    { touches: ["journal"], onDone: onBegun },
  );
  const people = colleagues.colleagues.map((one) => ({ value: one.id, label: one.name }));
  return (
    <FormDialog open title={said.hand_over_begin} submit={begin} onClose={onClose}>
      <Form.Item name="position" label={said.position} rules={required}>
        <Select
          options={colleagues.positions.map((one) => ({ value: one.key, label: one.name }))}
        />
      </Form.Item>
      <Form.Item name="taker" label={said.taker} rules={required}>
        <Select showSearch={{ optionFilterProp: "label" }} options={people} />
      </Form.Item>
    </FormDialog>
  );
}

function HandOverList(props: { roster: string }) {
  const { roster } = props;
  const said = useWords(words);
  const list = useList<HandOverView>(`/duty/rosters/${roster}/hand-overs`, {}, { every_ms: 30_000 });
  const colleagues = useOne<Colleagues>(`/duty/rosters/${roster}/colleagues`);
  const [beginning, setBeginning] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const columns = useMemo<Column<HandOverView>[]>(
    () => [
      {
        key: "state",
        title: said.state,
        width: 180,
        render: (_, one) => <StateTag state={TONES[one.state]} text={said[one.state]} />,
      },
      { key: "giver", title: said.giver, width: 110, render: (_, one) => one.giver.name },
      { key: "taker", title: said.taker, width: 110, render: (_, one) => one.taker.name },
      {
        key: "open",
        title: said.open_items,
        width: 100,
        render: (_, one) => (one.content.items ?? []).filter((item) => !item.done).length,
      },
      {
        key: "begun",
        title: said.started,
        width: 130,
        render: (_, one) => <TimeAgo at={one.begun_at} />,
      },
      {
        key: "actions",
        title: said.actions,
        width: 100,
        render: (_, one) => (
          <Button size="small" onClick={() => setShown(one.id)}>
            {said.show}
          </Button>
        ),
      },
    ],
    [said],
  );
  const opened = list.items.find((one) => one.id === shown);
  return (
    <>
      <ListTable
        label={said.hand_overs}
        columns={columns}
        list={list}
        rowKey={(row) => row.id}
        empty={said.hand_overs_empty}
      />
      <div className="duty-foot">
        <Button type="primary" disabled={!colleagues.value} onClick={() => setBeginning(true)}>
          {said.hand_over_begin}
        </Button>
      </div>
      {beginning && colleagues.value ? (
        <BeginDialog
          roster={roster}
          colleagues={colleagues.value}
          onClose={() => setBeginning(false)}
          onBegun={(one) => {
            setBeginning(false);
            setShown(one.id);
          }}
        />
      ) : null}
      {opened ? (
        <HandOverDialog
          key={`${opened.id} ${opened.state}`}
          one={opened}
          onClose={() => setShown(null)}
        />
      ) : null}
    </>
  );
}

/** What shifts passed on, roster by roster. */
export default function HandOversPage() {
  const said = useWords(words);
  const rosters = useRosters();
  const [state, setState] = useViewState(["roster"]);
  const chosen = rosters.find((one) => one.id === state.roster) ?? rosters[0];
  return (
    <>
      <PageHeader title={said.hand_overs} about={said.hand_overs_about} />
      {chosen ? (
        <>
          <div className="duty-head">
            <Select
              aria-label={said.roster_choose}
              style={{ minWidth: 220 }}
              value={chosen.id}
              options={rosters.map((one) => ({ value: one.id, label: one.name }))}
              onChange={(roster: string) => setState({ roster })}
            />
          </div>
          <HandOverList key={chosen.id} roster={chosen.id} />
        </>
      ) : (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.my_shifts_empty} />
      )}
    </>
  );
}
