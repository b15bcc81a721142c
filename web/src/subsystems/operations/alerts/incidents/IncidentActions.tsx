import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import type { IncidentView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { useCan } from "../../../../shell/can";
import { useSession } from "../../../../shell/session";
import { AcknowledgeDialog } from "./AcknowledgeDialog";
import { AssignDialog, CauseDialog, MergeDialog } from "./CorrectDialogs";
import { words } from "./words";

type Step = "acknowledge" | "assign" | "merge" | "cause";

const DIALOGS = {
  acknowledge: AcknowledgeDialog,
  assign: AssignDialog,
  merge: MergeDialog,
  cause: CauseDialog,
} as const;

/** What can be done with an open incident. */
export function IncidentActions(props: { incident: IncidentView }) {
  const { incident } = props;
  const said = useWords(words);
  const can = useCan();
  const me = useSession().user.display_name;
  const { message } = App.useApp();
  const [step, setStep] = useState<Step | null>(null);
  const send = useChange<IncidentView, { verb: string; body?: object }>(
    ({ verb, body }) => ({
      method: "POST",
      path: `/incidents/${incident.id}/${verb}`,
      version: incident.version,
      ...(body ? { body } : {}),
    }),
    { touches: ["journal"] },
  );
  if (incident.state === "closed") return null;
  const care = can("alert.acknowledge");
  const correct = can("alert.correct");
  const onError = (problem: Error) => void message.error(problem.message);
  const act = (verb: string, body?: object) =>
    send.mutate(body ? { verb, body } : { verb }, { onError });
  const Dialog = step ? DIALOGS[step] : null;
  return (
    <>
      <Permitted refusal={care}>
        {incident.acknowledged ? (
          <Button disabled={care !== null} onClick={() => act("unacknowledge")}>
            {said.unacknowledge}
          </Button>
        ) : (
          <Button type="primary" disabled={care !== null} onClick={() => setStep("acknowledge")}>
            {said.acknowledge}
          </Button>
        )}
      </Permitted>
      <Permitted refusal={care}>
        <Button disabled={care !== null} onClick={() => act("assign", { assignee: me })}>
          {said.take}
        </Button>
      </Permitted>
      <Permitted refusal={care}>
        <Button disabled={care !== null} onClick={() => setStep("assign")}>
          {said.assign}
        </Button>
      </Permitted>
      <Permitted refusal={correct}>
        <Dropdown
          disabled={correct !== null}
          menu={{
            items: [
              { key: "cause", label: said.set_cause },
              { key: "merge", label: said.merge },
            ],
            onClick: ({ key }) => setStep(key === "merge" ? "merge" : "cause"),
          }}
        >
          <Button disabled={correct !== null}>{said.correct}</Button>
        </Dropdown>
      </Permitted>
      {Dialog ? <Dialog incident={incident} onClose={() => setStep(null)} /> : null}
    </>
  );
}
