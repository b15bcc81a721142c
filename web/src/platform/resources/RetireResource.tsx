import { Button } from "antd";
import type { ResourceView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { useCan } from "../../shell/can";
import { words } from "./words";

const TOUCHES = ["check-states", "checks", "journal"];

/** Takes a resource out of use, or back into it. */
export function RetireResource(props: { resource: ResourceView }) {
  const { id, name, retired, version } = props.resource;
  const said = useWords(words);
  const refusal = useCan()("resource.change");
  const retire = useChange<null>(() => ({ method: "DELETE", path: `/resources/${id}`, version }), {
    touches: TOUCHES,
  });
  const back = useChange<ResourceView>(
    () => ({ method: "PATCH", path: `/resources/${id}`, version, body: { retired: false } }),
    { touches: TOUCHES },
  );
  if (retired) {
    return (
      <Permitted refusal={refusal}>
        <Button disabled={refusal !== null} loading={back.isPending} onClick={() => back.mutate()}>
          {said.take_back}
        </Button>
      </Permitted>
    );
  }
  return (
    <ConfirmDanger
      action={said.retire}
      title={fill(said.retire_title, { name })}
      running={retire.isPending}
      problem={retire.error}
      onConfirm={() => retire.mutateAsync()}
      refusal={refusal}
    >
      {said.retire_about}
    </ConfirmDanger>
  );
}
