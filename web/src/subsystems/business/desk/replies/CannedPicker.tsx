import { Segmented, Select } from "antd";
import { useState } from "react";
import type { FilledReplyView, Language } from "../../../../api/contract";
import { useItems } from "../../../../api/hooks";
import { ErrorPanel } from "../../../../kit/ErrorPanel";
import { useLanguage, useText, useWords } from "../../../../kit/language";
import { words } from "./words";

/** What stands after a reply was inserted behind what was typed already. */
export function withReply(typed: string | undefined, reply: string): string {
  return [typed?.trimEnd(), reply].filter(Boolean).join("\n\n");
}

/** Offers the canned replies that fit a ticket, filled in for it, in either language. */
export function CannedPicker(props: { ticket_id: string; onPick: (text: string) => void }) {
  const said = useWords(words);
  const text = useText();
  const [language, setLanguage] = useState<Language>(useLanguage());
  const list = useItems<FilledReplyView>(`/tickets/${props.ticket_id}/canned-replies`);
  if (list.problem) return <ErrorPanel problem={list.problem} onRetry={list.reload} />;
  if (list.items.length === 0) return null;
  return (
    <div className="desk-canned">
      <Select<string | null>
        aria-label={said.insert}
        placeholder={said.insert}
        className="kit-wide"
        showSearch={{ optionFilterProp: "label" }}
        // It inserts, and stands for nothing that stays chosen.
        value={null}
        options={list.items.map((one) => ({ value: one.id, label: text(one.name) }))}
        onChange={(id) => {
          const reply = list.items.find((one) => one.id === id);
          if (reply) props.onPick(reply.text[language]);
        }}
      />
      <Segmented<Language>
        aria-label={said.insert_language}
        value={language}
        options={[
          { value: "zh", label: said.chinese },
          { value: "en", label: said.english },
        ]}
        onChange={setLanguage}
      />
    </div>
  );
}
