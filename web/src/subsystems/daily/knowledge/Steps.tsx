import { Button, Form, Input, Space } from "antd";
import { useState } from "react";
import type { ArticleView } from "../../../api/contract";
import { useChange } from "../../../api/hooks";
import { ConfirmDanger } from "../../../kit/ConfirmDanger";
import { DayInput } from "../../../kit/DayInput";
import { ErrorPanel } from "../../../kit/ErrorPanel";
import { FormDialog } from "../../../kit/Form";
import { useWords } from "../../../kit/language";
import { Permitted } from "../../../kit/Permitted";
import { fill } from "../../../kit/say";
import { words } from "./words";

type Step = "submit" | "withdraw" | "publish" | "retire" | "revive";

function useStep(one: ArticleView, step: Step) {
  return useChange<ArticleView>(
    () => ({ method: "POST", path: `/knowledge/articles/${one.id}/${step}`, version: one.version }),
    { touches: ["journal"] },
  );
}

/** A step that needs nothing but to be taken. */
function Direct(props: { one: ArticleView; step: Step; refusal: string | null; first?: boolean }) {
  const { one, step, refusal, first } = props;
  const said = useWords(words);
  const take = useStep(one, step);
  return (
    <>
      <Permitted refusal={refusal}>
        <Button
          type={first ? "primary" : "default"}
          disabled={refusal !== null}
          loading={take.isPending}
          onClick={() => take.mutate()}
        >
          {said[step]}
        </Button>
      </Permitted>
      <ErrorPanel problem={take.error} />
    </>
  );
}

function SendBack(props: { one: ArticleView; refusal: string | null }) {
  const { one, refusal } = props;
  const said = useWords(words);
  const [open, setOpen] = useState(false);
  const send = useChange<ArticleView, { reason: string }>(
    ({ reason }) => ({
      method: "POST",
      path: `/knowledge/articles/${one.id}/return`,
      body: { reason },
      version: one.version,
    }),
    { touches: ["journal"], onDone: () => setOpen(false) },
  );
  return (
    <>
      <Permitted refusal={refusal}>
        <Button disabled={refusal !== null} onClick={() => setOpen(true)}>
          {said.send_back}
        </Button>
      </Permitted>
      {open ? (
        <FormDialog<{ reason: string }>
          open
          title={fill(said.send_back_title, { number: one.number })}
          submitText={said.send_back}
          submit={send}
          onClose={() => setOpen(false)}
        >
          <Form.Item
            name="reason"
            label={said.reason}
            rules={[{ required: true, whitespace: true, message: said.required }]}
          >
            <Input.TextArea rows={3} maxLength={500} />
          </Form.Item>
        </FormDialog>
      ) : null}
    </>
  );
}

function Confirm(props: { one: ArticleView; refusal: string | null }) {
  const { one, refusal } = props;
  const said = useWords(words);
  const [open, setOpen] = useState(false);
  const confirm = useChange<ArticleView, { review_on?: string }>(
    ({ review_on }) => ({
      method: "POST",
      path: `/knowledge/articles/${one.id}/confirm`,
      body: { review_on: review_on || null },
      version: one.version,
    }),
    { touches: ["journal"], onDone: () => setOpen(false) },
  );
  return (
    <>
      <Permitted refusal={refusal}>
        <Button disabled={refusal !== null} onClick={() => setOpen(true)}>
          {said.confirm}
        </Button>
      </Permitted>
      {open ? (
        <FormDialog<{ review_on?: string }>
          open
          title={fill(said.confirm_title, { number: one.number })}
          submitText={said.confirm}
          submit={confirm}
          onClose={() => setOpen(false)}
        >
          <Form.Item name="review_on" label={said.review_on} extra={said.confirm_about}>
            <DayInput label={said.review_on} />
          </Form.Item>
        </FormDialog>
      ) : null}
    </>
  );
}

function Retire(props: { one: ArticleView; refusal: string | null }) {
  const { one, refusal } = props;
  const said = useWords(words);
  const retire = useStep(one, "retire");
  return (
    <ConfirmDanger
      action={said.retire}
      title={fill(said.retire_title, { number: one.number })}
      running={retire.isPending}
      problem={retire.error}
      refusal={refusal}
      onConfirm={() => retire.mutateAsync()}
    >
      {said.retire_about}
    </ConfirmDanger>
  );
}

/** What can be done with an article as far as it is. */
export function Steps(props: { one: ArticleView; onEdit: () => void }) {
  const { one, onEdit } = props;
  const said = useWords(words);
  const write = one.may_write ? null : said.not_here;
  const approve = one.may_approve ? null : said.not_here;
  const publish = approve ?? (one.wrote ? said.publish_own : null);
  const { state } = one;
  if (state === "retired") return <Direct one={one} step="revive" refusal={write} first />;
  return (
    <Space wrap>
      {state === "in_review" ? (
        <>
          <Direct one={one} step="publish" refusal={publish} first />
          <SendBack one={one} refusal={approve} />
          <Direct one={one} step="withdraw" refusal={write} />
        </>
      ) : null}
      {state === "draft" ? <Direct one={one} step="submit" refusal={write} first /> : null}
      <Permitted refusal={write}>
        <Button disabled={write !== null} onClick={onEdit}>
          {said.edit}
        </Button>
      </Permitted>
      {one.live ? <Confirm one={one} refusal={write} /> : null}
      <Retire one={one} refusal={approve} />
    </Space>
  );
}
