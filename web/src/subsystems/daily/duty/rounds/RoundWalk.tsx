import { Button, Progress } from "antd";
import { useEffect, useState } from "react";
import type { RoundDetailView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { useViewState } from "../../../../kit/viewState";
import { useCan } from "../../../../shell/can";
import { newestOf } from "./answer";
import { ItemPanel } from "./ItemPanel";
import { itemStates, nextOpen, TONES } from "./itemState";
import type { ItemState } from "./itemState";
import type { Keeper, Keeping } from "./keeper";
import { words } from "./words";

/** Why the round cannot be ended yet; null: it can. */
function useReason(states: ItemState[]): string | null {
  const said = useWords(words);
  const refusal = useCan()("inspection.work");
  if (refusal) return refusal;
  if (states.some((one) => one.unsent)) return said.finish_unsent;
  const typed = states.filter((one) => one.draft);
  if (typed.length > 0) {
    return fill(said.finish_typed, { names: typed.map((one) => one.item.name).join(", ") });
  }
  const open = states.filter((one) => !one.found).length;
  return open > 0 ? fill(said.finish_open, { n: open }) : null;
}

function Finish(props: { round: RoundDetailView; states: ItemState[] }) {
  const { round, states } = props;
  const said = useWords(words);
  const reason = useReason(states);
  const finish = useChange<RoundDetailView>(
    () => ({ method: "POST", path: `/duty/rounds/${round.id}/finish` }),
    { touches: ["journal"] },
  );
  return (
    <div className="rounds-finish">
      <ErrorPanel problem={finish.error} />
      <Button
        type="primary"
        size="large"
        block
        disabled={reason !== null}
        loading={finish.isPending}
        onClick={() => finish.mutate()}
      >
        {said.finish}
      </Button>
      <p className="kit-quiet" role="status">
        {reason ?? said.finish_about}
      </p>
    </div>
  );
}

function RouteList(props: { states: ItemState[]; at: number; onChoose: (key: string) => void }) {
  const { states, at, onChoose } = props;
  const said = useWords(words);
  return (
    <Card title={said.route}>
      <ol className="rounds-route">
        {states.map(({ item, is }, number) => (
          <li key={item.key}>
            <button
              type="button"
              aria-current={number === at ? "step" : undefined}
              onClick={() => onChoose(item.key)}
            >
              <span className="rounds-route-name">
                {number + 1}. {item.name}
              </span>
              <StateTag state={TONES[is]} text={said[`item_${is}`]} />
            </button>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** A round that is under way, item by item. */
export function RoundWalk(props: { round: RoundDetailView; keeper: Keeper; keeping: Keeping }) {
  const { round, keeper, keeping } = props;
  const said = useWords(words);
  const [view, setView] = useViewState(["item"]);
  const [arrived, setArrived] = useState(false);
  const states = itemStates(round.route, newestOf(round.found), keeping.kept);
  const wanted = view.item || nextOpen(states, -1);
  const at = Math.max(0, states.findIndex((one) => one.item.key === wanted));
  const now = states[at];
  // What was typed before a reload goes on its way as soon as it is known what it answers.
  useEffect(() => {
    keeper.know(round.route);
    void keeper.send();
  }, [keeper, round.route]);
  const go = (item: string | undefined) => {
    if (!item) return;
    setArrived(true);
    setView({ item });
  };
  const done = states.filter((one) => one.is === "ok" || one.is === "abnormal").length;
  return (
    <>
      <div className="rounds-progress">
        <span>{fill(said.progress, { done, all: states.length })}</span>
        <Progress
          percent={Math.round((100 * done) / Math.max(1, states.length))}
          showInfo={false}
          aria-label={fill(said.progress, { done, all: states.length })}
        />
      </div>
      <div className="rounds-walk">
        <div className="rounds-now">
          {now ? (
            <ItemPanel
              key={now.item.key}
              state={now}
              n={at + 1}
              all={states.length}
              keeper={keeper}
              arrived={arrived}
              onSaved={() => go(nextOpen(states, at) ?? now.item.key)}
            />
          ) : null}
          <div className="rounds-steps">
            <Button size="large" disabled={at === 0} onClick={() => go(states[at - 1]?.item.key)}>
              {said.previous}
            </Button>
            <Button
              size="large"
              disabled={at >= states.length - 1}
              onClick={() => go(states[at + 1]?.item.key)}
            >
              {said.next}
            </Button>
          </div>
        </div>
        <div>
          <RouteList states={states} at={at} onChoose={go} />
          <Finish round={round} states={states} />
        </div>
      </div>
    </>
  );
}
