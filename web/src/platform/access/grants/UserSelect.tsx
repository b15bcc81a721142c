import { Select } from "antd";
import type { GroupView, RoleView, UserView } from "../../../api/contract";
import { useAll, useItems } from "../../../api/hooks";
import { useText, useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { useCan } from "../../../shell/can";
import { permissionText } from "../permissions/permissionWords";
import { words as permissionWords } from "../permissions/words";

export interface ChosenProps {
  label: string;
  value?: string;
  onChange?: (id: string) => void;
  id?: string;
  clearable?: boolean;
}

interface Choice {
  value: string;
  label: string;
}

interface Offered {
  choices: Choice[];
  loading: boolean;
  /** Why there is nothing to choose from. */
  refusal?: string | null;
}

function Chosen(props: ChosenProps & Offered) {
  const refusal = props.refusal ?? null;
  return (
    <Permitted refusal={refusal}>
      <Select
        {...(props.id === undefined ? {} : { id: props.id })}
        {...(props.value ? { value: props.value } : {})}
        aria-label={props.label}
        placeholder={props.label}
        className="kit-wide"
        disabled={refusal !== null}
        allowClear={props.clearable ?? false}
        showSearch={{ optionFilterProp: "label" }}
        options={props.choices}
        loading={props.loading}
        onChange={(id: string | undefined) => props.onChange?.(id ?? "")}
      />
    </Permitted>
  );
}

/** Chooses a user. */
export function UserSelect(props: ChosenProps) {
  const refusal = useCan()("user.read");
  const { items, loading } = useAll<UserView>(refusal === null ? "/users" : null);
  const choices = items.map((user) => ({
    value: user.id,
    label: `${user.display_name} · ${user.name}`,
  }));
  return <Chosen {...props} choices={choices} loading={loading} refusal={refusal} />;
}

/** Chooses a group. */
export function GroupSelect(props: ChosenProps) {
  const refusal = useCan()("group.read");
  const { items, loading } = useAll<GroupView>(refusal === null ? "/groups" : null);
  const choices = items.map((group) => ({ value: group.id, label: group.name }));
  return <Chosen {...props} choices={choices} loading={loading} refusal={refusal} />;
}

/** Chooses a role. */
export function RoleSelect(props: ChosenProps) {
  const text = useText();
  const { items, loading } = useItems<RoleView>("/roles");
  const choices = items.map((role) => ({ value: role.name, label: text(role.title) || role.name }));
  return <Chosen {...props} choices={choices} loading={loading} />;
}

/** Chooses a permission: by what it is about and lets do, or by its name. */
export function PermissionSelect(props: ChosenProps) {
  const said: Record<string, string> = useWords(permissionWords);
  const { items, loading } = useItems<string>("/permissions");
  const choices = items.map((name) => ({ value: name, label: permissionText(said, name) }));
  return <Chosen {...props} choices={choices} loading={loading} />;
}

/** Chooses permissions, or types patterns and exclusions. */
export function PermissionsSelect(props: {
  label: string;
  value?: string[];
  onChange?: (names: string[]) => void;
  id?: string;
}) {
  const said: Record<string, string> = useWords(permissionWords);
  const known = useCan()("role.read") === null;
  const { items, loading } = useItems<string>(known ? "/permissions" : null);
  return (
    <Select<string[]>
      mode="tags"
      {...(props.id === undefined ? {} : { id: props.id })}
      {...(props.value === undefined ? {} : { value: props.value })}
      aria-label={props.label}
      className="kit-wide"
      options={items.map((name) => ({ value: name, label: permissionText(said, name) }))}
      loading={loading}
      onChange={(names) => props.onChange?.(names)}
    />
  );
}
