import { expect, request, test } from "@playwright/test";
import type { APIRequestContext } from "@playwright/test";
import { complaintsOf } from "./console";
import { firstRun } from "./firstRun";
import { letIn } from "./programs";
import { startMainstay } from "./server";
import type { Mainstay } from "./server";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ENTRA = {
  name: "entra",
  role: { name: "provisioning", title: "Provisioning" },
  permission: "user.provision",
};

let mainstay: Mainstay;

test.beforeAll(async () => {
  mainstay = await startMainstay();
});

test.afterAll(async () => {
  await mainstay.stop();
});

/** An identity provider: who calls with that token as SCIM wants it. */
function provider(token: string): Promise<APIRequestContext> {
  return request.newContext({
    baseURL: mainstay.url,
    extraHTTPHeaders: {
      authorization: `Bearer ${token}`,
      "content-type": "application/scim+json",
    },
  });
}

test("a provider that was let in brings a person, and takes the person away again", async ({
  browser,
  page,
}) => {
  const complaints = complaintsOf(page);
  await firstRun(page, mainstay);
  await page.goto(`${mainstay.url}/directory-sources`);
  await expect(page.getByText("No identity provider has called yet", { exact: false })).toBeVisible();
  await expect(page.getByText(`${mainstay.url}/scim/v2`)).toBeVisible();

  const scim = await provider(await letIn(browser, page, mainstay, ENTRA));
  const made = await scim.post("/scim/v2/Users", {
    data: {
      schemas: [USER, ENTERPRISE],
      userName: "wang.xm",
      externalId: "7d1c",
      displayName: "王小明",
      emails: [{ value: "wang@example.cn", primary: true }],
      active: true,
      [ENTERPRISE]: { employeeNumber: "1001" },
    },
  });
  expect(made.status(), await made.text()).toBe(201);

  await page.goto(`${mainstay.url}/people?q=wxm`);
  await page.getByRole("link", { name: "王小明" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "王小明" })).toBeVisible();
  await expect(page.getByText("wang@example.cn")).toBeVisible();
  await page.goto(`${mainstay.url}/users`);
  await expect(page.getByRole("link", { name: "wang.xm", exact: true })).toBeVisible();

  await page.getByRole("link", { name: "Sources of people" }).click();
  const card = page.getByRole("region", { name: "entra" });
  await expect(card.getByText("1 active of 1")).toBeVisible();
  await expect(card.getByText("POST /Users", { exact: false })).toBeVisible();

  const { id } = await made.json();
  const left = await scim.patch(`/scim/v2/Users/${id}`, {
    data: { schemas: [PATCH], Operations: [{ op: "replace", path: "active", value: false }] },
  });
  expect(left.ok(), await left.text()).toBe(true);
  await page.reload();
  await expect(card.getByText("0 active of 1")).toBeVisible();
  await page.goto(`${mainstay.url}/people?q=wxm`);
  await expect(page.getByText("Nobody matches")).toBeVisible();
  await page.goto(`${mainstay.url}/users`);
  const user = page.getByRole("row", { name: /wang\.xm/ });
  await expect(user.getByText("Disabled")).toBeVisible();

  // What was made by the pages is taken away by the pages: the next call is refused.
  await page.goto(`${mainstay.url}/tokens`);
  await page.getByRole("row", { name: /entra/ }).getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("row", { name: /entra/ }).getByText("Revoked")).toBeVisible();
  expect((await scim.get("/scim/v2/Users")).status()).toBe(401);
  await scim.dispose();
  expect(complaints).toEqual([]);
});
