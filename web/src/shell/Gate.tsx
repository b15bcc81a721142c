import type { ReactNode } from "react";
import { lazy, Suspense, useEffect, useState } from "react";
import { Navigate, useLocation } from "react-router";
import type { SessionView } from "../api/contract";
import { ErrorPanel } from "../kit/ErrorPanel";
import { paths } from "../paths";
import { usePreferences } from "./preferences";
import { SessionContext, useSessionQuery } from "./session";

const OwedPage = lazy(() => import("./OwedPage"));

/** Takes over the language and theme that the person keeps on the server. */
function useOwnLook(session: SessionView | null | undefined): void {
  const { setLanguage, setTheme } = usePreferences();
  const language = session?.user.language;
  const theme = session?.user.theme;
  useEffect(() => {
    if (language) setLanguage(language);
    if (theme) setTheme(theme);
  }, [language, theme, setLanguage, setTheme]);
}

/** Until what a person owes is done, only that; what it shows at its end is not taken away. */
function Owing(props: {
  session: SessionView;
  reload: () => Promise<SessionView | null | undefined>;
  children: ReactNode;
}) {
  const { session, reload } = props;
  const [doing, setDoing] = useState<string | null>(session.owed);
  const [seen, setSeen] = useState(session);
  if (seen !== session) {
    // Only a session that is new here says that something is owed: the one from before what was
    // owed was done may be drawn once more, and would ask for it a second time.
    setSeen(session);
    if (doing === null) setDoing(session.owed);
  }
  if (doing === null) return props.children;
  const done = () => {
    void reload().then((fresh) => setDoing(fresh?.owed ?? null));
  };
  return (
    <Suspense fallback={null}>
      <OwedPage key={doing} owed={doing} onDone={done} />
    </Suspense>
  );
}

/** Lets only people in who have signed in; the others come back here afterwards. */
export function Gate(props: { waiting: ReactNode; children: ReactNode }) {
  const session = useSessionQuery();
  const { pathname, search } = useLocation();
  useOwnLook(session.data);
  if (session.isPending) return props.waiting;
  // Who is inside stays there while the server cannot be reached: what they type is not taken away.
  if (session.data === undefined) {
    return (
      <main className="shell-door">
        <ErrorPanel problem={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  if (session.data === null) {
    const back = pathname + search;
    return <Navigate to={paths.signIn(back === paths.home() ? undefined : back)} replace />;
  }
  return (
    <SessionContext value={session.data}>
      <Owing session={session.data} reload={async () => (await session.refetch()).data}>
        {props.children}
      </Owing>
    </SessionContext>
  );
}
