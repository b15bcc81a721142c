import { Alert, Button, Form, Space, Steps } from "antd";
import { useState } from "react";
import type { DutyImportBody, DutyImportedView, Items } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { ownZone } from "../../../../kit/days";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { FormPage } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { PageHeader } from "../../../../kit/PageHeader";
import { fill } from "../../../../kit/say";
import { useCan } from "../../../../shell/can";
import { Imported } from "./Imported";
import { ImportFields } from "./ImportFields";
import { words } from "./words";
import "../duty.css";
import "./imports.css";

type Answer = Items<DutyImportedView>;

/** What is sent: a name and a zone mean something with a calendar only. */
function bodyOf(values: DutyImportBody, dry_run: boolean): DutyImportBody {
  const { format, unit_id, text } = values;
  const calendar = format === "ical" ? { name: values.name?.trim() ?? "", zone: values.zone } : {};
  return { format, unit_id, text, dry_run, ...calendar };
}

function useImport(dry_run: boolean, onDone: (answer: Answer, sent: DutyImportBody) => void) {
  const send = useChange<Answer, DutyImportBody>(
    (values) => ({ method: "POST", path: "/duty/import", body: bodyOf(values, dry_run) }),
    dry_run ? {} : { touches: ["journal"] },
  );
  return {
    ...send,
    mutate: (values: DutyImportBody) =>
      send.mutate(values, { onSuccess: (answer) => onDone(answer, values) }),
  };
}

function Shown(props: { answer: Answer; applied: boolean }) {
  const { answer, applied } = props;
  const said = useWords(words);
  return (
    <section className="duty-page" aria-label={applied ? said.came : said.would_come}>
      {answer.items.length === 0 ? <Alert type="info" showIcon title={said.nothing} /> : null}
      {answer.items.map((one) => (
        <Imported key={one.source} one={one} applied={applied} />
      ))}
    </section>
  );
}

interface Seen {
  answer: Answer;
  /** What it was shown of: that and nothing else is taken over. */
  sent: DutyImportBody;
}

/** Takes schedules of other systems over: first what would come, then all of it or nothing. */
export default function ImportPage() {
  const said = useWords(words);
  const refusal = useCan()("duty.change");
  const [form] = Form.useForm<DutyImportBody>();
  const [seen, setSeen] = useState<Seen | null>(null);
  const [editing, setEditing] = useState(true);
  const [done, setDone] = useState<Answer | null>(null);
  const apply = useImport(false, setDone);
  const look = useImport(true, (answer, sent) => {
    // What was wrong with an earlier file is not said of this one.
    apply.reset();
    setSeen({ answer, sent });
    setEditing(false);
  });
  const again = () => {
    setSeen(null);
    setDone(null);
    setEditing(true);
    form.resetFields();
    apply.reset();
  };
  const step = done ? 2 : Number(!editing);
  return (
    <>
      <PageHeader title={said.import_title} about={said.import_about} />
      <div className="duty-page imports">
        <Steps
          current={step}
          items={[{ title: said.step_file }, { title: said.step_check }, { title: said.step_done }]}
        />
        {/* What was typed stays while the outcome is looked at: one may come back to it. */}
        <div hidden={step !== 0}>
          <FormPage<DutyImportBody>
            form={form}
            initial={{ format: "ical", zone: ownZone() }}
            submit={look}
            refusal={refusal}
            submitText={said.dry_run}
          >
            <ImportFields />
          </FormPage>
        </div>
        {seen && step === 1 ? (
          <>
            <ErrorPanel problem={apply.error} />
            <Shown answer={seen.answer} applied={false} />
            <p className="kit-quiet">{said.apply_about}</p>
            <Space wrap>
              <Button
                type="primary"
                loading={apply.isPending}
                disabled={refusal !== null || seen.answer.items.length === 0}
                onClick={() => apply.mutate(seen.sent)}
              >
                {said.apply}
              </Button>
              <Button onClick={() => setEditing(true)}>{said.back}</Button>
            </Space>
          </>
        ) : null}
        {done ? (
          <>
            <Alert
              type="success"
              showIcon
              role="status"
              title={fill(said.done, { n: done.items.length })}
            />
            <Shown answer={done} applied />
            <Space>
              <Button onClick={again}>{said.again}</Button>
            </Space>
          </>
        ) : null}
      </div>
    </>
  );
}
