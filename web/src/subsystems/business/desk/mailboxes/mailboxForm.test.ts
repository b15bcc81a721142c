import { expect, it } from "vitest";
import { bodyOf, formOf, portFor } from "./mailboxForm";

const DRAFT = {
  name: "Help desk",
  enabled: true,
  address: "desk@example.org",
  host: "mail.example.org",
  port: 993,
  tls: "tls",
  ca_pem: null,
  user: "desk",
  password_secret: "01a22411-46b1-79ec-aea2-3a993f0ab093",
  folder: "INBOX",
  done_folder: null,
  type: "request",
  unit_id: "01a22411-46b1-79ec-aea2-3a993f0ab094",
  acknowledge: false,
} as const;

it("a mailbox is sent as it was read, and what is left empty as nothing", () => {
  expect(bodyOf(formOf(DRAFT))).toEqual(DRAFT);
  expect(bodyOf({ ...formOf(DRAFT), done_folder: " " }).done_folder).toBeNull();
  expect(bodyOf({ ...formOf(DRAFT), done_folder: "Done" }).done_folder).toBe("Done");
});

it("the port follows the protection unless somebody chose one", () => {
  expect(portFor("start_tls", 993)).toBe(143);
  expect(portFor("tls", undefined)).toBe(993);
  expect(portFor("none", 143)).toBeNull();
  expect(portFor("tls", 10_993)).toBeNull();
});
