import { Alert, Button } from "antd";
import type { Problem } from "../../api/problem";
import { useWords } from "../../kit/language";
import { fill } from "../../kit/say";
import { QUERY_FAULTS } from "./askPrometheus";
import { faultNote, noteOf } from "./notes";
import type { Note } from "./notes";
import type { Answer } from "./wire";
import { words } from "./words";

/** What is said of a query: why it was refused, or what is to be known of its answer. */
export function notesOf(answer: Answer<unknown> | undefined, problem: Problem | null): Note[] {
  if (problem) return [faultNote(problem.view.detail || problem.view.title)];
  const { warnings = [], infos = [] } = answer ?? {};
  return [
    ...warnings.map((said) => noteOf("warning", said)),
    ...infos.map((said) => noteOf("info", said)),
  ];
}

/** Warnings and hints, each with the way to its place in the query. */
export function NoteList(props: {
  notes: Note[];
  /** The `errorType` of a refusal. */
  code?: string | undefined;
  onGo: (place: { line: number; column: number }) => void;
}) {
  const said = useWords(words);
  const kind = QUERY_FAULTS.find((one) => one === props.code);
  return props.notes.map(({ severity, text, place }) => (
    <Alert
      key={`${severity} ${text}`}
      type={severity}
      showIcon
      {...(severity === "error" ? { role: "alert" } : {})}
      className="explore-note"
      title={severity === "error" && kind ? said[`fault_${kind}`] : said[`note_${severity}`]}
      description={text}
      action={
        place ? (
          <Button size="small" onClick={() => props.onGo(place)}>
            {fill(said.note_go, place)}
          </Button>
        ) : null
      }
    />
  ));
}
