import { Button } from "antd";
import { useState } from "react";
import type { HoldingView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { startOf } from "../../../kit/days";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import { Permitted } from "../../../kit/Permitted";
import { StateTag } from "../../../kit/StateTag";
import { useNow } from "../../../kit/TimeAgo";
import { useCan } from "../../../shell/can";
import { Span } from "../Span";
import { words } from "../words";
import { HoldingDialog } from "./HoldingDialog";
import { HeldName } from "./Names";

/** Where a moment lies: before the holding, in it, or after it. */
function stateAt(holding: HoldingView, at: number): "later" | "now" | "over" {
  if (at < Date.parse(holding.valid_from)) return "later";
  return holding.valid_to !== null && Date.parse(holding.valid_to) <= at ? "over" : "now";
}

const TONES = { later: "pending", now: "ok", over: "disabled" } as const;

/** All that a person has held, holds and is to hold; `as_of` says which day is looked at. */
export function Career(props: { person_id: string; as_of: string }) {
  const { person_id, as_of } = props;
  const said = useWords(words);
  const refusal = useCan()("directory.change");
  const [edited, setEdited] = useState<HoldingView | null>(null);
  const list = useItems<HoldingView>(`/people/${person_id}/holdings`);
  const now = useNow();
  const at = as_of ? Date.parse(startOf(as_of) ?? "") : now;
  return (
    <Card title={said.held_all}>
      <ListTable<HoldingView>
        label={said.held_all}
        list={list}
        rowKey={(one) => `${one.id} ${one.valid_from}`}
        empty={said.held_none}
        size="small"
        columns={[
          { key: "post", title: said.post, render: (_, one) => <HeldName holding={one} /> },
          { key: "kind", title: said.holding_kind, render: (_, one) => said[`kind_${one.kind}`] },
          {
            key: "share",
            title: said.share,
            align: "right",
            render: (_, one) => one.share_percent,
          },
          { key: "valid", title: said.valid, render: (_, one) => <Span span={one} /> },
          {
            key: "state",
            title: as_of || said.as_of_now,
            render: (_, one) => {
              const state = stateAt(one, at);
              return <StateTag state={TONES[state]} text={said[`held_${state}`]} />;
            },
          },
          {
            key: "actions",
            title: "",
            align: "right",
            render: (_, one) =>
              stateAt(one, now) === "over" ? null : (
                <Permitted refusal={refusal}>
                  <Button
                    size="small"
                    disabled={refusal !== null}
                    onClick={() => setEdited(one)}
                  >
                    {said.edit}
                  </Button>
                </Permitted>
              ),
          },
        ]}
      />
      {edited ? <HoldingDialog holding={edited} onClose={() => setEdited(null)} /> : null}
    </Card>
  );
}
