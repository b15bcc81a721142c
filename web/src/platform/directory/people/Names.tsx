import { Link } from "react-router";
import type { PersonView, PostView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { paths } from "../../../paths";
import { useName } from "../useName";

/** A person by name, leading to their page. */
export function PersonName(props: { id: string }) {
  const { value } = useOne<PersonView>(`/people/${props.id}`);
  return value ? <Link to={paths.person(props.id)}>{value.name}</Link> : null;
}

/** The title of a post, and its unit's page. */
export function PostName(props: { id: string }) {
  const name = useName();
  const { value } = useOne<PostView>(`/posts/${props.id}`);
  return value ? <Link to={paths.unit(value.unit_id)}>{name(value.title)}</Link> : null;
}
