import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { Form, Input } from "antd";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useChange } from "../api/hooks";
import { ConfirmDanger } from "./ConfirmDanger";
import { FormDialog, FormPage } from "./Form";
import { LanguageContext } from "./language";

vi.setConfig({ testTimeout: 30_000 });

interface Named {
  name: string;
  note?: string;
}

type Answer = [status: number, body: unknown];

const sent: string[] = [];
/** Answers the requests in this order; the last one all that follow. */
let answers: Answer[] = [];

beforeEach(() => {
  sent.length = 0;
  answers = [[201, {}]];
  vi.stubGlobal("fetch", (path: string, options: RequestInit) => {
    sent.push(`${options.method} ${path} ${String(options.body ?? "")}`);
    const [status, body] = (answers.length > 1 ? answers.shift() : answers[0]) ?? [500, null];
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(page: React.ReactNode): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LanguageContext value="en">{page}</LanguageContext>
    </QueryClientProvider>,
  );
}

function Fields() {
  return (
    <>
      <Form.Item name="name" label="Name" rules={[{ required: true }]}>
        <Input />
      </Form.Item>
      <Form.Item name="note" label="Note">
        <Input />
      </Form.Item>
    </>
  );
}

function Page() {
  const create = useChange<null, Named>((body) => ({ method: "POST", path: "/things", body }));
  return (
    <FormPage<Named> initial={{ name: "a" }} submit={create} submitText="Create">
      <Fields />
    </FormPage>
  );
}

function Dialog() {
  const [open, setOpen] = useState(true);
  const create = useChange<null, Named>(
    (body) => ({ method: "POST", path: "/things", body }),
    { onDone: () => setOpen(false) },
  );
  return (
    <FormDialog<Named>
      open={open}
      title="New"
      initial={{ name: "a" }}
      submit={create}
      submitText="Create"
      onClose={() => setOpen(false)}
    >
      <Fields />
    </FormDialog>
  );
}

function Removal() {
  const remove = useChange<null>(() => ({ method: "DELETE", path: "/things/1" }));
  return (
    <ConfirmDanger
      action="Remove"
      title="Remove it?"
      running={remove.isPending}
      problem={remove.error}
      onConfirm={() => remove.mutateAsync()}
    >
      gone
    </ConfirmDanger>
  );
}

function Rows() {
  const read = useChange<null, string>((id) => ({ method: "POST", path: `/things/${id}` }));
  return ["1", "2"].map((id) => (
    <button key={id} type="button" onClick={() => read.mutate(id)}>
      {id}
    </button>
  ));
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100));
}

for (const [where, page] of [
  ["page", <Page key="page" />],
  ["dialog", <Dialog key="dialog" />],
] as const) {
  it(`a double click on the button of a ${where} creates one thing`, async () => {
    show(page);
    const button = screen.getByRole("button", { name: "Create" });
    fireEvent.click(button);
    fireEvent.click(button);
    await waitFor(() => expect(sent).toHaveLength(1));
    await settled();
    expect(sent).toEqual(['POST /api/v1/things {"name":"a"}']);
  });
}

it("a dialog that is closing sends nothing", async () => {
  show(<Dialog />);
  const button = screen.getByRole("button", { name: "Create" });
  fireEvent.click(button);
  await waitFor(() => expect(sent).toHaveLength(1));
  await settled();
  fireEvent.click(button);
  await settled();
  expect(sent).toHaveLength(1);
});

it("a double click on what asks once removes once", async () => {
  show(<Removal />);
  fireEvent.click(screen.getByRole("button", { name: "Remove" }));
  const button = screen.getAllByRole("button", { name: "Remove" }).at(-1);
  if (button === undefined) throw new Error("no question");
  fireEvent.click(button);
  fireEvent.click(button);
  await settled();
  expect(sent).toEqual(["DELETE /api/v1/things/1 "]);
});

it("what is sent for one row keeps no other row waiting", async () => {
  show(<Rows />);
  fireEvent.click(screen.getByRole("button", { name: "1" }));
  fireEvent.click(screen.getByRole("button", { name: "2" }));
  await settled();
  expect(sent).toEqual(["POST /api/v1/things/1 ", "POST /api/v1/things/2 "]);
});

it("what was refused can be sent again", async () => {
  answers = [[409, { title: "busy", status: 409, detail: "", code: "busy", request_id: "", fields: [] }]];
  show(<Page />);
  const button = screen.getByRole("button", { name: "Create" });
  fireEvent.click(button);
  await screen.findByText("busy");
  fireEvent.click(button);
  await waitFor(() => expect(sent).toHaveLength(2));
});

it("a fault leaves the field that is corrected, and all of them with the next answer", async () => {
  const fields = [
    { field: "name", expected: "a name", value: "a" },
    { field: "note", expected: "a note", value: null },
  ];
  const refused = { type: "", title: "", status: 422, detail: "wrong", code: "invalid", request_id: "", fields };
  const forbidden = { ...refused, status: 403, title: "not yours", detail: "", fields: [] };
  answers = [
    [422, refused],
    [403, forbidden],
  ];
  show(<Page />);
  fireEvent.click(screen.getByRole("button", { name: "Create" }));
  await screen.findByText("Expected: a note");
  fireEvent.change(screen.getByLabelText("Note"), { target: { value: "b" } });
  await waitFor(() => expect(screen.queryByText("Expected: a note")).toBeNull());
  expect(screen.queryByText("Expected: a name")).not.toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Create" }));
  await screen.findByText("not yours");
  await waitFor(() => expect(screen.queryByText("Expected: a name")).toBeNull());
});
