import type { MailboxView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { ConfirmDanger } from "../../../../kit/ConfirmDanger";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { words } from "./words";

/** Removes a mailbox; what came by it stays. */
export function RemoveMailbox(props: { mailbox: MailboxView; refusal: string | null }) {
  const { mailbox, refusal } = props;
  const { name, address } = mailbox.mailbox;
  const said = useWords(words);
  const remove = useChange<null>(
    () => ({ method: "DELETE", path: `/mailboxes/${mailbox.id}`, version: mailbox.version }),
    { touches: ["journal", "mails"] },
  );
  return (
    <ConfirmDanger
      small
      action={said.remove}
      title={fill(said.remove_of, { name })}
      running={remove.isPending}
      problem={remove.error}
      refusal={refusal}
      onConfirm={() => remove.mutateAsync()}
    >
      {fill(said.remove_about, { address })}
    </ConfirmDanger>
  );
}
