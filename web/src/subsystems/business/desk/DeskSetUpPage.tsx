import { PlusOutlined } from "@ant-design/icons";
import { Button, Space } from "antd";
import { useMemo, useState } from "react";
import type { SlaPolicyView, SlaTargetView } from "../../../api/contract";
import { useItems } from "../../../api/hooks";
import { Card } from "../../../kit/Card";
import { useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { useCan } from "../../../shell/can";
import { words } from "./configWords";
import { PolicyDialog } from "./PolicyDialog";
import { RetirePolicy } from "./RetirePolicy";
import { TypesCard } from "./TypesCard";
import "./desk.css";

const HOUR_MIN = 60;

/** Service levels and kinds of tickets. */
export default function DeskSetUpPage() {
  const said = useWords(words);
  const text = useText();
  const refusal = useCan()("desk.configure");
  const list = useItems<SlaPolicyView>("/sla-policies");
  const [edited, setEdited] = useState<{ policy: SlaPolicyView | null } | null>(null);
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
        width: 160,
        render: (_, one) => (
          <Space>
            <Permitted refusal={refusal}>
              <Button
                size="small"
                disabled={refusal !== null || one.retired}
                onClick={() => setEdited({ policy: one })}
              >
                {said.edit}
              </Button>
            </Permitted>
            {one.retired ? null : <RetirePolicy policy={one} refusal={refusal} />}
          </Space>
        ),
      },
    ];
  }, [said, text, refusal]);
  const create = (
    <Permitted refusal={refusal}>
      <Button
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setEdited({ policy: null })}
      >
        {said.new_policy}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.configuration} about={said.about} />
      <div className="desk-page">
        <Card title={said.policies} extra={create}>
          <ListTable
            label={said.policies}
            columns={columns}
            list={list}
            rowKey={(one) => one.id}
            empty={said.policies_empty}
          />
        </Card>
        <TypesCard refusal={refusal} policies={list.items} />
      </div>
      {edited ? <PolicyDialog policy={edited.policy} onClose={() => setEdited(null)} /> : null}
    </>
  );
}
