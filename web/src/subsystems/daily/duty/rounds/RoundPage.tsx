import { Alert, Button, Skeleton } from "antd";
import { Link, useParams } from "react-router";
import type { RoundDetailView } from "../../../../api/contract";
import { useChange, useOne } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { ConfirmDanger } from "../../../../kit/ConfirmDanger";
import { DescriptionList } from "../../../../kit/DescriptionList";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { formatExact } from "../../../../kit/format";
import { useLanguage, useWords } from "../../../../kit/language";
import { PageHeader } from "../../../../kit/PageHeader";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import { useNow } from "../../../../kit/TimeAgo";
import { paths } from "../../../../paths";
import { useCan } from "../../../../shell/can";
import { useSession } from "../../../../shell/session";
import { dayWords, spanWords } from "../days";
import { valueOf } from "./answer";
import { useValueWords } from "./Answered";
import type { Keeper, Keeping } from "./keeper";
import { RoundResults } from "./RoundResults";
import { RoundWalk } from "./RoundWalk";
import { STATE_TONES } from "./stateTones";
import { UnsentNotice } from "./UnsentNotice";
import { useKeeper } from "./useKeeper";
import { words } from "./words";
import "./rounds.css";

/** Tickets that are owed are opened in the meantime. */
const EVERY_MS = 30_000;

function Facts(props: { round: RoundDetailView }) {
  const { round } = props;
  const said = useWords(words);
  const language = useLanguage();
  const items = [
    { key: "when", term: said.when, value: spanWords(round.from, round.to, language) },
    { key: "until", term: said.answers_until, value: formatExact(round.closes_at, language) },
    { key: "by", term: said.by, value: round.person?.name ?? said.nobody },
    {
      key: "plan",
      term: said.plan,
      value: <Link to={paths.inspection(round.inspection_id)}>{round.name}</Link>,
    },
  ];
  return <DescriptionList items={items} columns={3} />;
}

/** A round that nobody has begun: who can sets out, everybody else reads why not. */
function SetOut(props: { round: RoundDetailView }) {
  const { round } = props;
  const said = useWords(words);
  const language = useLanguage();
  const now_ms = useNow();
  const refusal = useCan()("inspection.work");
  const start = useChange<RoundDetailView>(
    () => ({ method: "POST", path: `/duty/rounds/${round.id}/start` }),
    { touches: ["journal"] },
  );
  const at = (moment: string) => formatExact(moment, language);
  if (now_ms < Date.parse(round.from)) {
    return <Alert type="info" showIcon title={fill(said.not_yet, { from: at(round.from) })} />;
  }
  if (now_ms >= Date.parse(round.closes_at)) {
    return <Alert type="warning" showIcon title={said.closed} />;
  }
  if (refusal || !round.own) {
    const why = fill(said.not_yours, { from: at(round.from), to: at(round.closes_at) });
    return <Alert type="info" showIcon title={refusal ?? why} />;
  }
  return (
    <div className="rounds-set-out">
      <ErrorPanel problem={start.error} />
      <p>{said.set_out_about}</p>
      <Button type="primary" size="large" block loading={start.isPending} onClick={() => start.mutate()}>
        {said.set_out}
      </Button>
    </div>
  );
}

/** What did not reach the server before the round was over: nothing typed is thrown away unseen. */
function LeftBehind(props: { round: RoundDetailView; keeper: Keeper; keeping: Keeping }) {
  const { round, keeper, keeping } = props;
  const said = useWords(words);
  const wordsOf = useValueWords();
  const { drafts, unsent } = keeping.kept;
  const left = [
    ...unsent.map((one) => ({ key: one.client_id, item: one.item, draft: one.draft })),
    ...Object.entries(drafts).map(([item, draft]) => ({ key: item, item, draft })),
  ];
  if (left.length === 0) return null;
  const asked = (key: string) => round.route.find((one) => one.key === key);
  const nameOf = (key: string) => asked(key)?.name ?? key;
  const answerOf = (key: string, typed: string) => {
    const item = asked(key);
    const value = item ? valueOf(item, typed) : null;
    return value === null ? typed : wordsOf(value, item);
  };
  const names = [...new Set(left.map(({ item }) => nameOf(item)))].join(", ");
  const forget = async () => left.forEach(({ item }) => keeper.discard(item));
  return (
    <Card title={said.item_refused}>
      <p>{said.left_behind}</p>
      <dl>
        {left.map(({ key, item, draft }) => (
          <div key={key}>
            <dt>{nameOf(item)}</dt>
            <dd>{[answerOf(item, draft.typed), draft.note].filter(Boolean).join(" · ")}</dd>
          </div>
        ))}
      </dl>
      <ConfirmDanger
        action={said.discard}
        title={said.discard}
        running={false}
        problem={null}
        onConfirm={forget}
      >
        {names}
      </ConfirmDanger>
    </Card>
  );
}

function Round(props: { round: RoundDetailView }) {
  const { round } = props;
  const { keeper, keeping } = useKeeper(round.id);
  const walks = round.state === "started" && round.own;
  return (
    <div className="duty-page">
      {walks ? (
        <>
          <UnsentNotice keeper={keeper} keeping={keeping} />
          <RoundWalk round={round} keeper={keeper} keeping={keeping} />
          {round.found.some((one) => one.abnormal) ? <RoundResults round={round} whole={false} /> : null}
        </>
      ) : (
        <LeftBehind round={round} keeper={keeper} keeping={keeping} />
      )}
      {round.state === "due" ? <SetOut round={round} /> : null}
      <Facts round={round} />
      {round.state === "due" || walks ? null : <RoundResults round={round} whole />}
    </div>
  );
}

/** One round: set out, answered item by item, and what was found in it. */
export default function RoundPage() {
  const { id = "" } = useParams();
  const said = useWords(words);
  const language = useLanguage();
  const { user } = useSession();
  const { value, loading, problem, reload } = useOne<RoundDetailView>(
    `/duty/rounds/${id}`,
    {},
    { every_ms: EVERY_MS },
  );
  const round = value?.id === id ? value : undefined;
  const about = round ? dayWords(round.day, language) : undefined;
  const tags = round ? <StateTag state={STATE_TONES[round.state]} text={said[round.state]} /> : null;
  return (
    <>
      <PageHeader title={round?.name ?? said.rounds} about={about} tags={tags} />
      {/* A lost network takes nothing away from who is on the round: the notice says so. */}
      {round && problem?.status === 0 ? null : <ErrorPanel problem={problem} onRetry={reload} />}
      {loading ? <Skeleton active /> : null}
      {/* Somebody else may sign in meanwhile: what the first one typed is not sent as theirs. */}
      {round ? <Round key={`${user.id} ${round.id}`} round={round} /> : null}
    </>
  );
}
