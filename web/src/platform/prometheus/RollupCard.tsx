import { Card } from "../../kit/Card";
import { Figure } from "../../kit/Figure";
import { useWords } from "../../kit/language";
import { TimeAgo } from "../../kit/TimeAgo";
import { readSpan, timeOf } from "./spans";
import { words } from "./words";

/** Roll-ups by windows of one length. */
export interface RollupView {
  /** Such as `5m`. */
  step: string;
  made: boolean;
  /** Such as `400d`; null: no time ends them. */
  keep: string | null;
  blocks: number;
  bytes: number;
  /** Milliseconds since 1970; null when there is none yet. */
  fromTime: number | null;
  toTime: number | null;
}

/** What is there of past days by windows, and how long it is kept. */
export function RollupCard(props: { rollups: RollupView[] }) {
  const { rollups } = props;
  const said = useWords(words);
  return (
    <Card title={said.rollups}>
      {rollups.length === 0 ? (
        <p className="kit-quiet">{said.rollups_none}</p>
      ) : (
        <div className="kit-scroll">
          <table className="kit-diff" aria-label={said.rollups}>
            <thead>
              <tr>
                <th scope="col">{said.step}</th>
                <th scope="col">{said.bytes_count}</th>
                <th scope="col">{said.blocks}</th>
                <th scope="col">{said.rolled_from}</th>
                <th scope="col">{said.rolled_to}</th>
                <th scope="col">{said.retention}</th>
              </tr>
            </thead>
            <tbody>
              {rollups.map(({ step, made, keep, blocks, bytes, fromTime, toTime }) => (
                <tr key={step}>
                  <td>
                    <Figure value={readSpan(step)} unit="seconds" />
                  </td>
                  <td>
                    <Figure value={bytes} unit="bytes" />
                  </td>
                  <td>
                    <Figure value={blocks} unit="count" />
                  </td>
                  <td>
                    <TimeAgo at={timeOf(fromTime)} />
                  </td>
                  <td>
                    <TimeAgo at={timeOf(toTime)} />
                  </td>
                  <td>
                    {keep === null || !made ? (
                      said[made ? "kept_for_ever" : "made_no_more"]
                    ) : (
                      <Figure value={readSpan(keep)} unit="seconds" />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="kit-quiet">{said.rollups_hint}</p>
    </Card>
  );
}
