import { QueryClientProvider } from "@tanstack/react-query";
import { useMemo } from "react";
import { BrowserRouter } from "react-router";
import { Look } from "./Look";
import { PageRoutes } from "./PageRoutes";
import { PreferencesProvider } from "./preferences";
import { makeQueries } from "./queries";

/**
 * The whole application. Addresses change at once, not in a transition: what is looked at stands in
 * them, and what is done next (saving a filter just typed) must find it there.
 */
export function App() {
  const queries = useMemo(() => makeQueries(), []);
  return (
    <QueryClientProvider client={queries}>
      <PreferencesProvider>
        <Look>
          <BrowserRouter useTransitions={false}>
            <PageRoutes />
          </BrowserRouter>
        </Look>
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
