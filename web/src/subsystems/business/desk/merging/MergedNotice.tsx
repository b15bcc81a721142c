import { Alert, Button, Space } from "antd";
import type { TicketPageView } from "../../../../api/contract";
import { useWords } from "../../../../kit/language";
import { LinkButton } from "../../../../kit/LinkButton";
import { Permitted } from "../../../../kit/Permitted";
import { fill } from "../../../../kit/say";
import { paths } from "../../../../paths";
import { useDirect } from "../useDirect";
import { words as deskWords } from "../words";
import { words } from "./words";

/** Says that a ticket was merged into another, and takes it out again. */
export function MergedNotice(props: { ticket: TicketPageView }) {
  const { ticket } = props;
  const said = useWords(words);
  const desk = useWords(deskWords);
  const { send, pending, dialog } = useDirect();
  if (!ticket.merged_into) return dialog;
  const master = ticket.merged_into.ticket;
  const undo = {
    name: said.unmerge,
    method: "DELETE",
    path: "merge",
    still: (fresh: TicketPageView) => fresh.merged_into !== null,
  } as const;
  return (
    <>
      <Alert
        type="info"
        showIcon
        title={master ? fill(said.merged_into, { master: master.number }) : said.merged_unseen}
        // On a phone buttons beside the text would leave no room for it.
        description={
          <>
            <div>{said.merged_about}</div>
            <Space wrap className="desk-beside">
              {master ? (
                <LinkButton to={paths.ticket(master.id)}>
                  {fill(said.open_master, { master: master.number })}
                </LinkButton>
              ) : null}
              <Permitted refusal={ticket.may_work ? null : desk.not_permitted}>
                <Button
                  disabled={!ticket.may_work}
                  loading={pending}
                  onClick={() => send(ticket, undo)}
                >
                  {said.unmerge}
                </Button>
              </Permitted>
            </Space>
          </>
        }
      />
      {dialog}
    </>
  );
}
