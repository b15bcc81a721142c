import { Button, Form, Input, Space } from "antd";
import { useState } from "react";
import type { PlanView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { useCan } from "../../shell/can";
import { words } from "./words";

type Verb = "submit" | "approve" | "reject" | "withdraw" | "apply";

const VERBS: Record<PlanView["state"], Verb[]> = {
  draft: ["submit", "withdraw"],
  rejected: ["submit", "withdraw"],
  submitted: ["approve", "reject", "withdraw"],
  approved: ["apply", "withdraw"],
  applied: [],
  withdrawn: [],
};
const DECISIONS = new Set<Verb>(["approve", "reject"]);

interface Decision {
  note?: string;
}

/** The next steps of a plan, in the states that have them. */
export function PlanActions(props: { plan: PlanView }) {
  const { plan } = props;
  const said = useWords(words);
  const can = useCan();
  const [deciding, setDeciding] = useState<Verb | null>(null);
  const step = useChange<PlanView, { verb: Verb; note?: string }>(
    ({ verb, note }) => ({
      method: "POST",
      path: `/plans/${plan.id}/${verb}`,
      version: plan.version,
      ...(DECISIONS.has(verb) ? { body: { note: note ?? "" } } : {}),
    }),
    { touches: ["resources", "journal"], onDone: () => setDeciding(null) },
  );
  return (
    <>
      <ErrorPanel problem={deciding ? null : step.error} />
      <Space wrap>
        {VERBS[plan.state].map((verb) => {
          const part = plan.changes_hidden > 0 && verb !== "reject";
          const refusal = part
            ? fill(said.plan_hidden, { n: plan.changes_hidden })
            : can(DECISIONS.has(verb) ? "resource.approve" : "resource.change");
          return (
            <Permitted key={verb} refusal={refusal}>
              <Button
                type={verb === "withdraw" || verb === "reject" ? "default" : "primary"}
                danger={verb === "reject"}
                disabled={refusal !== null}
                loading={step.isPending && step.variables.verb === verb}
                onClick={() =>
                  DECISIONS.has(verb) ? setDeciding(verb) : step.mutate({ verb })
                }
              >
                {said[`plan_do_${verb}`]}
              </Button>
            </Permitted>
          );
        })}
      </Space>
      {deciding ? (
        <FormDialog<Decision>
          open
          title={said[`plan_do_${deciding}`]}
          submit={{ ...step, mutate: ({ note }) => step.mutate({ verb: deciding, ...(note ? { note } : {}) }) }}
          submitText={said[`plan_do_${deciding}`]}
          onClose={() => setDeciding(null)}
        >
          <p className="kit-quiet">{said.plan_four_eyes}</p>
          <Form.Item name="note" label={said.note}>
            <Input.TextArea rows={3} maxLength={2000} />
          </Form.Item>
        </FormDialog>
      ) : null}
    </>
  );
}
