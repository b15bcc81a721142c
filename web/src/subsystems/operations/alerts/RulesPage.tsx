import { PlusOutlined } from "@ant-design/icons";
import { Button, Tag } from "antd";
import { useMemo, useState } from "react";
import type { RuleView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { ListTable } from "../../../kit/ListTable";
import type { Column } from "../../../kit/ListTable";
import { PageHeader } from "../../../kit/PageHeader";
import { Permitted } from "../../../kit/Permitted";
import { StateTag } from "../../../kit/StateTag";
import { TimeAgo } from "../../../kit/TimeAgo";
import { useCan } from "../../../shell/can";
import { RuleControls, RuleSwitch } from "./RuleControls";
import { RuleDialog } from "./RuleDialog";
import { useConditionWords } from "./useConditionWords";
import { words } from "./words";
import "./alerts.css";

/** So many at once: there are a few dozen. */
const RULES = 200;

function RuleWords(props: { rule: RuleView }) {
  const { rule } = props;
  const said = useWords(words);
  const text = useText();
  return (
    <div className="alert-words">
      {text(rule.name)} {rule.shipped ? <Tag>{said.shipped}</Tag> : null}
      <div className="kit-quiet">{text(rule.summary)}</div>
    </div>
  );
}

function ConditionWords(props: { rule: RuleView }) {
  const conditionWords = useConditionWords();
  return <div className="rule-condition kit-code">{conditionWords(props.rule.condition)}</div>;
}

/** The conditions under which alerts are raised: turned on and off, changed, made, removed. */
export default function RulesPage() {
  const said = useWords(words);
  const refusal = useCan()("alert-rule.change");
  const list = useList<RuleView>("/alert-rules", { limit: RULES });
  const [edited, setEdited] = useState<{ rule: RuleView | null } | null>(null);
  const columns = useMemo<Column<RuleView>[]>(
    () => [
      {
        key: "enabled",
        title: said.enabled,
        width: 90,
        render: (_, rule) => <RuleSwitch rule={rule} />,
      },
      {
        key: "severity",
        title: said.severity,
        width: 130,
        render: (_, rule) => <StateTag state={rule.severity} text={said[rule.severity]} />,
      },
      {
        key: "rule",
        title: said.rule,
        width: 310,
        render: (_, rule) => <RuleWords rule={rule} />,
      },
      {
        key: "condition",
        title: said.condition,
        width: 310,
        render: (_, rule) => <ConditionWords rule={rule} />,
      },
      {
        key: "updated",
        title: said.updated,
        width: 130,
        render: (_, rule) => <TimeAgo at={rule.updated_at} />,
      },
      {
        key: "controls",
        title: said.change,
        fixed: "right",
        width: 190,
        render: (_, rule) => (
          <RuleControls rule={rule} onEdit={(chosen) => setEdited({ rule: chosen })} />
        ),
      },
    ],
    [said],
  );
  const create = (
    <Permitted refusal={refusal}>
      <Button
        type="primary"
        icon={<PlusOutlined />}
        disabled={refusal !== null}
        onClick={() => setEdited({ rule: null })}
      >
        {said.new_rule}
      </Button>
    </Permitted>
  );
  return (
    <>
      <PageHeader title={said.rules} about={said.rules_about} actions={create} />
      <ListTable
        label={said.rules}
        columns={columns}
        list={list}
        rowKey={(rule) => rule.id}
        empty={said.rules_empty}
      />
      {edited ? <RuleDialog rule={edited.rule} onClose={() => setEdited(null)} /> : null}
    </>
  );
}
