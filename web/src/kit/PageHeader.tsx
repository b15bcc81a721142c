import { Typography } from "antd";
import type { ReactNode } from "react";
import { useEffect } from "react";

/** The head of a page: its name (the tab's too), one line about it, its actions. */
export function PageHeader(props: {
  title: string;
  about?: ReactNode;
  tags?: ReactNode;
  actions?: ReactNode;
}) {
  // The tab's title belongs to the document, outside of React's tree.
  useEffect(() => {
    document.title = `${props.title} · Mainstay`;
  }, [props.title]);
  return (
    <header className="kit-header">
      <div className="kit-header-words">
        <Typography.Title level={1} className="kit-header-title">
          {props.title}
          {props.tags ? <span className="kit-header-tags">{props.tags}</span> : null}
        </Typography.Title>
        {props.about ? <div className="kit-quiet">{props.about}</div> : null}
      </div>
      {props.actions ? <div className="kit-header-actions">{props.actions}</div> : null}
    </header>
  );
}
