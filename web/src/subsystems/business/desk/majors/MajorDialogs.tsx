import { Form, Input, InputNumber, Radio } from "antd";
import type { MajorIncidentView, TicketPageView } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { PersonSelect } from "../../../../platform/directory/people/PostSelect";
import { useSession } from "../../../../shell/session";
import { StaleNotice, useOpenedVersion } from "../StaleNotice";
import { words as deskWords } from "../words";
import { words } from "./words";

interface DialogProps {
  ticket: TicketPageView;
  onClose: () => void;
}

/** Sends something about a major incident over the version of the ticket that was read. */
function useMajorChange<Values>(props: DialogProps, below: string) {
  const { ticket, onClose } = props;
  const [version, setVersion] = useOpenedVersion(ticket);
  const send = useChange<MajorIncidentView, Values>(
    (body) => ({ method: "POST", path: `/tickets/${ticket.id}/${below}`, version, body }),
    { touches: ["journal", "major-incidents"], onDone: onClose },
  );
  const notice = (
    <StaleNotice ticket={ticket} version={version} sending={send} onTake={setVersion} />
  );
  return { send, notice };
}

interface Declaration {
  lead_id?: string;
  every_minutes?: number;
}

/** Declares a ticket major: who leads, and how often those concerned are told. */
export function DeclareDialog(props: DialogProps) {
  const said = useWords(words);
  const desk = useWords(deskWords);
  const own = useSession().user.person_id;
  const { send, notice } = useMajorChange<Declaration>(props, "major");
  const required = [{ required: true, message: desk.required }];
  return (
    <FormDialog<Declaration>
      open
      title={`${props.ticket.number} · ${said.declare}`}
      submit={send}
      submitText={said.declare}
      initial={{ every_minutes: 30, ...(own ? { lead_id: own } : {}) }}
      onClose={props.onClose}
    >
      {notice}
      <p className="kit-quiet">{said.declare_about}</p>
      <Form.Item name="lead_id" label={said.lead} rules={required}>
        <PersonSelect label={said.lead} />
      </Form.Item>
      <Form.Item name="every_minutes" label={said.every} rules={required}>
        <InputNumber min={5} max={1440} precision={0} />
      </Form.Item>
    </FormDialog>
  );
}

interface Update {
  text?: string;
  public?: boolean;
}

/** Tells how a major incident stands. */
export function UpdateDialog(props: DialogProps) {
  const said = useWords(words);
  const desk = useWords(deskWords);
  const { send, notice } = useMajorChange<Update>(props, "major/updates");
  return (
    <FormDialog<Update>
      open
      title={`${props.ticket.number} · ${said.update}`}
      submit={send}
      submitText={said.update}
      initial={{ public: false }}
      onClose={props.onClose}
    >
      {notice}
      <p className="kit-quiet">{said.update_about}</p>
      <Form.Item
        name="text"
        label={said.update_text}
        rules={[{ required: true, message: desk.required }]}
      >
        <Input.TextArea rows={5} maxLength={10_000} />
      </Form.Item>
      <Form.Item name="public" label={said.update_public}>
        <Radio.Group
          aria-label={said.update_public}
          options={[
            { value: false, label: said.update_inside },
            { value: true, label: said.update_outside },
          ]}
        />
      </Form.Item>
    </FormDialog>
  );
}

/** Ends a major incident, with how it went. */
export function EndDialog(props: DialogProps) {
  const said = useWords(words);
  const desk = useWords(deskWords);
  const { send, notice } = useMajorChange<{ summary?: string }>(props, "major/end");
  return (
    <FormDialog<{ summary?: string }>
      open
      width={640}
      title={`${props.ticket.number} · ${said.end}`}
      submit={send}
      submitText={said.end}
      onClose={props.onClose}
    >
      {notice}
      <p className="kit-quiet">{said.end_about}</p>
      <Form.Item
        name="summary"
        label={said.review}
        rules={[{ required: true, message: desk.required }]}
      >
        <Input.TextArea rows={8} maxLength={10_000} />
      </Form.Item>
    </FormDialog>
  );
}
