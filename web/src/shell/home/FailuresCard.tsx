import { Skeleton } from "antd";
import { Link } from "react-router";
import type { SignInFailureView } from "../../api/contract";
import { useList } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { formatExact } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { useNow } from "../../kit/TimeAgo";
import { paths } from "../../paths";
import { Line } from "./Line";
import { words } from "./words";

const READ_MAX = 50;
const SHOWN_MAX = 10;
const EVERY_MS = 15_000;
const DAY_MS = 86_400_000;

function FailureLine(props: { failure: SignInFailureView; now: number }) {
  const { failure } = props;
  const said = useWords(words);
  const language = useLanguage();
  const until = [failure.account_locked_until, failure.source_locked_until]
    .filter((at): at is string => at !== null)
    .toSorted()
    .at(-1);
  const locked = until !== undefined && Date.parse(until) > props.now;
  const name = failure.user_id ? (
    <Link to={paths.user(failure.user_id)}>{failure.user_name}</Link>
  ) : (
    <span>{fill(said.nobody_called, { name: failure.user_name })}</span>
  );
  const about = [
    failure.source,
    failure.failures > 1 ? fill(said.in_a_row, { n: failure.failures }) : null,
    locked ? fill(said.locked_until, { time: formatExact(until, language) }) : null,
  ];
  return (
    <Line
      tag={
        locked ? (
          <StateTag state="critical" text={said.locked} />
        ) : (
          <StateTag state="warning" text={said.failed} />
        )
      }
      title={name}
      about={about.filter(Boolean).join(" · ")}
      at={failure.at}
    />
  );
}

/** Failed sign-ins of the last day, and what they locked; `quiet`: not shown without any. */
export function FailuresCard(props: { quiet: boolean }) {
  const said = useWords(words);
  const now = useNow();
  const list = useList<SignInFailureView>("/sign-in-failures", { limit: READ_MAX }, {
    every_ms: EVERY_MS,
  });
  const today = list.items.filter((one) => Date.parse(one.at) > now - DAY_MS);
  const nothing = !list.problem && !list.loading && today.length === 0;
  if (props.quiet && (nothing || list.loading)) return null;
  return (
    <Card title={said.failures} extra={<Link to={paths.users()}>{said.all_users}</Link>}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {list.loading ? <Skeleton active title={false} /> : null}
      {nothing ? (
        <p className="home-well">
          <StateTag state="ok" text={said.failures_none} />
        </p>
      ) : null}
      <ul className="home-lines">
        {today.slice(0, SHOWN_MAX).map((one) => (
          <FailureLine key={one.seq} failure={one} now={now} />
        ))}
      </ul>
    </Card>
  );
}
