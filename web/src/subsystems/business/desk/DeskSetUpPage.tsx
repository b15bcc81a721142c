import { App, Button, Switch } from "antd";
import { useMemo, useState } from "react";
import type { SlaPolicyView, SlaTargetView, TicketTypeView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCan } from "../../../shell/can";
import { words } from "./configWords";
import { PolicyDialog } from "./PolicyDialog";
import "./desk.css";

const HOUR_MIN = 60;

function TypeSwitch(props: { one: TicketTypeView; refusal: string | null }) {
  const { one } = props;
  const said = useWords(words);
  const text = useText();
  const { message } = App.useApp();
  const turn = useChange<TicketTypeView, boolean>(
    (enabled) => ({
      method: "PUT",
      path: `/ticket-types/${one.type.key}`,
      version: one.version,
      body: { ...one.type, enabled },
    }),
    { touches: ["journal"] },
  );
  return (
    <Permitted refusal={props.refusal}>
      <Switch
        size="small"
        checked={one.type.enabled}
        disabled={props.refusal !== null}
        loading={turn.isPending}
        aria-label={fill(said.enable_of, { name: text(one.type.name) })}
        onChange={(on) =>
          turn.mutate(on, { onError: (problem) => void message.error(problem.message) })
        }
      />
    </Permitted>
  );
}

function Types(props: { refusal: string | null; policies: SlaPolicyView[] }) {
  const { refusal, policies } = props;
  const said = useWords(words);
  const text = useText();
  const list = useItems<TicketTypeView>("/ticket-types");
  const columns = useMemo<Column<TicketTypeView>[]>(() => {
    const policyOf = (id: string | null) => policies.find((one) => one.id === id)?.policy.name;
    return [
      {
        key: "enabled",
        title: said.enabled,
        width: 80,
        render: (_, one) => <TypeSwitch one={one} refusal={refusal} />,
      },
      { key: "name", title: said.name, width: 160, render: (_, one) => text(one.type.name) },
      { key: "prefix", title: said.prefix, width: 80, render: (_, one) => one.type.prefix },
      {
        key: "policy",
        title: said.policy,
        width: 170,
        render: (_, one) => text(policyOf(one.type.policy_id)) || said.none,
      },
      {
        key: "states",
        title: said.states,
        width: 420,
        render: (_, one) => one.type.states.map((state) => text(state.name)).join(" · "),
      },
    ];
  }, [said, text, refusal, policies]);
  return (
    <ListTable
      label={said.types}
      columns={columns}
      list={list}
      rowKey={(one) => one.type.key}
      empty={said.types_empty}
    />
  );
}

/** Service levels and kinds of tickets. */
export default function DeskSetUpPage() {
  const said = useWords(words);
  const text = useText();
  const refusal = useCan()("desk.configure");
  const list = useItems<SlaPolicyView>("/sla-policies");
  const [edited, setEdited] = useState<SlaPolicyView | null>(null);
  const columns = useMemo<Column<SlaPolicyView>[]>(() => {
    const shown = (one: SlaTargetView | null) => {
      if (!one) return "–";
      const inHours = one.unit === "minutes" && one.amount % HOUR_MIN === 0;
      return inHours
        ? `${one.amount / HOUR_MIN} ${said.hours_short}`
        : `${one.amount} ${said[one.unit]}`;
    };
    return [
      { key: "name", title: said.name, width: 180, render: (_, one) => text(one.policy.name) },
      {
        key: "calendar",
        title: said.calendar,
        width: 230,
        render: (_, one) => `${said[one.policy.calendar]} · ${one.policy.hours}`,
      },
      {
        key: "targets",
        title: `${said.response} / ${said.resolution}`,
        width: 260,
        render: (_, one) =>
          one.policy.targets.map((target) => (
            <div key={target.priority}>
              P{target.priority}: {shown(target.response)} / {shown(target.resolution)}
            </div>
          )),
      },
      { key: "hop", title: said.hop, width: 110, render: (_, one) => shown(one.policy.hop) },
      {
        key: "state",
        title: said.state,
        width: 110,
        render: (_, one) => (one.retired ? said.retired : said.in_use),
      },
      {
        key: "actions",
        title: said.actions,
        width: 110,
        render: (_, one) => (
          <Permitted refusal={refusal}>
            <Button
              size="small"
              disabled={refusal !== null || one.retired}
              onClick={() => setEdited(one)}
            >
              {said.edit}
            </Button>
          </Permitted>
        ),
      },
    ];
  }, [said, text, refusal]);
  return (
    <>
      <PageHeader title={said.configuration} about={said.about} />
      <div className="desk-page">
        <Card title={said.policies}>
          <ListTable
            label={said.policies}
            columns={columns}
            list={list}
            rowKey={(one) => one.id}
            empty={said.policies_empty}
          />
        </Card>
        <Card title={said.types}>
          <Types refusal={refusal} policies={list.items} />
        </Card>
      </div>
      {edited ? <PolicyDialog policy={edited} onClose={() => setEdited(null)} /> : null}
    </>
  );
}
