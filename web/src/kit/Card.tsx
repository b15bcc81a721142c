import type { ReactNode } from "react";
import { useId } from "react";

/** A named part of a page. */
export function Card(props: { title: string; extra?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="kit-card" aria-labelledby={id}>
      <div className="kit-chart-head">
        <h2 id={id} className="kit-card-title">
          {props.title}
        </h2>
        {props.extra}
      </div>
      {props.children}
    </section>
  );
}
