import { Link } from "react-router";
import type { GroupView, HolderView, UserView } from "../../../api/contract";
import { useOne } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { paths } from "../../../paths";
import { useCan } from "../../../shell/can";
import { PostName } from "../../directory/people/Names";
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

/** Whom a grant was given to, with the sort of holder. */
export function HolderName(props: { holder: HolderView }) {
  const { kind, id } = props.holder;
  const said = useWords(words);
  const Name = kind === "user" ? UserName : kind === "group" ? GroupName : PostName;
  return (
    <>
      <Name id={id} /> <span className="kit-quiet">{said[`holder_${kind}`]}</span>
    </>
  );
}
