import { Alert } from "antd";
import type { StretchView } from "../../../api/contract";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { useNow } from "../../../kit/TimeAgo";
import { hueOf } from "./colours";
import { dayWords, daysFrom, shifted, wallOf } from "./days";
import { words } from "./words";
import "./duty.css";

type Span = StretchView["spans"][number];

/** One part of a shift: who is on, from when; a gap says so in words. */
function SpanLine(props: { span: Span; stretch: StretchView }) {
  const { span, stretch } = props;
  const said = useWords(words);
  const from = wallOf(span.from, stretch.zone).time;
  const to = wallOf(span.to, stretch.zone).time;
  const hue = span.person ? hueOf(span.person.id, stretch.people) : 0;
  const style: Record<string, string> = { "--hue": String(hue) };
  const note = span.source === "rotation" ? "" : ` · ${said[`source_${span.source}`]}`;
  return (
    <li>
      <span className={span.person ? "duty-span" : "duty-span duty-gap"} style={style}>
        <time dateTime={span.from}>
          {from}–{to}
        </time>{" "}
        {span.position_name} · {span.shift_name}
        <br />
        <strong>{span.person ? span.person.name : said.nobody}</strong>
        {note}
      </span>
    </li>
  );
}

function DayCell(props: { day: string; stretch: StretchView; spans: Span[]; today: string }) {
  const { day, stretch, spans, today } = props;
  const said = useWords(words);
  const language = useLanguage();
  const kind = stretch.days.find((one) => one.date === day);
  const off = kind !== undefined && kind.kind !== "workday";
  const names = ["duty-day", off ? "duty-day-off" : "", day === today ? "duty-day-today" : ""];
  return (
    <section className={names.join(" ")} aria-label={dayWords(day, language)}>
      <h3>
        <span>{dayWords(day, language)}</span>
        {off ? <span className="kit-quiet">{kind.name || said[kind.kind]}</span> : null}
        {kind?.kind === "workday" && kind.name ? <span className="kit-quiet">{kind.name}</span> : null}
      </h3>
      <ul>
        {spans.map((span) => (
          <SpanLine
            key={`${span.position} ${span.shift} ${span.seat} ${span.from}`}
            span={span}
            stretch={stretch}
          />
        ))}
      </ul>
    </section>
  );
}

/** The days of a week or month, each with who is on in the shifts that begin on it. */
export function DutyCalendar(props: { stretch: StretchView; first: string; view: "week" | "month" }) {
  const { stretch, first, view } = props;
  const said = useWords(words);
  const now_ms = useNow();
  const days = daysFrom(first, view);
  const today = wallOf(new Date(now_ms).toISOString(), stretch.zone).day;
  const weekday = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7;
  const blanks = Array.from({ length: weekday }, (_, at) => shifted(first, at - weekday));
  return (
    <div className="duty-scroll">
      {stretch.unpublished_years.length > 0 ? (
        <Alert
          type="info"
          showIcon
          className="kit-error"
          title={fill(said.unpublished, { years: stretch.unpublished_years.join(", ") })}
        />
      ) : null}
      <div className={view === "week" ? "duty-grid duty-week" : "duty-grid"}>
        {blanks.map((day) => (
          <div key={day} className="duty-day duty-blank" />
        ))}
        {days.map((day) => (
          <DayCell
            key={day}
            day={day}
            today={today}
            stretch={stretch}
            spans={stretch.spans.filter((span) => span.day === day)}
          />
        ))}
      </div>
    </div>
  );
}
