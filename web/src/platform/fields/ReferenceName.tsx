import { Link } from "react-router";
import type { Text } from "../../api/contract";
import { useOne } from "../../api/hooks";
import { useText, useWords } from "../../kit/language";
import { paths } from "../../paths";
import { useCan } from "../../shell/can";
import { PersonName, PostName } from "../directory/people/Names";
import { RegionName, UnitName } from "../directory/PlaceName";
import type { Reference } from "./references";
import { words } from "./values/words";

/** Something with a page of its own, by name; a plain phrase where it is out of sight. */
function Named(props: { needs: string; path: string; page: string }) {
  const { needs, path, page } = props;
  const said = useWords(words);
  const text = useText();
  const refusal = useCan()(needs);
  const { value, problem } = useOne<{ name?: string; title?: Text }>(
    refusal === null ? path : null,
  );
  if (value) return <Link to={page}>{value.name ?? text(value.title)}</Link>;
  const unseen = refusal !== null || problem !== null;
  return unseen ? <span className="kit-quiet">{said.withheld}</span> : null;
}

/** A resource by name, leading to its page. */
export function ResourceName(props: { id: string }) {
  const { id } = props;
  return <Named needs="resource.read" path={`/resources/${id}`} page={paths.resource(id)} />;
}

/** Whatever an id names, by its name. */
export function ReferenceName(props: { to: Reference; id: string; at?: string | undefined }) {
  const { to, id, at } = props;
  switch (to) {
    case "unit":
      return <UnitName id={id} as_of={at} />;
    case "region":
      return <RegionName id={id} as_of={at} />;
    case "person":
      return <PersonName id={id} />;
    case "post":
      return <PostName id={id} />;
    case "resource":
      return <ResourceName id={id} />;
    case "incident":
      return <Named needs="alert.read" path={`/incidents/${id}`} page={paths.incident(id)} />;
    case "check":
      return <Named needs="check.read" path={`/checks/${id}`} page={paths.check(id)} />;
  }
}
