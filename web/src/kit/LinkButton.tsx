import { Button } from "antd";
import type { ButtonProps } from "antd";
import type { ReactNode } from "react";
import { useHref, useLinkClickHandler } from "react-router";

/** A link to another page that looks like a button: one thing to be reached by the keys, not two. */
export function LinkButton(props: {
  to: string;
  icon?: ReactNode;
  type?: ButtonProps["type"];
  size?: ButtonProps["size"];
  children: ReactNode;
}) {
  const { to, ...look } = props;
  const href = useHref(to);
  const follow = useLinkClickHandler<HTMLElement>(to);
  return <Button {...look} href={href} onClick={follow} />;
}
