import type { UserView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { useSession } from "../../../shell/session";
import { words } from "./words";

/** Removes the second factor of somebody else, who has lost it. */
export function ResetSecondFactor(props: { user: UserView; refusal: string | null }) {
  const { user, refusal } = props;
  const said = useWords(words);
  const session = useSession();
  const reset = useChange<null>(() => ({
    method: "POST",
    path: `/users/${user.id}/reset-second-factor`,
  }));
  // One's own is removed in the profile, with the password.
  if (user.id === session.user.id) return null;
  return (
    <ConfirmDanger
      small
      action={said.reset}
      title={fill(said.reset_title, { name: user.name })}
      running={reset.isPending}
      problem={reset.error}
      refusal={refusal}
      onConfirm={() => reset.mutateAsync()}
    >
      {said.reset_what}
    </ConfirmDanger>
  );
}
