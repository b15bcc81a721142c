import { Card } from "../../kit/Card";
import { DescriptionList } from "../../kit/DescriptionList";
import { Figure } from "../../kit/Figure";
import { useWords } from "../../kit/language";
import { readSpan } from "./spans";
import { words } from "./words";

/** Series that are kept for a time of their own, or take so much room at most. */
export interface RetentionRuleView {
  selector: string;
  /** Such as `36h`; null: as long as the others. */
  keep: string | null;
  /** Null: no limit. */
  bytesMax: number | null;
  /** Null: not counted. */
  bytes: number | null;
}

function Rules(props: { usual: string; rules: RetentionRuleView[] }) {
  const { usual, rules } = props;
  const said = useWords(words);
  return (
    <div className="kit-scroll">
      <table className="kit-diff" aria-label={said.retention_rules}>
        <thead>
          <tr>
            <th scope="col">{said.rule}</th>
            <th scope="col">{said.selector}</th>
            <th scope="col">{said.retention}</th>
            <th scope="col">{said.rule_bytes}</th>
            <th scope="col">{said.rule_bytes_max}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map(({ selector, keep, bytesMax, bytes }, at) => (
            // The first rule that matches counts: its place is what it is.
            <tr key={`${selector} ${keep} ${bytesMax}`}>
              <td>{at + 1}</td>
              <td>
                <code>{selector}</code>
              </td>
              <td>
                <Figure value={readSpan(keep ?? usual)} unit="seconds" />
              </td>
              <td>
                <Figure value={bytes} unit="bytes" />
              </td>
              <td>{bytesMax === null ? said.no_limit : <Figure value={bytesMax} unit="bytes" />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How long which series are kept, and how much they and all of them may take. */
export function RetentionCard(props: {
  /** How long series are kept that no rule names, such as `31d`. */
  usual: string;
  rules: RetentionRuleView[];
  /** Most bytes of all blocks; null: no limit. */
  bytesMax: number | null;
  blockDays: number;
}) {
  const { usual, rules, bytesMax, blockDays } = props;
  const said = useWords(words);
  const items = [
    {
      key: "usual",
      term: said.retention_usual,
      value: <Figure value={readSpan(usual)} unit="seconds" />,
    },
    {
      key: "size",
      term: said.retention_size,
      value: bytesMax === null ? said.no_limit : <Figure value={bytesMax} unit="bytes" />,
    },
    {
      key: "days",
      term: said.block_days,
      value: <Figure value={blockDays} unit="count" />,
    },
  ];
  return (
    <Card title={said.retention_rules}>
      <DescriptionList columns={3} items={items} />
      {rules.length === 0 ? (
        <p className="kit-quiet">{said.rules_none}</p>
      ) : (
        <Rules usual={usual} rules={rules} />
      )}
      <p className="kit-quiet">{said.retention_hint}</p>
    </Card>
  );
}
