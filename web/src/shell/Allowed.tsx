import { Result } from "antd";
import type { ReactNode } from "react";
import { useLocation } from "react-router";
import { useWords } from "../kit/language";
import { LinkButton } from "../kit/LinkButton";
import { paths } from "../paths";
import { useMayOpen } from "./can";
import { personal, wings } from "./navigation";
import { openEntry } from "./SideMenu";
import { words } from "./words";

const entries = [...wings.flatMap((wing) => wing.entries), ...personal];
const addresses = entries.map((entry) => entry.path);

/** Shows a page to those it is for; the others are told what is missing, and nothing is asked. */
export function Allowed(props: { children: ReactNode }) {
  const said = useWords(words);
  const mayOpen = useMayOpen();
  const open = openEntry(useLocation().pathname, addresses);
  const entry = entries.find((one) => one.path === open);
  const refusal = entry ? mayOpen(entry) : null;
  if (!entry || refusal === null) return props.children;
  return (
    <Result
      status="403"
      title={<h1 className="shell-result-title">{said[entry.word]}</h1>}
      subTitle={
        <>
          <div>{refusal}</div>
          <div>{said.refused_about}</div>
        </>
      }
      extra={
        <LinkButton to={paths.profile()} type="primary">
          {said.refused_own}
        </LinkButton>
      }
    />
  );
}
