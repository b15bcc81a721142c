import { App, Button, Space } from "antd";
import { useMemo } from "react";
import type { SlotView, SwapView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { useLanguage, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import type { Tone } from "../../../kit/StateTag";
import { useCan } from "../../../shell/can";
import { dayWords } from "./days";
import { words } from "./words";

const TONES: Record<SwapView["state"], Tone> = {
  asked: "pending",
  agreed: "pending",
  in_force: "ok",
  declined: "disabled",
  refused: "disabled",
  withdrawn: "disabled",
};

type Answer = "agree" | "decline" | "approve" | "refuse" | "withdraw";

/** What the reader can say to a swap. */
function answersTo(swap: SwapView, approves: boolean): Answer[] {
  if (swap.state === "asked" && swap.own === "taker") return ["agree", "decline"];
  if (swap.state === "agreed" && swap.own === "other" && approves) return ["approve", "refuse"];
  const open = swap.state === "asked" || swap.state === "agreed";
  return open && swap.own === "giver" ? ["withdraw"] : [];
}

function Answers(props: { swap: SwapView }) {
  const { swap } = props;
  const said = useWords(words);
  const approves = useCan()("duty.change") === null;
  const { message } = App.useApp();
  const answer = useChange<SwapView, Answer>(
    (said_to) => ({
      method: "POST",
      path: `/duty/swaps/${swap.id}/answer`,
      version: swap.version,
      body: { answer: said_to },
    }),
    { touches: ["journal"] },
  );
  return (
    <Space wrap>
      {answersTo(swap, approves).map((one) => (
        <Button
          key={one}
          size="small"
          type={one === "agree" || one === "approve" ? "primary" : "default"}
          loading={answer.isPending}
          onClick={() =>
            answer.mutate(one, { onError: (problem) => void message.error(problem.message) })
          }
        >
          {said[one]}
        </Button>
      ))}
    </Space>
  );
}

/** Swaps that are not over, with what the reader can say to them. */
export function Swaps() {
  const said = useWords(words);
  const language = useLanguage();
  const list = useItems<SwapView>("/duty/swaps", {}, { every_ms: 30_000 });
  const columns = useMemo<Column<SwapView>[]>(() => {
    const slot = (one: SlotView) => dayWords(one.day, language);
    const line = (swap: SwapView) => {
      const names = { giver: swap.giver.name, taker: swap.taker.name, slot: slot(swap.slot) };
      const back = swap.slot_back ? fill(said.swap_line_back, { slot: slot(swap.slot_back) }) : "";
      return `${fill(said.swap_line, names)} ${back}`;
    };
    return [
      { key: "line", title: said.swap, width: 280, render: (_, swap) => line(swap) },
      { key: "roster", title: said.roster, width: 140, render: (_, swap) => swap.roster_name },
      { key: "reason", title: said.reason, width: 140, render: (_, swap) => swap.reason },
      {
        key: "state",
        title: said.state,
        width: 150,
        render: (_, swap) => <StateTag state={TONES[swap.state]} text={said[swap.state]} />,
      },
      {
        key: "actions",
        title: said.actions,
        width: 160,
        render: (_, swap) => <Answers swap={swap} />,
      },
    ];
  }, [said, language]);
  return (
    <ListTable
      label={said.swaps}
      columns={columns}
      list={list}
      rowKey={(row) => row.id}
      empty={said.swaps_empty}
      size="small"
    />
  );
}
