import { Skeleton } from "antd";
import { Link } from "react-router";
import type { CheckStateView, State } from "../../api/contract";
import { useItems, useOne } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { formatNumber } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { LinkButton } from "../../kit/LinkButton";
import { StateTag } from "../../kit/StateTag";
import { paths } from "../../paths";
import { useCan } from "../can";
import { words } from "./words";

const EVERY_MS = 15_000;
const WORST_FIRST: State[] = ["critical", "warning", "unknown", "pending", "ok"];

/** What to do when nothing lies within somebody's reach. */
function NothingYet() {
  const said = useWords(words);
  const refusal = useCan()("resource.change");
  if (refusal !== null) return <p className="kit-quiet">{said.estate_ask}</p>;
  return (
    <>
      <p className="kit-quiet">{said.estate_empty}</p>
      <LinkButton to={paths.resources()} type="primary">
        {said.estate_begin}
      </LinkButton>
    </>
  );
}

/** How the resources stand that this person sees: by the worst state of their checks. */
export function EstateCard() {
  const said = useWords(words);
  const language = useLanguage();
  const watched = useCan()("check.read") === null;
  const count = useOne<{ count: number }>("/resources/count", { retired: false });
  const states = useItems<CheckStateView>(watched ? "/check-states" : null, {}, {
    every_ms: EVERY_MS,
  });
  const all = count.value?.count;
  const numbers = WORST_FIRST.map((state) => ({
    state,
    n: states.items.filter((one) => one.state === state).length,
  }));
  const unwatched = Math.max(0, (all ?? 0) - states.items.length);
  return (
    <Card title={said.estate} extra={<Link to={paths.resources()}>{said.all_resources}</Link>}>
      <ErrorPanel problem={count.problem ?? states.problem} onRetry={count.reload} />
      {count.loading ? <Skeleton active title={false} /> : null}
      {all === 0 ? <NothingYet /> : null}
      {all ? (
        <dl className="home-figures home-estate">
          <div>
            <dt>{said.estate_all}</dt>
            <dd className="kit-figure">{formatNumber(all, language)}</dd>
          </div>
          {watched
            ? numbers
                .filter(({ n }) => n > 0)
                .map(({ state, n }) => (
                  <div key={state}>
                    <dt>
                      <StateTag state={state} />
                    </dt>
                    <dd className="kit-figure">{formatNumber(n, language)}</dd>
                  </div>
                ))
            : null}
          {watched ? (
            <div>
              <dt>{said.estate_unwatched}</dt>
              <dd className="kit-figure">{formatNumber(unwatched, language)}</dd>
            </div>
          ) : null}
        </dl>
      ) : null}
    </Card>
  );
}
