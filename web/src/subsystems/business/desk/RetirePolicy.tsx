import type { SlaPolicyView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { useText, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./configWords";

/** Gives a service level up: tickets that are under it keep it, no new one gets it. */
export function RetirePolicy(props: { policy: SlaPolicyView; refusal: string | null }) {
  const { policy, refusal } = props;
  const said = useWords(words);
  const name = useText()(policy.policy.name);
  const retire = useChange<SlaPolicyView>(
    () => ({ method: "DELETE", path: `/sla-policies/${policy.id}`, version: policy.version }),
    { touches: ["journal"] },
  );
  return (
    <ConfirmDanger
      small
      action={said.retire}
      title={fill(said.retire_of, { name })}
      running={retire.isPending}
      problem={retire.error}
      onConfirm={() => retire.mutateAsync()}
      refusal={refusal}
    >
      {said.retire_about}
    </ConfirmDanger>
  );
}
