import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, use } from "react";
import { ask, setCsrf } from "../api/client";
import type { SessionView } from "../api/contract";
import { Problem } from "../api/problem";

const SESSION_KEY = ["session", "mine"];

export const SessionContext = createContext<SessionView | null>(null);

/** The session of the person signed in; only inside the gate. */
export function useSession(): SessionView {
  const session = use(SessionContext);
  if (!session) throw new Error("useSession outside of the sign-in gate");
  return session;
}

async function readSession(): Promise<SessionView | null> {
  try {
    const session = await ask<SessionView>({ method: "GET", path: "/session" });
    setCsrf(session.csrf_token);
    return session;
  } catch (fault) {
    if (fault instanceof Problem && fault.status === 401) return null;
    throw fault;
  }
}

/** Reads who is signed in; null: nobody. */
export function useSessionQuery() {
  return useQuery<SessionView | null, Problem>({
    queryKey: SESSION_KEY,
    queryFn: readSession,
    staleTime: 60_000,
  });
}

/** Takes over the session that a sign-in gave, or forgets everything on null. */
export function useTakeSession(): (session: SessionView | null) => void {
  const queries = useQueryClient();
  return (session) => {
    setCsrf(session?.csrf_token ?? "");
    if (session === null) queries.clear();
    queries.setQueryData(SESSION_KEY, session);
  };
}
