import { Link } from "react-router";
import type { GrantView, GroupView, UserView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { useName } from "../../directory/useName";
import { words } from "./words";

/** A user by name, leading to what they may do. */
export function UserName(props: { id: string }) {
  const refusal = useCan()("user.read");
  const { value } = useOne<UserView>(refusal === null ? `/users/${props.id}` : null);
  return value ? <Link to={paths.user(props.id)}>{value.display_name}</Link> : null;
}

function GroupName(props: { id: string }) {
  const refusal = useCan()("group.read");
  const { value } = useOne<GroupView>(refusal === null ? `/groups/${props.id}` : null);
  return value ? <Link to={paths.group(props.id)}>{value.name}</Link> : null;
}

/** The post that a grant was given to; a quiet word where it is out of sight. */
function GrantedPost(props: { post: GrantView["post"] }) {
  const { post } = props;
  const name = useName();
  const said = useWords(words);
  if (post === null) return <span className="kit-quiet">{said.out_of_sight}</span>;
  return <Link to={paths.unit(post.unit_id)}>{name(post.title)}</Link>;
}

/** Whom a grant was given to, with the sort of holder. */
export function HolderName(props: { grant: GrantView }) {
  const { holder, post } = props.grant;
  const said = useWords(words);
  const Name = holder.kind === "user" ? UserName : GroupName;
  return (
    <>
      {holder.kind === "post" ? <GrantedPost post={post} /> : <Name id={holder.id} />}{" "}
      <span className="kit-quiet">{said[`holder_${holder.kind}`]}</span>
    </>
  );
}
