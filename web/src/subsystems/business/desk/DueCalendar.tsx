import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo } from "react";
import { Link } from "react-router";
import type { TicketView } from "../../../api/contract";
import { useList } from "../../../api/hooks";
import { dayOf } from "../../../kit/days";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { localeOf } from "../../../kit/format";
import { useLanguage, useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { useNow } from "../../../kit/TimeAgo";
import { paths } from "../../../paths";
import { words } from "./boardWords";
import { daysOfMonth, firstOfMonth, monthAfter } from "./month";

const READ_MAX = 500;
const SHOWN_MAX = 4;
const EVERY_MS = 60_000;

/** A day for reading: `Mon 2`, or the month: `March 2026`. */
function useDayWords(): (day: string, options: Intl.DateTimeFormatOptions) => string {
  const language = useLanguage();
  return (day, options) =>
    new Intl.DateTimeFormat(localeOf(language), { ...options, timeZone: "UTC" }).format(
      new Date(`${day}T00:00:00Z`),
    );
}

function Due(props: { ticket: TicketView }) {
  const { ticket } = props;
  return (
    <li className={ticket.overdue ? "desk-due desk-due-over" : "desk-due"}>
      <Link to={paths.ticket(ticket.id)}>
        {ticket.number} · P{ticket.priority} {ticket.subject}
      </Link>
    </li>
  );
}

function DueList(props: { tickets: TicketView[] }) {
  return (
    <ul>
      {props.tickets.map((ticket) => (
        <Due key={ticket.id} ticket={ticket} />
      ))}
    </ul>
  );
}

function Day(props: { day: string; today: boolean; tickets: TicketView[] }) {
  const { day, today, tickets } = props;
  const said = useWords(words);
  const dayWords = useDayWords();
  const rest = tickets.slice(SHOWN_MAX);
  const names = ["desk-day-cell"];
  if (today) names.push("desk-day-today");
  if (tickets.length === 0) names.push("desk-day-free");
  return (
    <section
      className={names.join(" ")}
      aria-label={dayWords(day, { month: "long", day: "numeric", weekday: "long" })}
    >
      <h3>{dayWords(day, { day: "numeric", weekday: "short" })}</h3>
      <DueList tickets={tickets.slice(0, SHOWN_MAX)} />
      {rest.length > 0 ? (
        <details>
          <summary>{fill(said.more_of_day, { n: rest.length })}</summary>
          <DueList tickets={rest} />
        </details>
      ) : null}
    </section>
  );
}

/** Open tickets on the days of a month on which they are due. */
export function DueCalendar(props: {
  query: Record<string, string>;
  month: string;
  onMonth: (month: string) => void;
}) {
  const { query, month, onMonth } = props;
  const said = useWords(words);
  const dayWords = useDayWords();
  const today = dayOf(new Date(useNow()));
  const first = firstOfMonth(month, new Date(`${today}T00:00`));
  const { days, blanks } = useMemo(() => daysOfMonth(first), [first]);
  const asked = { ...query, sort: "due", limit: READ_MAX };
  const list = useList<TicketView>("/tickets", asked, { every_ms: EVERY_MS });
  const due = list.items.flatMap((ticket) =>
    ticket.due_at ? [{ ticket, day: dayOf(new Date(ticket.due_at)) }] : [],
  );
  const earlier = due.filter((one) => one.day < first).length;
  const some = due.some((one) => days.includes(one.day));
  return (
    <section aria-label={said.calendar}>
      <p className="kit-quiet">{said.calendar_about}</p>
      <div className="desk-month-head">
        <Button
          icon={<LeftOutlined />}
          aria-label={said.before}
          onClick={() => onMonth(monthAfter(first, -1))}
        />
        <Button
          icon={<RightOutlined />}
          aria-label={said.after}
          onClick={() => onMonth(monthAfter(first, 1))}
        />
        <Button onClick={() => onMonth("")}>{said.today}</Button>
        <h2 aria-live="polite">{dayWords(first, { year: "numeric", month: "long" })}</h2>
        {earlier > 0 ? <span>{fill(said.earlier, { n: earlier })}</span> : null}
        {list.more ? <span>{fill(said.beyond, { n: list.items.length })}</span> : null}
      </div>
      <ErrorPanel problem={list.problem} onRetry={list.reload} />
      {some || list.loading ? null : <p>{said.month_free}</p>}
      <div className="desk-month">
        {Array.from({ length: blanks }, (_, at) => (
          <div key={at} className="desk-day-cell desk-day-blank" />
        ))}
        {days.map((day) => (
          <Day
            key={day}
            day={day}
            today={day === today}
            tickets={due.filter((one) => one.day === day).map((one) => one.ticket)}
          />
        ))}
      </div>
    </section>
  );
}
