import { Form, Input, QRCode } from "antd";
import type { NewTotpView, RecoveryCodesView } from "../../../api/contractSignIn";
import { useChange } from "../../../api/hooks";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { PasswordDialog } from "./PasswordDialog";
import type { PasswordAgain } from "./PasswordDialog";
import { RecoveryCodes } from "./RecoveryCodes";
import { words } from "./words";

interface FirstCode {
  code: string;
}

/** Sets up an authenticator app: the password, the secret, the first code, the recovery codes. */
export function EnrolDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const begin = useChange<NewTotpView, PasswordAgain>((body) => ({
    method: "POST",
    path: "/profile/totp",
    body,
  }));
  const confirm = useChange<RecoveryCodesView, FirstCode>(
    (body) => ({ method: "POST", path: "/profile/totp/confirm", body }),
    { touches: ["sessions"] },
  );
  if (confirm.data) return <RecoveryCodes codes={confirm.data.codes} onClose={props.onClose} />;
  if (!begin.data) {
    return (
      <PasswordDialog
        title={said.title}
        submitText={said.go_on}
        submit={begin}
        onClose={props.onClose}
      />
    );
  }
  return (
    <FormDialog<FirstCode>
      open
      title={said.title}
      submit={confirm}
      submitText={said.confirm}
      onClose={props.onClose}
    >
      <p>{said.scan}</p>
      <div role="img" aria-label={said.qr}>
        <QRCode value={begin.data.uri} type="svg" size={200} color="#000000" bgColor="#ffffff" />
      </div>
      <Form.Item label={said.secret} htmlFor="totp-secret">
        <Input id="totp-secret" readOnly value={begin.data.secret} className="kit-code" />
      </Form.Item>
      <Form.Item
        name="code"
        label={said.code}
        rules={[{ required: true, message: said.required }]}
      >
        <Input autoComplete="one-time-code" inputMode="numeric" maxLength={7} autoFocus />
      </Form.Item>
    </FormDialog>
  );
}
