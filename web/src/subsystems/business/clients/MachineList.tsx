import { Button, Checkbox, Empty, Segmented, Skeleton } from "antd";
import { useMemo, useState } from "react";
import type { CampaignMachineView, CampaignView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { SearchBox } from "../../../kit/SearchBox";
import { useViewState } from "../../../kit/viewState";
import { words as kit } from "../../../kit/words";
import { MACHINE_STATES } from "./campaign";
import { MachineRow } from "./MachineRow";
import { words } from "./machineWords";
import { SayDialog } from "./SayDialog";
import { words as campaignWords } from "./words";

const AT_ONCE = 100;

function Filters(props: {
  view: Record<"machines" | "q", string>;
  onView: (change: Partial<Record<"machines" | "q", string>>) => void;
  counts: CampaignView["counts"];
}) {
  const { view, onView, counts } = props;
  const said = useWords(words);
  return (
    <div className="kit-filters clients-filters">
      <Segmented
        aria-label={said.state}
        value={view.machines}
        options={[
          { value: "", label: said.every_state },
          ...MACHINE_STATES.map((value) => ({ value, label: `${said[value]} ${counts[value]}` })),
        ]}
        onChange={(machines) => onView({ machines })}
      />
      <SearchBox label={said.find} value={view.q} onSearch={(q) => onView({ q })} />
    </div>
  );
}

/** What is chosen of what is shown, and what can be said of it. */
function Bar(props: {
  shown: CampaignMachineView[];
  chosen: CampaignMachineView[];
  refusal: string | null;
  onChoose: (ids: string[]) => void;
  onSay: () => void;
}) {
  const { shown, chosen, refusal, onChoose, onSay } = props;
  const said = useWords(words);
  const all = shown.length > 0 && chosen.length === shown.length;
  return (
    <section className="clients-bar" aria-label={said.bulk}>
      <Checkbox
        checked={all}
        indeterminate={!all && chosen.length > 0}
        onChange={() => onChoose(all ? [] : shown.map((one) => one.resource_id))}
      >
        {said.choose_shown}
      </Checkbox>
      <span role="status">{chosen.length > 0 ? fill(said.chosen, { n: chosen.length }) : ""}</span>
      {chosen.length > 0 ? (
        <>
          <Permitted refusal={refusal}>
            <Button type="primary" disabled={refusal !== null} onClick={onSay}>
              {said.say}
            </Button>
          </Permitted>
          <Button type="link" onClick={() => onChoose([])}>
            {said.clear}
          </Button>
        </>
      ) : null}
    </section>
  );
}

/** The machines of a campaign: what became of each, one by one or several at once. */
export function MachineList(props: { one: CampaignView }) {
  const { one } = props;
  const said = useWords(words);
  const common = useWords(kit);
  const campaign = useWords(campaignWords);
  const [view, setView] = useViewState(["machines", "q"]);
  const [ids, setIds] = useState<string[]>([]);
  const [spoken, setSpoken] = useState<CampaignMachineView[]>([]);
  const list = useList<CampaignMachineView>(`/clients/campaigns/${one.id}/machines`, {
    state: view.machines,
    q: view.q,
    limit: AT_ONCE,
  });
  const chosen = useMemo(
    () => list.items.filter((machine) => ids.includes(machine.resource_id)),
    [list.items, ids],
  );
  const running = one.state === "running";
  const refusal = one.may_work ? null : campaign.not_here;
  const toggle = (id: string) =>
    setIds((old) => (old.includes(id) ? old.filter((other) => other !== id) : [...old, id]));
  return (
    <Card title={said.machines}>
      <Filters view={view} onView={setView} counts={one.counts} />
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.loading ? <Skeleton active /> : null}
      {list.items.length === 0 && !list.loading ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.machines_empty} />
      ) : null}
      {running && list.items.length > 0 ? (
        <Bar
          shown={list.items}
          chosen={chosen}
          refusal={refusal}
          onChoose={setIds}
          onSay={() => setSpoken(chosen)}
        />
      ) : null}
      <ul className="clients-machines" aria-label={said.machines}>
        {list.items.map((machine) => (
          <MachineRow
            key={machine.resource_id}
            campaign={one.id}
            machine={machine}
            chosen={ids.includes(machine.resource_id)}
            running={running}
            refusal={refusal}
            onToggle={toggle}
            onSay={(it) => setSpoken([it])}
          />
        ))}
      </ul>
      {list.more ? (
        <Button onClick={list.loadMore} loading={list.loadingMore}>
          {common.load_more}
        </Button>
      ) : null}
      {spoken.length > 0 ? (
        <SayDialog
          campaign={one}
          machines={spoken}
          onDone={() => {
            setSpoken([]);
            setIds([]);
          }}
          onClose={() => setSpoken([])}
        />
      ) : null}
    </Card>
  );
}
