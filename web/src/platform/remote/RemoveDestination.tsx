import type { DestinationView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { ConfirmDanger } from "../../kit/ConfirmDanger";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { useCan } from "../../shell/can";
import { words } from "./words";

/** Removes a destination; what waits for it is given up. */
export function RemoveDestination(props: { destination: DestinationView }) {
  const { id, name, version, standing } = props.destination;
  const said = useWords(words);
  const refusal = useCan()("destination.change");
  const remove = useChange<null>(() => ({
    method: "DELETE",
    path: `/destinations/${id}`,
    version,
  }));
  return (
    <ConfirmDanger
      small
      action={said.remove}
      title={fill(said.remove_title, { name })}
      running={remove.isPending}
      problem={remove.error}
      refusal={refusal}
      onConfirm={() => remove.mutateAsync()}
    >
      {fill(said.remove_what, { name, waiting: standing?.samples_waiting ?? 0 })}
    </ConfirmDanger>
  );
}
