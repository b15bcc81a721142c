import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form } from "antd";
import type { FormInstance } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { ask } from "../../../api/client";
import type { RosterBody, RosterView, StretchView } from "../../../api/contract";
import { useChange, useOne } from "../../../api/hooks";
import type { Problem } from "../../../api/problem";
import { Card } from "../../../kit/Card";
import { ownZone } from "../../../kit/days";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { FormPage } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { PageHeader } from "../../../kit/PageHeader";
import { useNow } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { firstOf, midnightIn, shifted, wallOf } from "./days";
import { DutyCalendar } from "./DutyCalendar";
import { OwnDayFields } from "./OwnDayFields";
import { ProblemList } from "./ProblemList";
import { HeadFields, PositionFields, ShiftFields } from "./RosterFields";
import { blankRoster, bodyOf, valuesOf } from "./rosterValues";
import type { RosterValues } from "./rosterValues";
import { words } from "./words";
import "./duty.css";

const PREVIEW_DAYS = 28;
/** From the Monday of this week: four weeks from today reach into a fifth. */
const WEEKS = [0, 7, 14, 21, 28];

function Preview(props: { stretch: StretchView; first: string }) {
  const { stretch, first } = props;
  const said = useWords(words);
  return (
    <Card title={said.preview}>
      <ProblemList problems={stretch.problems} zone={stretch.zone} />
      {WEEKS.map((days) => (
        <DutyCalendar key={days} stretch={stretch} first={shifted(first, days)} view="week" />
      ))}
    </Card>
  );
}

/** Asks what a draft would mean in the next four weeks. */
function usePreview(id: string | undefined) {
  return useMutation<StretchView, Problem, RosterBody>({
    mutationFn: (roster) => {
      const first = wallOf(new Date().toISOString(), roster.zone).day;
      const body = {
        roster_id: id ?? null,
        roster,
        from: midnightIn(first, roster.zone),
        to: midnightIn(shifted(first, PREVIEW_DAYS), roster.zone),
      };
      return ask<StretchView>({ method: "POST", path: "/duty/preview", body });
    },
  });
}

function RosterForm(props: { roster: RosterView | undefined }) {
  const { roster } = props;
  const said = useWords(words);
  const refusal = useCan()("duty.change");
  const navigate = useNavigate();
  const [form] = Form.useForm<RosterValues>();
  const [zone] = useState(ownZone);
  const now_ms = useNow();
  const today = wallOf(new Date(now_ms).toISOString(), roster?.roster.zone ?? zone).day;
  const [initial] = useState(() =>
    roster ? valuesOf(roster.roster) : blankRoster(today, zone, said),
  );
  const [seen, setSeen] = useState(false);
  const preview = usePreview(roster?.id);
  const save = useChange<RosterView, RosterValues>(
    (values) => ({
      method: roster ? "PUT" : "POST",
      path: roster ? `/duty/rosters/${roster.id}` : "/duty/rosters",
      body: bodyOf(values),
      ...(roster ? { version: roster.version } : {}),
    }),
    { touches: ["journal"], onDone: (saved) => void navigate(paths.duty({ roster: saved.id })) },
  );
  const people = useOne<StretchView>(roster ? `/duty/rosters/${roster.id}/spans` : null);
  const shifts = Form.useWatch("shifts", form) ?? initial.shifts;
  const named = shifts.filter((shift) => shift?.key);
  const plain: FormInstance<RosterValues> = form;
  const show = () => {
    const values = plain.getFieldsValue(true);
    preview.mutate(bodyOf(values), { onSuccess: () => setSeen(true) });
  };
  const within = {
    known: people.value?.people ?? [],
    shifts: named.map((shift) => ({ value: shift.key, label: shift.name })),
    today,
  };
  return (
    <div className="duty-page">
      <FormPage<RosterValues>
        form={form}
        initial={initial}
        submit={preview.error ? { ...save, error: preview.error } : save}
        refusal={refusal ?? (seen ? null : said.preview_needed)}
        onValues={() => setSeen(false)}
        extra={
          <Button onClick={show} loading={preview.isPending} disabled={refusal !== null}>
            {said.preview_show}
          </Button>
        }
      >
        {save.error?.status === 412 ? <Alert type="warning" title={said.stale} /> : null}
        <HeadFields />
        <OwnDayFields name="days" />
        <ShiftFields />
        <PositionFields {...within} />
      </FormPage>
      {preview.data && seen ? <Preview stretch={preview.data} first={firstOf(today, "week")} /> : null}
    </div>
  );
}

/** Makes or changes a roster; what it means is shown before it is saved. */
export default function RosterEditPage() {
  const said = useWords(words);
  const { id } = useParams();
  const { value, problem, reload } = useOne<RosterView>(id ? `/duty/rosters/${id}` : null);
  const roster = id ? value : undefined;
  return (
    <>
      <PageHeader title={id ? said.edit_roster : said.new_roster} about={said.duty_about} />
      <ErrorPanel problem={problem} onRetry={reload} />
      {id === undefined || roster ? <RosterForm key={id ?? "new"} roster={roster} /> : null}
    </>
  );
}
