import { Button } from "antd";
import { useMutation } from "@tanstack/react-query";
import { ask } from "../api/client";
import type { SessionView } from "../api/contract";
import type { PasskeyChallengeView, PasskeySignInView } from "../api/contractSignIn";
import { useOne } from "../api/hooks";
import { useOnce } from "../api/once";
import { ErrorPanel } from "../kit/ErrorPanel";
import { useWords } from "../kit/language";
import { canAskAuthenticators, signByPasskey } from "./passkeys";
import { words } from "./passkeyWords";

/**
 * Signs in by a passkey: alone, or, with the reference of a first step, as the second one. Shows
 * nothing where there can be none.
 */
export function PasskeySignIn(props: {
  reference?: string;
  onDone: (session: SessionView) => void;
}) {
  const { reference, onDone } = props;
  const said = useWords(words);
  const offer = useOne<PasskeySignInView>("/session/passkey");
  const signingIn = useMutation<SessionView>({
    mutationFn: async () => {
      const challenge = await ask<PasskeyChallengeView>({
        method: "POST",
        path: "/session/passkey/challenge",
        body: reference === undefined ? {} : { reference },
      });
      const passkey = await signByPasskey(challenge, said);
      if (reference === undefined) {
        return ask<SessionView>({ method: "POST", path: "/session/passkey", body: passkey });
      }
      const body = { reference, passkey };
      return ask<SessionView>({ method: "POST", path: "/session/second-factor", body });
    },
    onSuccess: onDone,
  });
  const signIn = useOnce(signingIn);
  if (!offer.value?.offered || !canAskAuthenticators()) return null;
  return (
    <div className="shell-other-way">
      <ErrorPanel problem={signIn.error} />
      <Button block loading={signIn.isPending} onClick={() => signIn.mutate()}>
        {reference === undefined ? said.sign_in : said.use}
      </Button>
    </div>
  );
}
