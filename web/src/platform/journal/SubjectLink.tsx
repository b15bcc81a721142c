import { Link } from "react-router";
import { useLanguage } from "../../kit/language";
import { pathOf } from "../../paths";
import { type About, subjectName } from "./subjectName";

/** A thing a fact is about, as a link where it has a page. */
export function SubjectLink(props: { fact: About; gone?: boolean }) {
  const language = useLanguage();
  const path = props.gone ? null : pathOf(props.fact.subject);
  const name = subjectName(props.fact, language);
  return path ? <Link to={path}>{name}</Link> : <span>{name}</span>;
}
