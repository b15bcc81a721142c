import { Link } from "react-router";
import type { PersonView, PostView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { useName } from "../useName";

/** A person by name, leading to their page. */
export function PersonName(props: { id: string }) {
  const refusal = useCan()("directory.read");
  const { value } = useOne<PersonView>(refusal === null ? `/people/${props.id}` : null);
  return value ? <Link to={paths.person(props.id)}>{value.name}</Link> : null;
}

/** The title of a post, and its unit's page. */
export function PostName(props: { id: string }) {
  const name = useName();
  const refusal = useCan()("directory.read");
  const { value } = useOne<PostView>(refusal === null ? `/posts/${props.id}` : null);
  return value ? <Link to={paths.unit(value.unit_id)}>{name(value.title)}</Link> : null;
}
