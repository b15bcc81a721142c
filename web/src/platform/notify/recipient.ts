import type { MessageView } from "../../api/contract";
import type { Said } from "../../kit/say";
import type { words } from "./words";

const KINDS = {
  person: "recipient_person",
  user: "recipient_user",
  post: "recipient_post",
  channel: "recipient_channel",
  mail: "recipient_mail",
  sms: "recipient_sms",
} as const satisfies Record<string, keyof typeof words>;

/** Kinds of recipients by their names. */
export const RECIPIENT_KINDS: ReadonlyMap<string, keyof typeof words> = new Map(
  Object.entries(KINDS),
);

/** What kind of recipient it is, in words. */
export function recipientKind(said: Said<typeof words>, to: MessageView["recipient"]): string {
  const word = RECIPIENT_KINDS.get(to.kind);
  return word ? said[word] : to.kind;
}
