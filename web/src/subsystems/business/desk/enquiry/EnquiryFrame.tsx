import type { ReactNode } from "react";
import { useEffect } from "react";
import { NavLink } from "react-router";
import { useWords } from "../../../../kit/language";
import { paths } from "../../../../paths";
import { LookSwitches } from "../../../../shell/LookSwitches";
import { words as shell } from "../../../../shell/words";
import { words } from "./words";
import "../desk.css";
import "./enquiry.css";

/** A page for everybody: its own three pages, language and theme, and no way into the house. */
export function EnquiryFrame(props: { title: string; about: string; children: ReactNode }) {
  const said = useWords(words);
  const { product } = useWords(shell);
  // The tab's title belongs to the document, outside of React's tree.
  useEffect(() => {
    document.title = `${props.title} · ${product}`;
  }, [props.title, product]);
  return (
    <div className="enquiry">
      <header className="enquiry-top">
        <div className="enquiry-brand">
          <img src="/mark.svg" alt="" width={28} height={28} />
          <span>{product}</span>
        </div>
        <div className="enquiry-look">
          <LookSwitches />
        </div>
        <nav aria-label={said.pages} className="enquiry-pages">
          <NavLink to={paths.enquiry()} end>
            {said.write}
          </NavLink>
          <NavLink to={paths.enquiryStatus()}>{said.ask_after}</NavLink>
          <NavLink to={paths.publishedAnswers()}>{said.answers_short}</NavLink>
        </nav>
      </header>
      <main className="enquiry-main">
        <h1 className="enquiry-title">{props.title}</h1>
        <p className="kit-quiet">{props.about}</p>
        {props.children}
      </main>
    </div>
  );
}
