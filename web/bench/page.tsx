import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import ExplorePage from "../src/platform/prometheus/ExplorePage";
import { makeQueries } from "../src/shell/queries";
import "../src/kit/kit.css";

/** The page of queries as it is, without a session around it. */
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={makeQueries()}>
      <BrowserRouter useTransitions={false}>
        <ExplorePage />
      </BrowserRouter>
    </QueryClientProvider>,
  );
}
