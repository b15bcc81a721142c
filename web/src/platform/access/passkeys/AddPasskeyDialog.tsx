import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input } from "antd";
import { ask } from "../../../api/client";
import type { NewPasskeyView, PasskeyOfferView } from "../../../api/contractSignIn";
import { useOnce } from "../../../api/once";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { makePasskey } from "../../../shell/passkeys";
import { words as ceremonyWords } from "../../../shell/passkeyWords";
import { PasswordField } from "../secondFactor/PasswordDialog";
import { RecoveryCodes } from "../secondFactor/RecoveryCodes";
import { words } from "./words";

interface Wanted {
  name: string;
  password: string;
}

/** Adds a passkey: a name, the password, then what the browser asks; perhaps recovery codes. */
export function AddPasskeyDialog(props: { onClose: () => void }) {
  const { onClose } = props;
  const said = useWords(words);
  const ceremony = useWords(ceremonyWords);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const adding = useMutation<NewPasskeyView, Error, Wanted>({
    mutationFn: async ({ name, password }) => {
      const path = "/profile/passkeys/challenge";
      const offer = await ask<PasskeyOfferView>({ method: "POST", path, body: { password } });
      const made = await makePasskey(offer, ceremony);
      const body = { name, ...made };
      return ask<NewPasskeyView>({ method: "POST", path: "/profile/passkeys", body });
    },
    onSuccess: async (answer) => {
      const roots = ["profile", "sessions", "session"];
      void message.success(said.done);
      if (answer.recovery_codes.length > 0) return;
      await Promise.all(roots.map((root) => queries.invalidateQueries({ queryKey: [root] })));
      onClose();
    },
  });
  const add = useOnce(adding);
  const codes = add.data?.recovery_codes ?? [];
  const seen = () => {
    for (const root of ["profile", "sessions", "session"]) {
      void queries.invalidateQueries({ queryKey: [root] });
    }
    onClose();
  };
  if (codes.length > 0) return <RecoveryCodes codes={codes} onClose={seen} />;
  return (
    <FormDialog<Wanted>
      open
      title={said.add}
      submit={add}
      submitText={said.add}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={said.name}
        extra={said.name_why}
        rules={[{ required: true, message: said.required }]}
      >
        <Input autoComplete="off" maxLength={60} autoFocus />
      </Form.Item>
      <PasswordField />
    </FormDialog>
  );
}
