import { PlusOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, Space, Switch } from "antd";
import { useMemo, useState } from "react";
import type { CallView, ChainView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { useCan } from "../../../shell/can";
import { Calls } from "./Calls";
import { ChainDialog } from "./ChainDialog";
import { SimulationDialog } from "./SimulationDialog";
import { words } from "./words";
import "./duty.css";

function ChainSwitch(props: { chain: ChainView; refusal: string | null }) {
  const { chain } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const turn = useChange<ChainView, boolean>(
    (enabled) => ({
      method: "POST",
      path: `/duty/chains/${chain.id}/switch`,
      version: chain.version,
      body: { enabled },
    }),
    { touches: ["journal"] },
  );
  return (
    <Permitted refusal={props.refusal}>
      <Switch
        size="small"
        checked={chain.enabled}
        disabled={props.refusal !== null}
        loading={turn.isPending}
        aria-label={fill(said.enable_of, { name: chain.chain.name })}
        onChange={(on) =>
          turn.mutate(on, { onError: (problem) => void message.error(problem.message) })
        }
      />
    </Permitted>
  );
}

function CallDialog(props: { chain: ChainView; onClose: () => void }) {
  const { chain, onClose } = props;
  const said = useWords(words);
  const start = useChange<CallView, { title: string }>(
    (body) => ({ method: "POST", path: `/duty/chains/${chain.id}/calls`, body }),
    { touches: ["journal"], onDone: onClose },
  );
  return (
    <FormDialog<{ title: string }>
      open
      title={fill(said.call_start_of, { name: chain.chain.name })}
      submit={start}
      submitText={said.call_start}
      onClose={onClose}
    >
      <Form.Item
        name="title"
        label={said.call_title}
        rules={[{ required: true, message: said.required }]}
      >
        <Input maxLength={200} />
      </Form.Item>
    </FormDialog>
  );
}

type Opened = { chain: ChainView | null; what: "edit" | "simulate" | "call" };

function ChainActions(props: {
  chain: ChainView;
  refusal: string | null;
  onOpen: (opened: Opened) => void;
}) {
  const { chain, refusal, onOpen } = props;
  const said = useWords(words);
  const remove = useChange<null>(
    () => ({ method: "DELETE", path: `/duty/chains/${chain.id}`, version: chain.version }),
    { touches: ["journal"] },
  );
  const disabled = refusal !== null;
  return (
    <Space wrap>
      <Permitted refusal={refusal}>
        <Button size="small" disabled={disabled} onClick={() => onOpen({ chain, what: "simulate" })}>
          {said.simulate}
        </Button>
      </Permitted>
      <Permitted refusal={refusal}>
        <Button size="small" disabled={disabled} onClick={() => onOpen({ chain, what: "edit" })}>
          {said.edit}
        </Button>
      </Permitted>
      <Permitted refusal={refusal}>
        <Button
          size="small"
          disabled={disabled || !chain.enabled}
          onClick={() => onOpen({ chain, what: "call" })}
        >
          {said.call_start}
        </Button>
      </Permitted>
      <ConfirmDanger
        small
        action={said.remove}
        title={fill(said.chain_remove_title, { name: chain.chain.name })}
        running={remove.isPending}
        problem={remove.error}
        refusal={refusal}
        onConfirm={() => remove.mutateAsync()}
      >
        {said.chain_remove_about}
      </ConfirmDanger>
    </Space>
  );
}

/** Chains of escalation, their simulation, and the calls that were made by them. */
export default function EscalationPage() {
  const said = useWords(words);
  const refusal = useCan()("duty.change");
  const reads = useCan()("duty.read");
  const list = useItems<ChainView>(reads === null ? "/duty/chains" : null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const close = () => setOpened(null);
  const columns = useMemo<Column<ChainView>[]>(
    () => [
      {
        key: "enabled",
        title: said.enabled,
        width: 80,
        render: (_, chain) => <ChainSwitch chain={chain} refusal={refusal} />,
      },
      { key: "name", title: said.name, width: 170, render: (_, chain) => chain.chain.name },
      { key: "steps", title: said.steps, width: 70, render: (_, one) => one.chain.steps.length },
      {
        key: "simulated",
        title: said.state,
        width: 130,
        render: (_, chain) => (
          <StateTag
            state={chain.simulated ? "ok" : "pending"}
            text={chain.simulated ? said.simulated : said.not_simulated}
          />
        ),
      },
      {
        key: "actions",
        title: said.actions,
        width: 330,
        render: (_, chain) => <ChainActions chain={chain} refusal={refusal} onOpen={setOpened} />,
      },
    ],
    [said, refusal],
  );
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setOpened({ chain: null, what: "edit" })}
      >
        {said.new_chain}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.escalation} about={said.escalation_about} actions={create} />
      <div className="duty-page">
        <Card title={said.calls}>
          <Calls />
        </Card>
        <Card title={said.chains}>
          <ListTable
            label={said.chains}
            columns={columns}
            list={list}
            rowKey={(row) => row.id}
            empty={said.chains_empty}
            refusal={refusal}
          />
        </Card>
      </div>
      {opened?.what === "edit" ? (
        <ChainDialog chain={opened.chain} chains={list.items} onClose={close} />
      ) : null}
      {opened?.what === "simulate" && opened.chain ? (
        <SimulationDialog chain={opened.chain} onClose={close} />
      ) : null}
      {opened?.what === "call" && opened.chain ? (
        <CallDialog chain={opened.chain} onClose={close} />
      ) : null}
    </>
  );
}
