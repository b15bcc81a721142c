import { useMutation } from "@tanstack/react-query";
import { Button, Select, Space } from "antd";
import type { FormInstance } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { ask } from "../../../../api/client";
import type { BackTestView } from "../../../../api/contract";
import type { Problem } from "../../../../api/problem";
import { Card } from "../../../../kit/Card";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { conditionOf } from "../ruleValues";
import type { RuleValues } from "../ruleValues";
import { words } from "./words";

const HOURS = { hour: 1, day: 24, week: 168, month: 720 } as const;
type Span = keyof typeof HOURS;
const SPANS: Span[] = ["hour", "day", "week", "month"];
const SHOWN = 10;

function shown(at: string): string {
  return dayjs(at).format("YYYY-MM-DD HH:mm:ss");
}

function Alerts(props: { found: BackTestView }) {
  const { alerts, alert_count } = props.found;
  const said = useWords(words);
  const text = useText();
  if (alerts.length === 0) return null;
  return (
    <>
      <h3>{said.alerts}</h3>
      <ul className="alert-list">
        {alerts.slice(0, SHOWN).map((one) => (
          <li key={`${text(one.title)} ${one.resource_name} ${one.from}`}>
            <span>{one.resource_name ? `${one.resource_name} · ${text(one.title)}` : text(one.title)}</span>
            <span className="kit-quiet">
              {fill(said.from_to, {
                from: shown(one.from),
                to: one.to ? shown(one.to) : said.still_open,
              })}
              {one.silenced_by ? ` · ${said.silenced}` : ""}
            </span>
          </li>
        ))}
      </ul>
      {alert_count > SHOWN ? (
        <p className="kit-quiet">{fill(said.shown, { n: String(SHOWN) })}</p>
      ) : null}
    </>
  );
}

function Pages(props: { found: BackTestView }) {
  const { pages } = props.found;
  const said = useWords(words);
  const text = useText();
  if (pages.length === 0) return null;
  return (
    <>
      <h3>{said.pages}</h3>
      <ul className="alert-list">
        {pages.slice(0, SHOWN).map((one) => (
          <li key={`${one.at} ${one.recipient} ${text(one.title)}`}>
            <span>{text(one.title)}</span>
            <span className="kit-quiet">
              {fill(said.page, { at: shown(one.at), recipient: one.recipient, policy: one.policy })}
            </span>
          </li>
        ))}
      </ul>
      {pages.length > SHOWN ? (
        <p className="kit-quiet">{fill(said.shown, { n: String(SHOWN) })}</p>
      ) : null}
    </>
  );
}

function Outcome(props: { found: BackTestView }) {
  const { found } = props;
  const said = useWords(words);
  const { saved } = found;
  const pages = (count: number | null) => (count === null ? said.too_many : String(count));
  return (
    <div role="status">
      <p>
        {fill(said.outcome, {
          alerts: String(found.alert_count),
          silenced: String(found.silenced_count),
          pages: pages(found.page_count),
        })}
      </p>
      {saved ? (
        <p>
          {fill(said.saved, {
            alerts: String(saved.alert_count),
            pages: pages(saved.page_count),
            added: String(saved.added),
            gone: String(saved.gone),
            same: String(saved.same),
          })}
        </p>
      ) : null}
      <p className="kit-quiet">{fill(said.step, { seconds: String(found.step_s) })}</p>
      <Alerts found={found} />
      <Pages found={found} />
    </div>
  );
}

/** What the rule in the form would have done, beside what the saved one would have. */
export function BackTest(props: { form: FormInstance<RuleValues>; rule_id: string | null }) {
  const { form, rule_id } = props;
  const said = useWords(words);
  const [span, setSpan] = useState<Span>("day");
  const test = useMutation<BackTestView, Problem>({
    mutationFn: () => {
      const { name, severity, condition } = form.getFieldsValue();
      const named = name?.zh || name?.en ? name : { en: "–", zh: "–" };
      return ask<BackTestView>({
        method: "POST",
        path: "/alert-rules/back-test",
        body: {
          ...(rule_id ? { rule_id } : {}),
          name: named,
          severity,
          condition: conditionOf(condition),
          from: dayjs().subtract(HOURS[span], "hour").toISOString(),
        },
      });
    },
  });
  // What the condition lacks is said at its fields.
  const run = () =>
    form.validateFields([["condition"]], { recursive: true }).then(
      () => test.mutate(),
      () => undefined,
    );
  return (
    <Card title={said.back_test}>
      <p className="kit-quiet">{said.back_test_about}</p>
      <Space wrap className="alert-back-test">
        <Select<Span>
          aria-label={said.span}
          value={span}
          style={{ width: 170 }}
          options={SPANS.map((one) => ({ value: one, label: said[`span_${one}`] }))}
          onChange={setSpan}
        />
        <Button loading={test.isPending} onClick={() => void run()}>
          {said.run}
        </Button>
      </Space>
      {test.error ? <ErrorPanel problem={test.error} /> : null}
      {test.data ? <Outcome found={test.data} /> : null}
    </Card>
  );
}
