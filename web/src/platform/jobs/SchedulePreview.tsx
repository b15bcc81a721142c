import type { JobSchedulePreview } from "../../api/contract";
import { formatExact } from "../../kit/format";
import { useLanguage, useWords } from "../../kit/language";
import { words } from "./words";

/** The next runs that a schedule would bring. */
export function SchedulePreview(props: { preview: JobSchedulePreview | undefined }) {
  const said = useWords(words);
  const language = useLanguage();
  const { preview } = props;
  if (!preview) return null;
  if (preview.runs.length === 0) return <p className="kit-quiet">{said.preview_none}</p>;
  return (
    <>
      <p className="kit-quiet">{said.preview_next}</p>
      <ol className="job-runs">
        {preview.runs.map((at) => (
          <li key={at}>{formatExact(at, language)}</li>
        ))}
      </ol>
    </>
  );
}
