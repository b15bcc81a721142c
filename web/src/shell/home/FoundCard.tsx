import { Button, Space } from "antd";
import { Link } from "react-router";
import type { DiscoveredServiceView } from "../../api/contract";
import { useChange, useItems } from "../../api/hooks";
import { Card } from "../../kit/Card";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { formatRatio } from "../../kit/format";
import { useLanguage, useText, useWords } from "../../kit/language";
import { Permitted } from "../../kit/Permitted";
import { fill } from "../../kit/say";
import { paths } from "../../paths";
import { useCan } from "../can";
import { words } from "./words";

const SHOWN_MAX = 5;

type Verdict = "accept" | "dismiss";

function FoundLine(props: { service: DiscoveredServiceView }) {
  const { service } = props;
  const said = useWords(words);
  const textOf = useText();
  const language = useLanguage();
  const refusal = useCan()("discovery.change");
  const decide = useChange<DiscoveredServiceView, Verdict>(
    (verdict) => ({ method: "POST", path: `/discovered-services/${service.id}/${verdict}` }),
    { touches: ["checks", "check-states", "resources"] },
  );
  const busy = (verdict: Verdict) => decide.isPending && decide.variables === verdict;
  const where = `${service.proto} ${service.port}`;
  const who = service.process ? service.process.comm : null;
  const sure = fill(said.sure, { p: formatRatio(service.confidence, language) });
  return (
    <li className="home-line">
      <span className="home-line-words">
        <strong>{textOf(service.service.title)}</strong>
        <br />
        <span className="kit-quiet">{[where, who, sure].filter(Boolean).join(" · ")}</span>
        <ErrorPanel problem={decide.error} />
      </span>
      <Permitted refusal={refusal}>
        <Space size={4}>
          <Button
            size="small"
            type="primary"
            disabled={refusal !== null || decide.isPending}
            loading={busy("accept")}
            onClick={() => decide.mutate("accept")}
          >
            {said.accept}
          </Button>
          <Button
            size="small"
            type="text"
            disabled={refusal !== null || decide.isPending}
            loading={busy("dismiss")}
            onClick={() => decide.mutate("dismiss")}
          >
            {said.dismiss}
          </Button>
        </Space>
      </Permitted>
    </li>
  );
}

/** Services that were found and not yet decided upon; not shown when there are none. */
export function FoundCard() {
  const said = useWords(words);
  const list = useItems<DiscoveredServiceView>("/discovered-services", { state: "suggested" });
  if (list.items.length === 0 && !list.problem) return null;
  return (
    <Card title={said.found} extra={<Link to={paths.services()}>{said.all_services}</Link>}>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      <p className="kit-quiet home-about">{said.found_about}</p>
      <ul className="home-lines">
        {list.items.slice(0, SHOWN_MAX).map((service) => (
          <FoundLine key={service.id} service={service} />
        ))}
      </ul>
    </Card>
  );
}
