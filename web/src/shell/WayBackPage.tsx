import { useQuery } from "@tanstack/react-query";
import { Button, Spin } from "antd";
import { useEffect, useEffectEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { ask } from "../api/client";
import type { SessionView } from "../api/contract";
import type { SecondStepView } from "../api/contractSignIn";
import { ErrorPanel } from "../kit/ErrorPanel";
import { useWords } from "../kit/language";
import { paths } from "../paths";
import { Door } from "./Door";
import { words } from "./providerWords";
import { SecondStep } from "./SecondStep";
import { useSessionQuery, useTakeSession } from "./session";
import { keptBack } from "./wayBack";

/** A session, a second step; null when one's own account was linked. */
type Arrival = SessionView | SecondStepView | null;

/** What a browser comes back with, as far as the server asks for it. */
function returned(search: URLSearchParams) {
  const some = ["code", "error", "iss"].flatMap((name) => {
    const value = search.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { state: search.get("state") ?? "", ...Object.fromEntries(some) };
}

/** Where identity providers send people back to: gives what they came with to the server. */
export default function WayBackPage() {
  const said = useWords(words);
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const take = useTakeSession();
  // Whoever links their account is signed in: the server wants to hear that it is them.
  const session = useSessionQuery();
  const arrival = useQuery<Arrival>({
    queryKey: ["arrival", search.get("state")],
    queryFn: () =>
      ask<Arrival>({ method: "POST", path: "/session/arrival", body: returned(search) }),
    enabled: !session.isPending,
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const came = arrival.data;
  const enter = (mine: SessionView) => {
    take(mine);
    void navigate(keptBack(), { replace: true });
  };
  const entering = useEffectEvent(enter);
  const linked = useEffectEvent(() => void navigate(paths.profile(), { replace: true }));
  // The answer is the only sign that one may go on; nobody clicks anything.
  useEffect(() => {
    if (came === null) linked();
    else if (came !== undefined && !("reference" in came)) entering(came);
  }, [came]);
  const leave = () => void navigate(paths.signIn(), { replace: true });
  if (came && "reference" in came) {
    return <SecondStep step={came} onDone={enter} onBack={leave} />;
  }
  if (arrival.error) {
    return (
      <Door title={said.failed} about={said.failed_about}>
        <ErrorPanel problem={arrival.error} />
        <Button block type="primary" onClick={leave}>
          {said.again}
        </Button>
      </Door>
    );
  }
  return (
    <Door title={said.coming_back} about={said.coming_back_about}>
      <div role="status" aria-label={said.coming_back} className="shell-waiting">
        <Spin />
      </div>
    </Door>
  );
}
