import { Input, Segmented } from "antd";
import { useState } from "react";
import { useWords } from "../../../kit/language";
import { SecretSelect } from "../../notify/SecretSelect";
import { words } from "./words";

const VAULT = "vault:";

type Way = "vault" | "named";

function wayOf(value: string): Way {
  return value === "" || value.startsWith(VAULT) ? "vault" : "named";
}

/** Names the secret that is a source's password: one of the vault, or a file or variable. */
export function SourceSecret(props: {
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
}) {
  const said = useWords(words);
  const value = props.value ?? "";
  const [way, setWay] = useState<Way>(wayOf(value));
  const change = props.onChange ?? (() => undefined);
  const labelled = props.id === undefined ? {} : { id: props.id };
  return (
    <>
      <Segmented<Way>
        size="small"
        options={[
          { value: "vault", label: said.secret_vault },
          { value: "named", label: said.secret_named },
        ]}
        value={way}
        onChange={(next) => {
          setWay(next);
          change("");
        }}
      />
      {way === "vault" ? (
        <SecretSelect
          {...labelled}
          label={said.secret}
          {...(value === "" ? {} : { value: value.slice(VAULT.length) })}
          onChange={(id) => change(id === undefined ? "" : `${VAULT}${id}`)}
        />
      ) : (
        <Input
          {...labelled}
          value={value}
          onChange={(event) => change(event.target.value)}
          spellCheck={false}
          autoComplete="off"
        />
      )}
    </>
  );
}
