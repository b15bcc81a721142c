import { Spin } from "antd";
import { lazy, Suspense } from "react";
import { Outlet, Route, Routes } from "react-router";
import { useWords } from "../kit/language";
import { ErrorBoundary } from "./ErrorBoundary";
import { useFocusKept } from "./focusKept";
import { Gate } from "./Gate";
import { NotFound } from "./NotFound";
import { openPages, pages } from "./routes";
import { words } from "./words";

const Frame = lazy(() => import("./Frame"));
const SignInPage = lazy(() => import("./SignInPage"));
const WayBackPage = lazy(() => import("./WayBackPage"));
const FirstRunPage = lazy(() => import("./FirstRunPage"));

function Waiting() {
  const said = useWords(words);
  return (
    <div className="shell-waiting" role="status" aria-label={said.loading}>
      <Spin size="large" />
    </div>
  );
}

function Inside() {
  return (
    <Gate waiting={<Waiting />}>
      <Frame>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </Frame>
    </Gate>
  );
}

/** Which page is shown at which address. */
export function PageRoutes() {
  const said = useWords(words);
  useFocusKept();
  return (
    <ErrorBoundary title={said.broken} about={said.broken_about} reload={said.reload}>
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/sign-in" element={<SignInPage />} />
          <Route path="/sign-in/back" element={<WayBackPage />} />
          <Route path="/first-run" element={<FirstRunPage />} />
          {openPages.map(({ path, Page }) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
          <Route element={<Inside />}>
            {pages.map(({ path, Page }) => (
              <Route
                key={path}
                path={path}
                element={
                  <ErrorBoundary
                    key={path}
                    title={said.broken}
                    about={said.broken_about}
                    reload={said.reload}
                  >
                    <Page />
                  </ErrorBoundary>
                }
              />
            ))}
            <Route path="*" element={<NotFound />} />
          </Route>
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
}
