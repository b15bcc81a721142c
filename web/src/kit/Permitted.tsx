import { Tooltip } from "antd";
import type { ReactNode } from "react";

/** Puts the reason of a refusal over a disabled control; the control itself sets `disabled`. */
export function Permitted(props: { refusal: string | null; children: ReactNode }) {
  if (props.refusal === null) return props.children;
  return (
    <Tooltip title={props.refusal}>
      <span className="kit-refused" title={props.refusal}>
        {props.children}
      </span>
    </Tooltip>
  );
}
