import { Button, Input, Modal, Table } from "antd";
import { useMemo, useState } from "react";
import type { ChainView, Items, SimulatedStepView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { formatExact } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { FITTED } from "../../../kit/table";
import { StateTag } from "../../../kit/StateTag";
import { momentOf } from "./days";
import { words } from "./words";

/** Whom a chain would call, and when, if nobody answered; nobody is called. */
export function SimulationDialog(props: { chain: ChainView; onClose: () => void }) {
  const { chain, onClose } = props;
  const said = useWords(words);
  const language = useLanguage();
  const [start, setStart] = useState("");
  const simulate = useChange<Items<SimulatedStepView>>(
    () => ({
      method: "POST",
      path: `/duty/chains/${chain.id}/simulate`,
      body: { start: momentOf(start) || null },
    }),
    { touches: ["journal"] },
  );
  const columns = useMemo(
    () => [
      {
        key: "after",
        title: said.after,
        render: (_: unknown, step: SimulatedStepView) =>
          fill(said.minutes, { n: step.after_minutes }),
      },
      {
        key: "at",
        title: said.when,
        render: (_: unknown, step: SimulatedStepView) => formatExact(step.at, language),
      },
      {
        key: "step",
        title: said.steps,
        render: (_: unknown, step: SimulatedStepView) =>
          `${step.chain} · ${fill(said.step, { n: step.step })} · ${fill(said.round, { n: step.round })}`,
      },
      {
        key: "people",
        title: said.called,
        render: (_: unknown, step: SimulatedStepView) =>
          step.people.length > 0 ? (
            step.people.map((one) => one.name).join(", ")
          ) : (
            <StateTag state="critical" text={said.nobody} />
          ),
      },
    ],
    [said, language],
  );
  return (
    <Modal
      open
      width={760}
      title={fill(said.simulation_of, { name: chain.chain.name })}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{said.close}</Button>}
    >
      <p className="kit-quiet">{said.simulation_about}</p>
      <div className="duty-head">
        <label>
          {said.simulation_start}{" "}
          <Input
            type="datetime-local"
            style={{ width: 220 }}
            value={start}
            onChange={(event) => setStart(event.target.value)}
          />
        </label>
        <Button type="primary" loading={simulate.isPending} onClick={() => simulate.mutate()}>
          {said.simulate}
        </Button>
      </div>
      <ErrorPanel problem={simulate.error} />
      {simulate.data ? (
        <Table<SimulatedStepView>
          size="small"
          pagination={false}
          columns={columns}
          dataSource={simulate.data.items}
          rowKey={(step) => `${step.chain} ${step.round} ${step.step}`}
          scroll={FITTED}
        />
      ) : null}
    </Modal>
  );
}
