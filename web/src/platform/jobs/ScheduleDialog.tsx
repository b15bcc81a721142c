import { Button, Form, Input, InputNumber, Select } from "antd";
import type { JobSchedulePreview, JobView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { SchedulePreview } from "./SchedulePreview";
import { scheduleOf } from "./schedule";
import type { ScheduleForm } from "./schedule";
import { words } from "./words";

const KINDS = ["interval", "cron", "once", "fact"] as const;
const CALENDARS = ["weekdays", "cn"];

function CronFields() {
  const said = useWords(words);
  const calendar = Form.useWatch("calendar");
  const calendars = CALENDARS.map((value) => ({ value, label: value }));
  return (
    <>
      <Form.Item name="cron" label={said.cron} extra={said.cron_about}>
        <Input className="kit-code" placeholder="30 8 * * 1-5" autoComplete="off" />
      </Form.Item>
      <Form.Item name="zone" label={said.zone}>
        <Input placeholder="Asia/Shanghai" autoComplete="off" />
      </Form.Item>
      <Form.Item name="calendar" label={said.calendar}>
        <Select options={calendars} allowClear />
      </Form.Item>
      {calendar ? (
        <Form.Item name="days_off" label={said.days_off}>
          <Select
            options={[
              { value: "skip", label: said.days_off_skip },
              { value: "next", label: said.days_off_next },
            ]}
          />
        </Form.Item>
      ) : null}
      <Missed />
    </>
  );
}

function Missed() {
  const said = useWords(words);
  return (
    <Form.Item name="missed" label={said.missed}>
      <Select
        options={[
          { value: "run_once", label: said.missed_run_once },
          { value: "skip", label: said.missed_skip },
        ]}
      />
    </Form.Item>
  );
}

function Fields(props: { kind: string }) {
  const said = useWords(words);
  switch (props.kind) {
    case "interval":
      return (
        <Form.Item name="every_s" label={said.every_s}>
          <InputNumber className="kit-wide" min={1} precision={0} />
        </Form.Item>
      );
    case "once":
      return (
        <>
          <Form.Item name="at" label={said.at}>
            <Input placeholder="2026-12-31T22:00:00+08:00" autoComplete="off" />
          </Form.Item>
          <Missed />
        </>
      );
    case "fact":
      return (
        <Form.Item name="verbs" label={said.verbs} extra={said.verbs_about}>
          <Select mode="tags" open={false} tokenSeparators={[",", " "]} />
        </Form.Item>
      );
    default:
      return <CronFields />;
  }
}

/** Gives a job another schedule; the next runs can be seen before. */
export function ScheduleDialog(props: { job: JobView; open: boolean; onClose: () => void }) {
  const { job, open, onClose } = props;
  const said = useWords(words);
  const textOf = useText();
  const [form] = Form.useForm<ScheduleForm>();
  const kind = Form.useWatch("kind", form) ?? job.schedule.kind;
  const save = useChange<JobView, ScheduleForm>(
    (values) => ({
      method: "PUT",
      path: `/jobs/${encodeURIComponent(job.name)}/schedule`,
      version: job.version,
      body: scheduleOf(values),
    }),
    { onDone: onClose },
  );
  const preview = useChange<JobSchedulePreview, ScheduleForm>((values) => ({
    method: "POST",
    path: "/job-schedules/preview",
    body: scheduleOf(values),
  }));
  const kinds = KINDS.map((value) => ({ value, label: said[`kind_${value}`] }));
  return (
    <FormDialog<ScheduleForm>
      open={open}
      title={fill(said.schedule_title, { job: textOf(job.title) })}
      form={form}
      initial={job.schedule}
      submit={preview.error ? { ...save, error: preview.error } : save}
      onValues={() => preview.reset()}
      onClose={onClose}
      extra={
        <Button loading={preview.isPending} onClick={() => preview.mutate(form.getFieldsValue())}>
          {said.preview}
        </Button>
      }
    >
      <Form.Item name="kind" label={said.schedule_kind}>
        <Select options={kinds} />
      </Form.Item>
      <Fields kind={kind} />
      <SchedulePreview preview={preview.data} />
    </FormDialog>
  );
}
