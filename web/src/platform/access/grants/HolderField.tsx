import { Segmented } from "antd";
import type { HolderKind, HolderView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { PostSelect } from "../../directory/people/PostSelect";
import { GroupSelect, UserSelect } from "./UserSelect";
import { words } from "./words";

export interface HolderFieldProps {
  value?: HolderView;
  onChange?: (holder: HolderView) => void;
  kinds: readonly HolderKind[];
}

/** Chooses a user, a group or a post. */
export function HolderField(props: HolderFieldProps) {
  const { value, onChange, kinds } = props;
  const said = useWords(words);
  const kind = value?.kind ?? "user";
  const Chooser = kind === "user" ? UserSelect : kind === "group" ? GroupSelect : PostSelect;
  return (
    <div className="access-scope">
      <Segmented<HolderKind>
        aria-label={said.holder}
        value={kind}
        options={kinds.map((one) => ({ value: one, label: said[`holder_${one}`] }))}
        onChange={(chosen) => onChange?.({ kind: chosen, id: "" })}
      />
      <Chooser
        key={kind}
        label={said[`holder_${kind}`]}
        {...(value?.id ? { value: value.id } : {})}
        onChange={(id) => onChange?.({ kind, id })}
      />
    </div>
  );
}
