import { Form, Input, Segmented } from "antd";
import type { WorkItemBody, WorkItemView, WorkPeriod } from "../../../../api/contract";
import { useChange } from "../../../../api/hooks";
import { DayInput } from "../../../../kit/DayInput";
import { FormDialog } from "../../../../kit/Form";
import { useWords } from "../../../../kit/language";
import { fill } from "../../../../kit/say";
import { PersonSelect } from "../../../../platform/directory/people/PostSelect";
import { UnitSelect } from "../../../../platform/directory/PlaceSelect";
import { PERIODS } from "./period";
import { words } from "./words";

interface Values {
  unit_id: string;
  owner_id?: string | null;
  period: WorkPeriod;
  day: string;
  title: string;
  description?: string;
  due?: string | null;
}

function bodyOf(values: Values): WorkItemBody {
  return {
    unit_id: values.unit_id,
    owner_id: values.owner_id || null,
    period: values.period,
    day: values.day,
    title: values.title,
    description: values.description ?? "",
    due: values.due || null,
  };
}

/** Plans something, or changes what is planned. */
export function ItemDialog(props: {
  one: WorkItemView | null;
  /** What is looked at: something new is planned for that. */
  at: { period: WorkPeriod; day: string; unit_id: string; owner_id: string };
  onClose: () => void;
}) {
  const { one, at, onClose } = props;
  const said = useWords(words);
  const required = [{ required: true, message: said.required }];
  const save = useChange<WorkItemView, Values>(
    (values) => ({
      method: one ? "PUT" : "POST",
      path: one ? `/duty/work-items/${one.id}` : "/duty/work-items",
      body: bodyOf(values),
      ...(one ? { version: one.version } : {}),
    }),
    { touches: ["journal"], onDone: onClose },
  );
  const initial: Partial<Values> = one
    ? one.item
    : {
        period: at.period,
        day: at.day,
        ...(at.unit_id ? { unit_id: at.unit_id } : {}),
        ...(at.owner_id ? { owner_id: at.owner_id } : {}),
      };
  return (
    <FormDialog<Values>
      open
      title={one ? fill(said.edit_item, { title: one.item.title }) : said.new_item}
      initial={initial}
      submit={save}
      onClose={onClose}
    >
      <Form.Item name="title" label={said.title} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="description" label={said.description}>
        <Input.TextArea rows={3} maxLength={4000} />
      </Form.Item>
      <div className="duty-columns">
        <Form.Item name="unit_id" label={said.unit} rules={required}>
          <UnitSelect label={said.unit} />
        </Form.Item>
        <Form.Item name="owner_id" label={said.owner} extra={said.owner_about}>
          <PersonSelect label={said.owner} clearable />
        </Form.Item>
        <Form.Item name="period" label={said.period}>
          <Segmented
            options={PERIODS.map((value) => ({ value, label: said[value] }))}
          />
        </Form.Item>
        <Form.Item name="day" label={said.day} rules={required}>
          <DayInput />
        </Form.Item>
        <Form.Item name="due" label={said.due}>
          <DayInput />
        </Form.Item>
      </div>
    </FormDialog>
  );
}
