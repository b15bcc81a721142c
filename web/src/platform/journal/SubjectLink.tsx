import { Link } from "react-router";
import type { FactView } from "../../api/contract";
import { pathOf } from "../../paths";

/** A thing a fact is about, as a link where it has a page. */
export function SubjectLink(props: { subject: FactView["subject"]; gone?: boolean }) {
  const path = props.gone ? null : pathOf(props.subject);
  const name = props.subject.name || props.subject.id;
  return path ? <Link to={path}>{name}</Link> : <span>{name}</span>;
}
