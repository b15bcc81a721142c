import { Select } from "antd";
import { useMemo } from "react";
import type { PhoneCallView, TicketTypeView } from "../../../../api/contract";
import { useItems, useList } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { useLanguage, useText, useWords } from "../../../../kit/language";
import { ListTable } from "../../../../kit/ListTable";
import { PageHeader } from "../../../../kit/PageHeader";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { TimeAgo, useNow } from "../../../../kit/TimeAgo";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { CallDetail } from "./CallDetail";
import { goesOn, outsideOf, TONES } from "./calls";
import { callColumns } from "./columns";
import { useChoice } from "./keptChoice";
import { words } from "./words";
import "../desk.css";

/** Who does not follow the journal must not wait for half a minute while it rings. */
const READ_EVERY_MS = 5_000;

/** Calls as they come: who calls, what they have open, and a ticket by one click. */
export default function HotlinePage() {
  const said = useWords(words);
  const text = useText();
  const language = useLanguage();
  const now_ms = useNow();
  const [choice, choose] = useChoice();
  const list = useList<PhoneCallView>("/cti/calls", {}, { every_ms: READ_EVERY_MS });
  const types = useItems<TicketTypeView>("/ticket-types").items.filter((one) => one.type.enabled);
  const type = types.find((one) => one.type.key === choice.type)?.type;
  const columns = useMemo(() => callColumns(said, language), [said, language]);
  const running = list.items.filter((call) => goesOn(call, now_ms));
  const now = running.length === 0 ? said.now_none : fill(said.now_n, { n: running.length });
  return (
    <>
      <PageHeader title={said.hotline} about={said.about} />
      <div className="desk-page">
        <fieldset className="kit-fieldset">
          <legend>{said.kept_here}</legend>
          <div className="kit-filters">
            <Select
              aria-label={said.type}
              value={type?.key ?? null}
              placeholder={said.type}
              className="desk-filter"
              onChange={(key: string) => choose({ type: key })}
              options={types.map((one) => ({ value: one.type.key, label: text(one.type.name) }))}
            />
            <span className="desk-filter">
              <UnitSelect
                label={said.unit}
                value={choice.unit_id || null}
                onChange={(id) => choose({ unit_id: id ?? "" })}
              />
            </span>
            <span className="kit-quiet">{said.kept_about}</span>
          </div>
        </fieldset>
        {/* Who cannot see the page is told that it rings, and not of every second of it. */}
        <p role="status" className="kit-quiet desk-calls-now">
          {list.loading || list.problem ? "" : now}
        </p>
        <section aria-label={said.now} className="kit-grid">
          {running.map((call) => (
            <Card
              key={call.id}
              title={outsideOf(call) || said.no_number}
              extra={<StateTag state={TONES[call.state]} text={said[call.state]} />}
            >
              <p className="kit-quiet">
                {said[call.direction]} · <TimeAgo at={call.began_at} />
                {call.answered_by ? ` · ${said.answered_by}: ${call.answered_by}` : ""}
              </p>
              <CallDetail call={call} choice={choice} type={type} />
            </Card>
          ))}
        </section>
        <Card title={said.log}>
          <ListTable<PhoneCallView>
            label={said.log}
            columns={columns}
            list={list}
            rowKey={(call) => call.id}
            empty={said.log_empty}
            detail={(call) => <CallDetail call={call} choice={choice} type={type} />}
          />
        </Card>
      </div>
    </>
  );
}
