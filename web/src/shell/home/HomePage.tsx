import { Empty } from "antd";
import { lazy, Suspense } from "react";
import { useWords } from "../../kit/language";
import { LinkButton } from "../../kit/LinkButton";
import { PageHeader } from "../../kit/PageHeader";
import { paths } from "../../paths";
import { useCan, useCanEverywhere } from "../can";
import { EstateCard } from "./EstateCard";
import { FactsCard } from "./FactsCard";
import { FailuresCard } from "./FailuresCard";
import { FoundCard } from "./FoundCard";
import { MachineCard } from "./MachineCard";
import { OversightCard } from "./OversightCard";
import { words } from "./words";
import { WrongCard } from "./WrongCard";
import "./home.css";

const StatusCard = lazy(() => import("../../platform/journal/StatusCard"));

const NEWEST = 12;
const NEWEST_OF_A_SORT = 5;

/** What somebody sees who has signed in and was granted nothing yet. */
function Newcomer() {
  const said = useWords(words);
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={said.newcomer}>
      <LinkButton to={paths.profile()} type="primary">
        {said.newcomer_profile}
      </LinkButton>
    </Empty>
  );
}

/** What the auditor looks at: how the journal is kept, who took it out, who was refused. */
function AuditCards() {
  const said = useWords(words);
  return (
    <>
      <Suspense fallback={null}>
        <StatusCard />
      </Suspense>
      <FactsCard
        title={said.exports}
        empty={said.exports_none}
        shown={NEWEST_OF_A_SORT}
        verb="journal.exported"
      />
      <FactsCard
        title={said.refusals}
        empty={said.refusals_none}
        shown={NEWEST_OF_A_SORT}
        verb="access.denied"
      />
    </>
  );
}

/**
 * The first page, by what somebody is there for. Operators: what is wrong, how things stand, what
 * was found, what changed. Security and audit: what waits for judgement, who failed to sign in, how
 * the journal is kept.
 */
export default function HomePage() {
  const said = useWords(words);
  const can = useCan();
  const everywhere = useCanEverywhere();
  const holds = (permission: string) => can(permission) === null;
  const operates = holds("alert.read") || holds("check.read") || holds("resource.read");
  const oversees = holds("user.read");
  const audits = holds("review.read") && everywhere("journal.read") === null;
  return (
    <>
      <PageHeader title={said.title} />
      <div className="home">
        <div className="home-wide">
          {holds("alert.read") || holds("check.read") ? <WrongCard /> : null}
          {holds("resource.read") ? <EstateCard /> : null}
          {holds("host.read") ? <MachineCard /> : null}
          {oversees && !operates ? <OversightCard quiet={false} /> : null}
          {oversees && !operates ? <FailuresCard quiet={false} /> : null}
          {audits && !operates ? <AuditCards /> : null}
          {operates || oversees || audits ? null : <Newcomer />}
        </div>
        <div className="home-narrow">
          {operates || !oversees ? <OversightCard quiet /> : null}
          {oversees && operates ? <FailuresCard quiet /> : null}
          {holds("discovery.read") ? <FoundCard /> : null}
          {holds("journal.read") ? (
            <FactsCard title={said.changed} empty={said.nothing_changed} shown={NEWEST} />
          ) : null}
        </div>
      </div>
    </>
  );
}
