import { Progress as Bar } from "antd";
import type { CampaignView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { StateTag } from "../../../kit/StateTag";
import { sumOf } from "./campaign";
import { words } from "./words";

/** With how many machines of a campaign one is done, and how many of them failed. */
export function Progress(props: { one: CampaignView }) {
  const { one } = props;
  const said = useWords(words);
  const { all, over } = sumOf(one.counts);
  if (all === 0) return <span className="kit-quiet">–</span>;
  return (
    <span className="clients-progress">
      <Bar
        percent={Math.floor((over * 100) / all)}
        size="small"
        status="normal"
        aria-label={`${said.progress}: ${one.campaign.name}`}
      />
      <span className="kit-quiet">{fill(said.progress_of, { done: over, all })}</span>
      {one.counts.failed > 0 ? (
        <StateTag state="failed" text={fill(said.failed_n, { n: one.counts.failed })} bare />
      ) : null}
    </span>
  );
}
