import { App, Button, Space } from "antd";
import type { IncidentLessonView } from "../../../../api/contract";
import { useChange, useItems } from "../../../../api/hooks";
import { Card } from "../../../../kit/Card";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useWords } from "../../../../kit/language";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { StateTag } from "../../../../kit/StateTag";
import type { Tone } from "../../../../kit/StateTag";
import { useCanEverywhere } from "../../../../shell/can";
import { words } from "./words";

const TONES: Record<IncidentLessonView["state"], Tone> = {
  proposed: "pending",
  confirmed: "ok",
  dismissed: "disabled",
};

function Lesson(props: { lesson: IncidentLessonView; refusal: string | null }) {
  const { lesson, refusal } = props;
  const said = useWords(words);
  const { message } = App.useApp();
  const decide = useChange<IncidentLessonView, "confirmed" | "dismissed">(
    (state) => ({
      method: "POST",
      path: `/incident-lessons/${lesson.id}/decide`,
      version: lesson.version,
      body: { state },
    }),
    { touches: ["incidents", "journal"] },
  );
  const choose = (state: "confirmed" | "dismissed") =>
    decide.mutate(state, { onError: (problem) => void message.error(problem.message) });
  const names = { cause: lesson.cause.name, other: lesson.other.name };
  const closed = refusal !== null;
  return (
    <li>
      <StateTag state={TONES[lesson.state]} text={said[`lesson_${lesson.state}`]} />
      <div className="alert-words incident-lesson">
        {fill(said[`lesson_${lesson.kind}`], names)}
        <div className="kit-quiet">{lesson.decided_by ?? lesson.said_by}</div>
      </div>
      <Permitted refusal={refusal}>
        <Space>
          <Button
            size="small"
            disabled={closed || lesson.state === "confirmed"}
            onClick={() => choose("confirmed")}
          >
            {said.lesson_confirm}
          </Button>
          <Button
            size="small"
            disabled={closed || lesson.state === "dismissed"}
            onClick={() => choose("dismissed")}
          >
            {said.lesson_dismiss}
          </Button>
        </Space>
      </Permitted>
    </li>
  );
}

/** What was learned from corrections by hand; nothing while there is nothing. */
export function LessonsCard() {
  const said = useWords(words);
  const can = useCanEverywhere();
  const reads = can("alert.read") === null;
  const list = useItems<IncidentLessonView>(reads ? "/incident-lessons" : null);
  if (list.items.length === 0) return <ErrorPanel problem={list.problem} onRetry={list.reload} />;
  return (
    <Card title={said.lessons}>
      <p className="kit-quiet">{said.lessons_about}</p>
      <ul className="alert-list">
        {list.items.map((lesson) => (
          <Lesson key={lesson.id} lesson={lesson} refusal={can("alert.correct")} />
        ))}
      </ul>
    </Card>
  );
}
