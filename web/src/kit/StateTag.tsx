import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  ExclamationCircleFilled,
  InfoCircleFilled,
  QuestionCircleFilled,
  StopOutlined,
  SyncOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { useWords } from "./language";
import { words } from "./words";

export type Tone =
  | "ok"
  | "warning"
  | "critical"
  | "unknown"
  | "pending"
  | "info"
  | "failed"
  | "running"
  | "disabled";

const ICONS: Record<Tone, ReactNode> = {
  ok: <CheckCircleFilled />,
  warning: <ExclamationCircleFilled />,
  critical: <CloseCircleFilled />,
  unknown: <QuestionCircleFilled />,
  pending: <ClockCircleOutlined />,
  info: <InfoCircleFilled />,
  failed: <CloseCircleFilled />,
  running: <SyncOutlined />,
  disabled: <StopOutlined />,
};

/** A state by icon, text and colour: never by colour alone. */
export function StateTag(props: { state: Tone; text?: string; bare?: boolean }) {
  const said = useWords(words);
  const text = props.text ?? said[props.state];
  return (
    <span className={`kit-state kit-${props.state}${props.bare ? " kit-state-bare" : ""}`}>
      <span className="kit-state-icon" aria-hidden>
        {ICONS[props.state]}
      </span>
      <span>{text}</span>
    </span>
  );
}
