import { CopyOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Space } from "antd";
import type { InputRef } from "antd";
import { useRef, useState } from "react";
import { useWords } from "./language";
import { words } from "./words";

/** A secret that is shown a single time, with a button that copies it. */
export function CopyOnce(props: { secret: string; label: string }) {
  const said = useWords(words);
  const [copied, setCopied] = useState(false);
  const field = useRef<InputRef>(null);
  const copy = () => {
    // Browsers have no clipboard for pages that come without TLS: there people copy by the keys.
    if (!window.isSecureContext) {
      field.current?.select();
      return;
    }
    navigator.clipboard.writeText(props.secret).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div className="kit-once">
      <Alert type="warning" showIcon title={said.copy_once} />
      <Space.Compact block>
        <Input
          ref={field}
          readOnly
          value={props.secret}
          aria-label={props.label}
          className="kit-code"
          onFocus={(event) => event.target.select()}
        />
        <Button type="primary" icon={<CopyOutlined />} onClick={copy}>
          {copied ? said.copied : said.copy}
        </Button>
      </Space.Compact>
    </div>
  );
}
