import { Typography } from "antd";
import type { ReactNode } from "react";
import { useEffect } from "react";
import { useWords } from "../kit/language";
import { LookSwitches } from "./LookSwitches";
import { words } from "./words";

/** The page before one is in: the mark, a form, and the language and theme switches. */
export function Door(props: { title: string; about: ReactNode; children: ReactNode }) {
  const said = useWords(words);
  // The tab's title belongs to the document, outside of React's tree.
  useEffect(() => {
    document.title = `${props.title} · ${said.product}`;
  }, [props.title, said.product]);
  return (
    <div className="shell-door-page">
      <div className="shell-door-top">
        <LookSwitches />
      </div>
      <main className="shell-door kit-card">
        <div className="shell-brand shell-door-brand">
          <img src="/mark.svg" alt="" width={40} height={40} />
          <span>{said.product}</span>
        </div>
        <Typography.Title level={1} className="shell-door-title">
          {props.title}
        </Typography.Title>
        <p className="kit-quiet">{props.about}</p>
        {props.children}
      </main>
    </div>
  );
}
