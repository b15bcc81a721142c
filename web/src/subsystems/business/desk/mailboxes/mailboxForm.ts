import type { MailboxDraft, MailTls } from "../../../../api/contract";

/** A mailbox as its form edits it: what may stay empty is an empty text. */
export type MailboxForm = Omit<MailboxDraft, "ca_pem" | "done_folder"> & {
  ca_pem?: string;
  done_folder?: string;
};

/** The port of IMAP by how the connection is protected. Source: RFC 8314, RFC 9051. */
export const PORTS: Record<MailTls, number> = { tls: 993, start_tls: 143, none: 143 };

/** What a new mailbox begins with. */
export const USUAL: Partial<MailboxForm> = {
  enabled: true,
  tls: "tls",
  port: PORTS.tls,
  folder: "INBOX",
  type: "request",
  acknowledge: true,
};

/** The form over a mailbox. */
export function formOf(draft: MailboxDraft): MailboxForm {
  return { ...draft, ca_pem: draft.ca_pem ?? "", done_folder: draft.done_folder ?? "" };
}

/** What is sent of a form. */
export function bodyOf(form: MailboxForm): MailboxDraft {
  return {
    ...form,
    ca_pem: form.ca_pem?.trim() ? form.ca_pem : null,
    done_folder: form.done_folder?.trim() ? form.done_folder : null,
  };
}

/** The port to go with another protection; null: somebody chose one of their own. */
export function portFor(tls: MailTls, port: number | null | undefined): number | null {
  const usual = port === undefined || port === null || Object.values(PORTS).includes(port);
  return usual && port !== PORTS[tls] ? PORTS[tls] : null;
}
