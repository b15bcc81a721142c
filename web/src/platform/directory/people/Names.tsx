import { Link } from "react-router";
import type { HoldingView, PersonView, PostView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { useName } from "../useName";
import { words } from "../words";

/** A person by name, leading to their page; a plain phrase where they are out of sight. */
export function PersonName(props: { id: string }) {
  const said = useWords(words);
  const refusal = useCan()("directory.read");
  const { value, problem } = useOne<PersonView>(refusal === null ? `/people/${props.id}` : null);
  if (value) return <Link to={paths.person(props.id)}>{value.name}</Link>;
  const unseen = refusal !== null || problem !== null;
  return unseen ? <span className="kit-quiet">{said.unseen}</span> : null;
}

/** A post by title; a plain phrase where it is out of sight. */
export function PostName(props: { id: string }) {
  const said = useWords(words);
  const name = useName();
  const refusal = useCan()("directory.read");
  const { value, problem } = useOne<PostView>(refusal === null ? `/posts/${props.id}` : null);
  if (value) return <Link to={paths.unit(value.unit_id)}>{name(value.title)}</Link>;
  const unseen = refusal !== null || problem !== null;
  return unseen ? <span className="kit-quiet">{said.unseen}</span> : null;
}

/** Who holds a post, by name; a quiet word where they are out of sight. */
export function HolderName(props: { holding: HoldingView }) {
  const { person_id, person_name } = props.holding;
  const said = useWords(words);
  if (person_name === null) return <span className="kit-quiet">{said.out_of_sight}</span>;
  return <Link to={paths.person(person_id)}>{person_name}</Link>;
}

/** Which post is held, by title; a quiet word where it is out of sight. */
export function HeldName(props: { holding: HoldingView }) {
  const { post_title, post_unit_id } = props.holding;
  const name = useName();
  const said = useWords(words);
  if (post_title === null || post_unit_id === null) {
    return <span className="kit-quiet">{said.out_of_sight}</span>;
  }
  return <Link to={paths.unit(post_unit_id)}>{name(post_title)}</Link>;
}
