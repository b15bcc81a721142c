import type { RuleCondition } from "../../../api/contract";
import { formatNumber, formatSeconds } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { words } from "./words";

/** Reads a condition aloud: one line for lists. */
export function useConditionWords(): (condition: RuleCondition) => string {
  const said = useWords(words);
  const states: Record<string, string> = said;
  const language = useLanguage();
  return (condition) => {
    switch (condition.type) {
      case "check_state": {
        const named = condition.states.map((state) => states[state] ?? state).join(" / ");
        const only = condition.protocols.join(", ");
        const sentence = fill(said.is_state, { states: named });
        return only ? `${sentence} ${fill(said.of_protocols, { protocols: only })}` : sentence;
      }
      case "threshold": {
        const { selector, derive, operator, threshold, for_s } = condition;
        const reading = { last: "", rate: said.derive_rate, average: said.derive_average }[derive];
        const limit = `${operator} ${formatNumber(threshold, language, 6)}`;
        const length = fill(said.for, { length: formatSeconds(for_s, language) });
        return [reading, selector, limit, for_s > 0 ? length : ""].filter(Boolean).join(" ");
      }
      case "query": {
        const length = fill(said.for, { length: formatSeconds(condition.for_s, language) });
        return condition.for_s > 0 ? `${condition.expr} ${length}` : condition.expr;
      }
      default:
        return condition satisfies never;
    }
  };
}
