import { Button, Form, Input, Space } from "antd";
import { useState } from "react";
import type { PlanView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { useCan } from "../../shell/can";
import { useSession } from "../../shell/session";
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

/** Why a step cannot be taken by who looks at the plan; null when it can. */
function useRefusal(plan: PlanView): (verb: Verb) => string | null {
  const said = useWords(words);
  const can = useCan();
  const me = useSession().user.id;
  const own = plan.author.id === me || plan.submitter?.id === me;
  return (verb) => {
    if (plan.changes_hidden > 0 && verb !== "reject") {
      return fill(said.plan_hidden, { n: plan.changes_hidden });
    }
    const refusal = can(DECISIONS.has(verb) ? "resource.approve" : "resource.change");
    if (refusal !== null) return refusal;
    if (DECISIONS.has(verb) && own) return said.plan_own;
    return verb === "submit" && plan.changes.length === 0 ? said.plan_empty : null;
  };
}

/** The next steps of a plan, in the states that have them. */
export function PlanActions(props: { plan: PlanView }) {
  const { plan } = props;
  const said = useWords(words);
  const refusalOf = useRefusal(plan);
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
  const asking = deciding !== null || step.variables?.verb === "apply";
  return (
    <>
      <ErrorPanel problem={asking ? null : step.error} />
      <Space wrap>
        {VERBS[plan.state].map((verb) => {
          const refusal = refusalOf(verb);
          if (verb === "apply") {
            return (
              <ConfirmDanger
                key={verb}
                action={said.plan_do_apply}
                title={fill(said.plan_apply_of, { title: plan.title })}
                refusal={refusal}
                running={step.isPending}
                problem={step.error}
                onConfirm={() => step.mutateAsync({ verb })}
              >
                {fill(said.plan_apply_what, { n: plan.changes.length })}
              </ConfirmDanger>
            );
          }
          return (
            <Permitted key={verb} refusal={refusal}>
              <Button
                type={verb === "withdraw" || verb === "reject" ? "default" : "primary"}
                danger={verb === "reject"}
                disabled={refusal !== null}
                loading={step.isPending && step.variables.verb === verb}
                onClick={() => (DECISIONS.has(verb) ? setDeciding(verb) : step.mutate({ verb }))}
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
