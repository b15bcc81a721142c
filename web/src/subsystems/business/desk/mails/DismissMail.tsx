import type { DeskMailView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { ConfirmDanger } from "../../../../kit/ConfirmDanger";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { useCan } from "../../../../shell/can";
import { words } from "./words";

/** Notes that nothing follows from a mail that was set aside. */
export function DismissMail(props: { mail: DeskMailView }) {
  const { id, subject, address } = props.mail;
  const said = useWords(words);
  const refusal = useCan()("ticket.work");
  const dismiss = useChange<DeskMailView>(
    () => ({ method: "POST", path: `/mails/${id}/dismissal` }),
    { touches: ["journal"] },
  );
  return (
    <ConfirmDanger
      small
      action={said.dismiss}
      title={said.dismiss_of}
      running={dismiss.isPending}
      problem={dismiss.error}
      refusal={refusal}
      onConfirm={() => dismiss.mutateAsync()}
    >
      {fill(said.dismiss_about, { subject: subject || said.no_subject, address })}
    </ConfirmDanger>
  );
}
