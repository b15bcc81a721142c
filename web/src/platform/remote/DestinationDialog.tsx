import type { DestinationView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { DestinationFields } from "./DestinationFields";
import { bodyOf, formOf } from "./destinationForm";
import type { DestinationForm } from "./destinationForm";
import { words } from "./words";

/** Makes a destination, or changes one. */
export function DestinationDialog(props: {
  /** The one to change; null: a new one. */
  destination: DestinationView | null;
  onClose: () => void;
}) {
  const { destination, onClose } = props;
  const said = useWords(words);
  const save = useChange<DestinationView, DestinationForm>(
    (form) => {
      const body = bodyOf(form);
      if (!destination) return { method: "POST", path: "/destinations", body };
      const { id, version } = destination;
      return { method: "PUT", path: `/destinations/${id}`, version, body };
    },
    { onDone: onClose },
  );
  const initial = destination ? formOf(destination) : { enabled: true };
  return (
    <FormDialog<DestinationForm>
      open
      title={destination ? fill(said.edit_title, { name: destination.name }) : said.new}
      submit={save}
      initial={initial}
      width={640}
      onClose={onClose}
    >
      <DestinationFields />
    </FormDialog>
  );
}
