import { UploadOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, Select, Upload } from "antd";
import { useState } from "react";
import type { DutyImportBody } from "../../../../api/contract";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { ZoneSelect } from "../../../../kit/ZoneSelect";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { readText } from "./reading";
import { words } from "./words";

const FORMATS = ["ical", "goalert", "oncall"] as const;

/** Reads a file into the field of its text. */
function FileButton() {
  const said = useWords(words);
  const form = Form.useFormInstance<DutyImportBody>();
  const [fault, setFault] = useState<string | null>(null);
  const take = async (file: File) => {
    const read = await readText(file);
    if ("fault" in read) {
      setFault(fill(said[read.fault], { name: file.name }));
      return;
    }
    setFault(null);
    form.setFieldValue("text", read.text);
    // What is set from outside is no keystroke: the faults of the field go, and the dry run with it.
    await form.validateFields(["text"]).catch(() => undefined);
  };
  return (
    <>
      <Upload
        accept=".ics,.ical,.json,.txt,text/calendar,application/json"
        showUploadList={false}
        beforeUpload={(file) => {
          void take(file);
          return false;
        }}
      >
        <Button icon={<UploadOutlined />}>{said.file}</Button>
      </Upload>
      {fault ? <Alert type="error" showIcon role="alert" title={fault} /> : null}
    </>
  );
}

/** What is to be taken over, and into which unit. */
export function ImportFields() {
  const said = useWords(words);
  const form = Form.useFormInstance<DutyImportBody>();
  const format: DutyImportBody["format"] = Form.useWatch("format", form) ?? "ical";
  const required = [{ required: true, message: said.required }];
  return (
    <>
      <div className="duty-columns">
        <Form.Item name="format" label={said.format} extra={said[`hint_${format}`]}>
          <Select options={FORMATS.map((value) => ({ value, label: said[`format_${value}`] }))} />
        </Form.Item>
        <Form.Item name="unit_id" label={said.unit} rules={required}>
          <UnitSelect label={said.unit} />
        </Form.Item>
        {format === "ical" ? (
          <>
            <Form.Item name="name" label={said.name} extra={said.name_about}>
              <Input maxLength={100} />
            </Form.Item>
            <Form.Item name="zone" label={said.zone} rules={required}>
              <ZoneSelect label={said.zone} />
            </Form.Item>
          </>
        ) : null}
      </div>
      <Form.Item>
        <FileButton />
      </Form.Item>
      <Form.Item name="text" label={said.text} extra={said.text_about} rules={required}>
        <Input.TextArea rows={10} className="kit-code" spellCheck={false} />
      </Form.Item>
    </>
  );
}
