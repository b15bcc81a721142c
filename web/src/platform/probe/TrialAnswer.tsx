import type { CheckTrialView } from "../../api/contract";
import type { Problem } from "../../api/problem";
import { ErrorPanel } from "../../kit/ErrorPanel";
import { formatSeconds } from "../../kit/format";
import { useLanguage, useText, useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { StateTag } from "../../kit/StateTag";
import { Figures } from "./Figures";
import { words } from "./words";

/** What a trial of a check answered, or why it could not be tried. */
export function TrialAnswer(props: { answer: CheckTrialView | undefined; problem: Problem | null }) {
  const { answer, problem } = props;
  const said = useWords(words);
  const text = useText();
  const language = useLanguage();
  if (problem && problem.fields.length === 0) return <ErrorPanel problem={problem} />;
  if (problem) {
    return (
      <ul className="check-trial" role="alert">
        {problem.fields.map((fault) => (
          <li key={fault.field}>
            <code>{fault.field}</code> {fault.expected}
          </li>
        ))}
      </ul>
    );
  }
  if (!answer) return null;
  const duration = formatSeconds(answer.duration_s, language);
  return (
    <div className="check-trial" role="status">
      <p className="kit-quiet">{fill(said.tried, { duration })}</p>
      <p>
        <StateTag state={answer.state} /> {text(answer.summary)}
      </p>
      <Figures figures={answer.figures} />
    </div>
  );
}
