import { Button, Space } from "antd";
import { useState } from "react";
import type { GrantView } from "../../../api/contract";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCan } from "../../../shell/can";
import { useRoleTitle } from "../../../shell/roles";
import { useSession } from "../../../shell/session";
import { DelegateDialog } from "./DelegateDialog";
import { TOUCHES } from "./GrantDialog";
import { ReasonDialog } from "./ReasonDialog";
import { words } from "./words";

type Open = "end" | "take-back" | "delegate" | null;

/** What can be done with a grant: end it; one's own: pass it on; what one passed on: take it back. */
export function GrantActions(props: { grant: GrantView; mine: boolean }) {
  const { grant, mine } = props;
  const said = useWords(words);
  const role = useRoleTitle()(grant.role);
  const can = useCan();
  const { user } = useSession();
  const [open, setOpen] = useState<Open>(null);
  if (grant.ended_at) return null;
  const close = () => setOpen(null);
  const passed = grant.delegator_id === user.id;
  const refusal = can(mine || passed ? "grant.delegate" : "grant.change");
  const wanted = passed ? "take-back" : mine ? "delegate" : "end";
  const word = passed ? said.take_back : mine ? said.delegate : said.end;
  return (
    <Space>
      <Permitted refusal={refusal}>
        <Button
          size="small"
          danger={wanted !== "delegate"}
          disabled={refusal !== null}
          onClick={() => setOpen(wanted)}
        >
          {word}
        </Button>
      </Permitted>
      {open === "delegate" ? <DelegateDialog grant={grant} onClose={close} /> : null}
      {open === "end" || open === "take-back" ? (
        <ReasonDialog
          path={`/grants/${grant.id}/${open}`}
          title={fill(open === "end" ? said.end_title : said.take_back_title, { role })}
          action={word}
          touches={TOUCHES}
          onClose={close}
        >
          {said.end_what}
        </ReasonDialog>
      ) : null}
    </Space>
  );
}
