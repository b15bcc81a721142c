import { Alert, Button, Space } from "antd";
import { problemOf } from "../api/problem";
import { useWords } from "./language";
import { LinkButton } from "./LinkButton";
import { fill } from "./say";
import { words } from "./words";

/** What went wrong and how to try again. Shows nothing without a problem. */
export function ErrorPanel(props: { problem: unknown; onRetry?: () => void }) {
  const said = useWords(words);
  if (props.problem === null || props.problem === undefined) return null;
  const { view } = problemOf(props.problem);
  // Who is just signing in need not be told to: what went wrong says more.
  const title = view.status === 401 && view.detail ? view.detail : view.title;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="kit-error"
      title={title}
      description={
        <>
          {view.detail && view.detail !== title ? <div>{view.detail}</div> : null}
          {view.request_id ? (
            <small className="kit-quiet">{fill(said.request_id, { id: view.request_id })}</small>
          ) : null}
        </>
      }
      action={
        props.onRetry ? (
          <Space>
            <Button onClick={props.onRetry}>{said.retry}</Button>
            {/* What is not there does not come by asking again: a page of its own leads on. */}
            {view.status === 404 ? <LinkButton to="/">{said.home}</LinkButton> : null}
          </Space>
        ) : null
      }
    />
  );
}
