import { Button, Form, Input } from "antd";
import { useState } from "react";
import type { EnquiryStatusView } from "../../../../api/contract";
import { FormPage } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { EnquiryFrame } from "./EnquiryFrame";
import { StatusPanel } from "./StatusPanel";
import { useCodeAsk } from "./useStatus";
import { words } from "./words";

/** How far an enquiry is, for whoever has its code. */
export default function StatusPage() {
  const said = useWords(words);
  const [seen, setSeen] = useState<{ code: string; status: EnquiryStatusView } | null>(null);
  const look = useCodeAsk<{ code: string }>("/status", (status, { code }) =>
    setSeen({ code, status }),
  );
  return (
    <EnquiryFrame title={said.ask_after} about={said.status_about}>
      {seen ? (
        <>
          <StatusPanel key={seen.code} code={seen.code} first={seen.status} />
          <Button className="enquiry-next" onClick={() => setSeen(null)}>
            {said.other_code}
          </Button>
        </>
      ) : (
        <section className="kit-card">
          <FormPage<{ code: string }> submit={look} submitText={said.look} block>
            <Form.Item
              name="code"
              label={said.code}
              rules={[{ required: true, whitespace: true, message: said.required }]}
            >
              <Input
                className="kit-code"
                maxLength={60}
                autoComplete="off"
                autoCapitalize="characters"
                spellCheck={false}
                placeholder="XXXXX-XXXXX-XXXXX-XXXXX"
              />
            </Form.Item>
          </FormPage>
        </section>
      )}
    </EnquiryFrame>
  );
}
