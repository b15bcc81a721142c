import type { ReactNode } from "react";

export interface Described {
  key: string;
  term: string;
  value: ReactNode;
}

/** Names and values of one thing, in columns where there is room. */
export function DescriptionList(props: { items: Described[]; columns?: 1 | 2 | 3 }) {
  return (
    <dl className={`kit-facts kit-facts-${props.columns ?? 2}`}>
      {props.items.map((item) => (
        <div key={item.key}>
          <dt>{item.term}</dt>
          <dd>{item.value ?? "–"}</dd>
        </div>
      ))}
    </dl>
  );
}
