import { Button, Form, Input, Space } from "antd";
import { useState } from "react";
import type { SessionView } from "../api/contract";
import type { SecondStepView } from "../api/contractSignIn";
import { useChange } from "../api/hooks";
import { FormPage } from "../kit/Form";
import { useWords } from "../kit/language";
import { Door } from "./Door";
import { PasskeySignIn } from "./PasskeySignIn";
import { words } from "./secondStepWords";

interface Proof {
  code?: string;
  recovery_code?: string;
}

/** The second step of signing in: a code of the app, a passkey, or a recovery code. */
export function SecondStep(props: {
  step: SecondStepView;
  onDone: (session: SessionView) => void;
  onBack: () => void;
}) {
  const { reference, by_code, by_passkey } = props.step;
  const said = useWords(words);
  // Without an app there is a code only for when the passkey is not at hand.
  const [byRecovery, setByRecovery] = useState(!by_code);
  const finish = useChange<SessionView, Proof>(
    (proof) => ({
      method: "POST",
      path: "/session/second-factor",
      body: { ...proof, reference },
    }),
    { onDone: props.onDone },
  );
  const required = [{ required: true, message: said.required }];
  const turn = () => {
    finish.reset();
    setByRecovery(!byRecovery);
  };
  return (
    <Door title={said.title} about={byRecovery ? said.about_recovery : said.about_code}>
      <FormPage<Proof>
        key={String(byRecovery)}
        submit={finish}
        submitText={said.go_on}
        block
      >
        {byRecovery ? (
          <Form.Item name="recovery_code" label={said.recovery_code} rules={required}>
            <Input autoComplete="off" autoCapitalize="none" spellCheck={false} autoFocus />
          </Form.Item>
        ) : (
          <Form.Item name="code" label={said.code} rules={required}>
            <Input autoComplete="one-time-code" inputMode="numeric" maxLength={7} autoFocus />
          </Form.Item>
        )}
      </FormPage>
      {by_passkey ? <PasskeySignIn reference={reference} onDone={props.onDone} /> : null}
      <Space>
        {by_code ? (
          <Button type="link" onClick={turn}>
            {byRecovery ? said.use_code : said.use_recovery}
          </Button>
        ) : null}
        <Button type="link" onClick={props.onBack}>
          {said.back}
        </Button>
      </Space>
    </Door>
  );
}
