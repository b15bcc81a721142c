import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { ask } from "../api/client";
import type { DepartureView, SignInWaysView } from "../api/contractProviders";
import { useOne } from "../api/hooks";
import { ErrorPanel } from "../kit/ErrorPanel";
import { useWords } from "../kit/language";
import { fill } from "../kit/say";
import { words } from "./providerWords";
import { keepBack } from "./wayBack";

/** One button for each identity provider; nothing where there is none. */
export function ProviderSignIn(props: { back: string | null }) {
  const said = useWords(words);
  const ways = useOne<SignInWaysView>("/session/ways");
  const depart = useMutation<DepartureView, Error, string>({
    mutationFn: (id) => ask<DepartureView>({ method: "POST", path: `/session/ways/${id}` }),
    onSuccess: ({ url }) => {
      keepBack(props.back);
      window.location.assign(url);
    },
  });
  const providers = ways.value?.providers ?? [];
  if (providers.length === 0) return null;
  return (
    <>
      <ErrorPanel problem={depart.error} />
      {providers.map(({ id, label }) => (
        <div key={id} className="shell-other-way">
          <Button
            block
            loading={depart.isPending && depart.variables === id}
            onClick={() => depart.mutate(id)}
          >
            {fill(said.sign_in_by, { name: label })}
          </Button>
        </div>
      ))}
    </>
  );
}
