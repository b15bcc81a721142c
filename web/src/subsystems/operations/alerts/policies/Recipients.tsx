import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { ask } from "../../../../api/client";
import type { ChannelView, PageRecipient, Text } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { useText, useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { PartySelect } from "../../../../platform/notify/PartySelect";
import { words } from "./words";

const KINDS = ["person", "post", "user", "channel", "mail", "sms"] as const;
type Kind = (typeof KINDS)[number];
const PATHS = { person: "/people", post: "/posts", user: "/users" } as const;

interface Party {
  name?: string;
  title?: Text;
  display_name?: string;
}

function Choice(props: { kind: Kind; value: string; onChange: (id: string) => void }) {
  const { kind, value, onChange } = props;
  const said = useWords(words);
  const channels = useItems<ChannelView>(kind === "channel" ? "/channels" : null);
  if (kind === "person" || kind === "post" || kind === "user") {
    return <PartySelect path={PATHS[kind]} label={said.recipients} value={value} onChange={onChange} />;
  }
  if (kind === "channel") {
    return (
      <Select
        aria-label={said.recipients}
        className="kit-wide"
        options={channels.items.map((one) => ({ value: one.id, label: one.name }))}
        value={value || null}
        onChange={(id: string | null) => onChange(id ?? "")}
      />
    );
  }
  return (
    <Input
      aria-label={said.recipients}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** What somebody is called, so that a list need not ask for each. */
async function nameOf(kind: Kind, id: string, text: (text: Text) => string): Promise<string> {
  if (kind === "mail" || kind === "sms") return id;
  if (kind === "channel") return (await ask<ChannelView>({ method: "GET", path: `/channels/${id}` })).name;
  const party = await ask<Party>({ method: "GET", path: `${PATHS[kind]}/${id}` });
  return party.display_name || party.name || (party.title ? text(party.title) : id);
}

/** Who is told: people, posts, users, groups behind channels, addresses. */
export function Recipients(props: {
  value?: PageRecipient[];
  onChange?: (all: PageRecipient[]) => void;
}) {
  const { value = [], onChange } = props;
  const said = useWords(words);
  const text = useText();
  const [kind, setKind] = useState<Kind>("person");
  const [id, setId] = useState("");
  const add = async () => {
    const name = await nameOf(kind, id, text).catch(() => id);
    onChange?.([...value, { kind, id, name }]);
    setId("");
  };
  return (
    <>
      <ul className="alert-list">
        {value.map((one, at) => (
          <li key={`${one.kind} ${one.id}`}>
            <span className="incident-lesson">{one.name || one.id}</span>
            <Button
              size="small"
              icon={<DeleteOutlined />}
              aria-label={fill(said.remove_recipient, { name: one.name || one.id })}
              onClick={() => onChange?.(value.filter((_, other) => other !== at))}
            />
          </li>
        ))}
      </ul>
      <div className="alert-recipient">
        <Select<Kind>
          aria-label={said.recipient_kind}
          value={kind}
          options={KINDS.map((one) => ({ value: one, label: said[`kind_${one}`] }))}
          onChange={(chosen) => {
            setKind(chosen);
            setId("");
          }}
        />
        <Choice key={kind} kind={kind} value={id} onChange={setId} />
        <Button icon={<PlusOutlined />} disabled={!id} onClick={() => void add()}>
          {said.add_recipient}
        </Button>
      </div>
    </>
  );
}
