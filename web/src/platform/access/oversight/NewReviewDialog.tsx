import { Form, Input, Select } from "antd";
import { useNavigate } from "react-router";
import type { ReviewView, RoleView, ScopeView } from "../../../api/contract";
import { useChange, useItems } from "../../../api/hooks";
import { DayInput } from "../../../kit/DayInput";
import { endOf } from "../../../kit/days";
import { FormDialog } from "../../../kit/Form";
import { useText, useWords } from "../../../kit/language";
import { paths } from "../../../paths";
import { ScopeField } from "../grants/ScopeField";
import { GroupSelect, UserSelect } from "../grants/UserSelect";
import { words } from "./words";

type Sort = "everybody" | "roles" | "group" | "scope";

interface Values {
  title: string;
  reviewer_id: string;
  due: string;
  sort: Sort;
  roles?: string[];
  group_id?: string;
  scope?: ScopeView;
}

function aboutOf(values: Values): object {
  switch (values.sort) {
    case "everybody":
      return {};
    case "roles":
      return { roles: values.roles ?? [] };
    case "group":
      return { group_id: values.group_id };
    case "scope":
      return { scope: values.scope };
  }
}

function AboutFields() {
  const said = useWords(words);
  const text = useText();
  const roles = useItems<RoleView>("/roles").items;
  const sort = Form.useWatch<Sort | undefined>("sort");
  const sorts = (["everybody", "roles", "group", "scope"] as const).map((one) => ({
    value: one,
    label: said[`about_${one}`],
  }));
  return (
    <>
      <Form.Item name="sort" label={said.about}>
        <Select options={sorts} />
      </Form.Item>
      {sort === "roles" ? (
        <Form.Item name="roles" label={said.roles}>
          <Select
            mode="multiple"
            options={roles.map((role) => ({ value: role.name, label: text(role.title) }))}
          />
        </Form.Item>
      ) : null}
      {sort === "group" ? (
        <Form.Item name="group_id" label={said.group}>
          <GroupSelect label={said.group} />
        </Form.Item>
      ) : null}
      {sort === "scope" ? (
        <Form.Item name="scope" label={said.scope} initialValue={{ kind: "everything", ids: [] }}>
          <ScopeField />
        </Form.Item>
      ) : null}
    </>
  );
}

/** Opens a review. */
export function NewReviewDialog(props: { onClose: () => void }) {
  const said = useWords(words);
  const navigate = useNavigate();
  const open = useChange<ReviewView, Values>(
    (values) => ({
      method: "POST",
      path: "/reviews",
      body: {
        title: values.title,
        reviewer_id: values.reviewer_id,
        due_at: endOf(values.due),
        about: aboutOf(values),
      },
    }),
    { onDone: (review) => void navigate(paths.review(review.id)) },
  );
  const required = [{ required: true, message: said.required }];
  return (
    <FormDialog<Values>
      open
      title={said.review_new}
      submit={open}
      submitText={said.review_new}
      initial={{ sort: "everybody" }}
      onClose={props.onClose}
    >
      <Form.Item name="title" label={said.title} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="reviewer_id" label={said.reviewer} rules={required}>
        <UserSelect label={said.reviewer} />
      </Form.Item>
      <Form.Item name="due" label={said.due_day} rules={required}>
        <DayInput />
      </Form.Item>
      <AboutFields />
    </FormDialog>
  );
}
