import { createElement, Fragment } from "react";
import type { ReactNode } from "react";
import { blocksOf } from "./markdown";
import type { Block, Inline } from "./markdown";

function part(one: Inline): ReactNode {
  switch (one.kind) {
    case "strong":
      return <strong>{one.text}</strong>;
    case "emphasis":
      return <em>{one.text}</em>;
    case "code":
      return <code>{one.text}</code>;
    case "link":
      return (
        <a href={one.href} target="_blank" rel="noreferrer noopener">
          {one.text}
        </a>
      );
    case "text":
      return one.text;
  }
}

/** Side by side: parts of a text are known by their place alone, which never changes. */
function row(nodes: ReactNode[]): ReactNode {
  return createElement(Fragment, null, ...nodes);
}

function parts(all: Inline[]): ReactNode {
  return row(all.map(part));
}

function lines(all: Inline[][]): ReactNode {
  return row(all.flatMap((line, at) => (at > 0 ? [createElement("br"), parts(line)] : [parts(line)])));
}

function block(one: Block): ReactNode {
  switch (one.kind) {
    case "heading":
      return one.level < 3 ? <h3>{parts(one.parts)}</h3> : <h4>{parts(one.parts)}</h4>;
    case "paragraph":
      return <p>{lines(one.lines)}</p>;
    case "quote":
      return <blockquote>{lines(one.lines)}</blockquote>;
    case "code":
      return (
        <pre className="kit-code">
          <code>{one.text}</code>
        </pre>
      );
    case "list": {
      const items = one.items.map((item) => createElement("li", null, parts(item)));
      return createElement(one.ordered ? "ol" : "ul", null, ...items);
    }
  }
}

/** A text in Markdown for people to read. */
export function Markdown(props: { text: string }) {
  return <div className="kit-markdown">{row(blocksOf(props.text).map(block))}</div>;
}
