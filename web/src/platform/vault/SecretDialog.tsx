import dayjs from "dayjs";
import type { SecretView } from "../../api/contract";
import { useChange } from "../../api/hooks";
import { FormDialog } from "../../kit/Form";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { SecretFields } from "./SecretFields";
import type { SecretForm } from "./SecretFields";
import { words } from "./words";

function initialOf(secret: SecretView | null): Partial<SecretForm> {
  if (!secret) return { kind: "password" };
  const { name, owner, unit_id, description, expires_at } = secret;
  return { name, owner, unit_id, description, expires_at: expires_at ? dayjs(expires_at) : null };
}

/** Puts a secret into the vault, or changes what is said of one. */
export function SecretDialog(props: {
  /** The one to change; null: a new one. */
  secret: SecretView | null;
  onClose: () => void;
  onDone?: (secret: SecretView) => void;
}) {
  const { secret, onClose, onDone } = props;
  const said = useWords(words);
  const save = useChange<SecretView, SecretForm>(
    ({ expires_at, ...rest }) => {
      const body = {
        ...rest,
        unit_id: rest.unit_id ?? null,
        expires_at: expires_at?.toISOString() ?? null,
      };
      return secret
        ? { method: "PATCH", path: `/secrets/${secret.id}`, version: secret.version, body }
        : { method: "POST", path: "/secrets", body };
    },
    {
      touches: ["vault"],
      onDone: (saved) => {
        onDone?.(saved);
        onClose();
      },
    },
  );
  return (
    <FormDialog<SecretForm>
      open
      title={secret ? fill(said.edit_title, { name: secret.name }) : said.create}
      submit={save}
      initial={initialOf(secret)}
      onClose={onClose}
    >
      <SecretFields making={secret === null} />
    </FormDialog>
  );
}
