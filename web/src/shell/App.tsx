import { QueryClientProvider } from "@tanstack/react-query";
import { useMemo } from "react";
import { BrowserRouter } from "react-router";
import { Look } from "./Look";
import { PageRoutes } from "./PageRoutes";
import { PreferencesProvider } from "./preferences";
import { makeQueries } from "./queries";

/** The whole application. */
export function App() {
  const queries = useMemo(() => makeQueries(), []);
  return (
    <QueryClientProvider client={queries}>
      <PreferencesProvider>
        <Look>
          <BrowserRouter>
            <PageRoutes />
          </BrowserRouter>
        </Look>
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
