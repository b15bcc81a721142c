import { Checkbox, Collapse, Select } from "antd";
import { useState } from "react";
import { useItems } from "../../../api/hooks";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { SearchBox } from "../../../kit/SearchBox";
import { actionWord, nounWord } from "../permissions/permissionWords";
import { words as permissionWords } from "../permissions/words";
import { byNoun, given, isPattern } from "./permissions";
import { words } from "./words";

export interface PermissionsFieldProps {
  value?: string[];
  onChange?: (entries: string[]) => void;
  id?: string;
  readOnly?: boolean;
}

/** Chooses permissions by noun, and patterns and exclusions by typing. */
export function PermissionsField(props: PermissionsFieldProps) {
  const { value = [], onChange, id, readOnly } = props;
  const said = useWords(words);
  const saidPermissions = useWords(permissionWords);
  const all = useItems<string>("/permissions").items;
  const [sought, setSought] = useState("");
  const patterns = value.filter(isPattern);
  const byName = new Set(value.filter((entry) => !isPattern(entry)));
  const effective = given(value, all);
  const byPattern = given(patterns, all);
  const nouns = byNoun(
    all.filter((one) => {
      const [noun = ""] = one.split(".");
      return one.includes(sought) || nounWord(saidPermissions, noun).includes(sought);
    }),
  );
  const choose = (permission: string, on: boolean) => {
    onChange?.(
      on ? [...value, permission] : value.filter((entry) => entry !== permission),
    );
  };
  return (
    <>
      <Select
        mode="tags"
        {...(id === undefined ? {} : { id })}
        aria-label={said.patterns}
        placeholder={said.patterns_about}
        className="kit-wide"
        open={false}
        suffixIcon={null}
        value={patterns}
        disabled={readOnly ?? false}
        onChange={(some: string[]) => onChange?.([...byName, ...some])}
      />
      <p className="kit-quiet access-hint">{said.patterns_about}</p>
      <SearchBox label={said.permission_filter} value={sought} onSearch={setSought} />
      <Collapse
        size="small"
        className="access-permissions"
        {...(sought ? { activeKey: nouns.map(([noun]) => noun) } : {})}
        items={nouns.map(([noun, some]) => {
          const n = some.filter((one) => effective.has(one)).length;
          return {
            key: noun,
            label: nounWord(saidPermissions, noun),
            extra: fill(said.chosen, { n, all: some.length }),
            children: some.map((permission) => (
              <Checkbox
                key={permission}
                checked={effective.has(permission)}
                disabled={readOnly === true || (byPattern.has(permission) && !byName.has(permission))}
                onChange={(event) => choose(permission, event.target.checked)}
              >
                {actionWord(saidPermissions, permission)} <code>{permission}</code>
              </Checkbox>
            )),
          };
        })}
      />
    </>
  );
}
