import { Button, Form, Input, Space } from "antd";
import { useState } from "react";
import type { PasskeySignInView } from "../api/contractSignIn";
import { useChange, useOne } from "../api/hooks";
import { FormPage } from "../kit/Form";
import { useWords } from "../kit/language";
import { AddPasskeyDialog } from "../platform/access/passkeys/AddPasskeyDialog";
import { EnrolDialog } from "../platform/access/secondFactor/EnrolDialog";
import { Door } from "./Door";
import { words } from "./owedWords";
import { PasswordFields } from "./PasswordFields";
import { useSignOut } from "./UserMenu";

interface PasswordChange {
  current: string;
  new: string;
  again?: string;
}

function SignOut() {
  const said = useWords(words);
  return (
    <Button type="link" onClick={useSignOut()}>
      {said.sign_out}
    </Button>
  );
}

function OwnPassword(props: { onDone: () => void }) {
  const said = useWords(words);
  const change = useChange<null, PasswordChange>(
    ({ again: _again, ...body }) => ({ method: "POST", path: "/profile/password", body }),
    { onDone: props.onDone },
  );
  return (
    <Door title={said.password} about={said.password_about}>
      <FormPage<PasswordChange> submit={change} submitText={said.change} block>
        <Form.Item
          name="current"
          label={said.current}
          rules={[{ required: true, message: said.required }]}
        >
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <PasswordFields name="new" label={said.new} />
      </FormPage>
      <SignOut />
    </Door>
  );
}

function OwnFactor(props: { onDone: () => void }) {
  const said = useWords(words);
  const offer = useOne<PasskeySignInView>("/session/passkey");
  const [doing, setDoing] = useState<"app" | "passkey" | null>(null);
  const close = () => {
    setDoing(null);
    props.onDone();
  };
  return (
    <Door title={said.factor} about={said.factor_about}>
      <Space orientation="vertical" className="shell-other-way">
        <Button type="primary" block onClick={() => setDoing("app")}>
          {said.app}
        </Button>
        {offer.value?.offered ? (
          <Button block onClick={() => setDoing("passkey")}>
            {said.passkey}
          </Button>
        ) : null}
      </Space>
      <SignOut />
      {doing === "app" ? <EnrolDialog onClose={close} /> : null}
      {doing === "passkey" ? <AddPasskeyDialog onClose={close} /> : null}
    </Door>
  );
}

/** What somebody who has signed in must do before anything else. */
export default function OwedPage(props: { owed: string; onDone: () => void }) {
  return props.owed === "password" ? (
    <OwnPassword onDone={props.onDone} />
  ) : (
    <OwnFactor onDone={props.onDone} />
  );
}
