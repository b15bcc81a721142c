import { Form } from "antd";
import type { GrantView, ScopeView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { endOf, startOf } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { fill } from "../../../kit/say";
import { useRoleTitle } from "../../../shell/roles";
import { ReasonField, TOUCHES, ValidityFields } from "./GrantDialog";
import { ScopeField } from "./ScopeField";
import { DelegateSelect } from "./DelegateSelect";
import { words } from "./words";

interface Values {
  user_id: string;
  scope?: ScopeView | null;
  valid_from?: string;
  valid_to?: string;
  reason: string;
}

/** Passes on a grant that one holds oneself, or a part of it. */
export function DelegateDialog(props: { grant: GrantView; onClose: () => void }) {
  const { grant } = props;
  const said = useWords(words);
  const title = useRoleTitle();
  const pass = useChange<GrantView, Values>(
    ({ valid_from, valid_to, scope, ...values }) => ({
      method: "POST",
      path: `/grants/${grant.id}/delegate`,
      body: {
        ...values,
        scope: scope ?? null,
        valid_from: startOf(valid_from),
        valid_to: endOf(valid_to),
      },
    }),
    { onDone: props.onClose, touches: TOUCHES },
  );
  return (
    <FormDialog<Values>
      open
      title={fill(said.delegate_of, { role: title(grant.role) })}
      submit={pass}
      submitText={said.delegate}
      onClose={props.onClose}
    >
      <p>{said.delegate_about}</p>
      <Form.Item
        name="user_id"
        label={said.holder}
        rules={[{ required: true, message: said.required }]}
      >
        <DelegateSelect label={said.holder_user} />
      </Form.Item>
      <Form.Item name="scope" label={said.scope}>
        <ScopeField none={said.scope_all} />
      </Form.Item>
      <ValidityFields />
      <ReasonField />
    </FormDialog>
  );
}
