import type { SecretView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { hasLines } from "./kinds";
import { ValueField } from "./SecretFields";
import { words } from "./words";

/** Gives a secret another value. */
export function ReplaceDialog(props: { secret: SecretView; onClose: () => void }) {
  const { secret, onClose } = props;
  const said = useWords(words);
  const replace = useChange<SecretView, { value: string }>(
    (body) => ({
      method: "PUT",
      path: `/secrets/${secret.id}/value`,
      version: secret.version,
      body,
    }),
    { onDone: onClose },
  );
  return (
    <FormDialog<{ value: string }>
      open
      title={fill(said.replace_title, { name: secret.name })}
      submit={replace}
      submitText={said.replace}
      onClose={onClose}
    >
      <p className="kit-quiet">{said.replace_about}</p>
      <ValueField lines={hasLines(secret.kind)} />
    </FormDialog>
  );
}
