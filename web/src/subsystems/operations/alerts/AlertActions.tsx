import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import type { AlertView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useText, useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { useCan } from "../../../shell/can";
import { words } from "./words";

interface Comment {
  comment?: string;
}

const TOUCHES = ["journal"];

/** Asks for a comment and sends it: to acknowledge, or to close. */
function CommentDialog(props: { alert: AlertView; step: "acknowledge" | "close"; onClose: () => void }) {
  const { alert, step, onClose } = props;
  const said = useWords(words);
  const title = useText()(alert.title);
  const send = useChange<AlertView, Comment>(
    ({ comment }) => ({
      method: "POST",
      path: `/alerts/${alert.id}/${step}`,
      body: comment ? { comment } : {},
    }),
    { touches: TOUCHES, onDone: onClose },
  );
  const closing = step === "close";
  return (
    <FormDialog<Comment>
      open
      title={fill(closing ? said.close_title : said.acknowledge_title, { title })}
      submit={send}
      submitText={said[step]}
      onClose={onClose}
    >
      <Form.Item
        name="comment"
        label={closing ? said.comment_close : said.comment}
        rules={closing ? [{ required: true, message: said.required }] : []}
      >
        <Input.TextArea autoFocus maxLength={2000} rows={2} />
      </Form.Item>
    </FormDialog>
  );
}

/** What can be done with an open alert. */
export function AlertActions(props: { alert: AlertView; small?: boolean }) {
  const { alert } = props;
  const said = useWords(words);
  const can = useCan();
  const { message } = App.useApp();
  const [step, setStep] = useState<"acknowledge" | "close" | null>(null);
  const takeBack = useChange<AlertView>(
    () => ({ method: "POST", path: `/alerts/${alert.id}/unacknowledge` }),
    { touches: TOUCHES },
  );
  if (alert.state === "closed") return null;
  const no_acknowledge = can("alert.acknowledge");
  const no_close = can("alert.close");
  const complain = (problem: Error) => void message.error(problem.message);
  return (
    <>
      <Permitted refusal={no_acknowledge}>
        {alert.acknowledged ? (
          <Button
            disabled={no_acknowledge !== null}
            loading={takeBack.isPending}
            onClick={() => takeBack.mutate(undefined, { onError: complain })}
          >
            {said.unacknowledge}
          </Button>
        ) : (
          <Button
            type="primary"
            disabled={no_acknowledge !== null}
            onClick={() => setStep("acknowledge")}
          >
            {said.acknowledge}
          </Button>
        )}
      </Permitted>
      <Permitted refusal={no_close}>
        <Button danger disabled={no_close !== null} onClick={() => setStep("close")}>
          {said.close}
        </Button>
      </Permitted>
      {step ? <CommentDialog alert={alert} step={step} onClose={() => setStep(null)} /> : null}
    </>
  );
}
