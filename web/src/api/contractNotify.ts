/** The wire types of secrets, attachments, channels and messages; see `contract.ts`. */
import type { JsonObject, Narrow, Schemas, Sent } from "./wire";

export type SecretKind =
  | "password"
  | "token"
  | "private_key"
  | "snmp_community"
  | "signing_key"
  | "connection_string"
  | "other";
export type SecretView = Narrow<Sent<Schemas["Secret"]>, { kind: SecretKind }>;
export type VaultView = Sent<Schemas["Vault"]>;
export type AttachmentView = Narrow<
  Sent<Schemas["Attachment"]>,
  { verdict: "unscanned" | "pending" | "clean" | "infected" | "failed" }
>;

export type ChannelField = Narrow<
  Sent<Schemas["ChannelField"]>,
  {
    shape:
      | "text"
      | "long_text"
      | "number"
      | "choice"
      | "secret"
      | "texts"
      | "secrets"
      | "object";
  }
>;
export type ChannelKindView = Narrow<Sent<Schemas["ChannelKind"]>, { fields: ChannelField[] }>;
export type ChannelView = Narrow<Sent<Schemas["Channel"]>, { settings: JsonObject }>;
export type MessageState = "new" | "queued" | "sent" | "failed" | "suppressed" | "expanded";
export type RecipientKind = "person" | "user" | "post" | "channel" | "mail" | "sms";
export type MessageView = Narrow<Sent<Schemas["Message"]>, { state: MessageState }>;
export type DeliveryView = Narrow<
  Sent<Schemas["Delivery"]>,
  {
    state: "waiting" | "queued" | "sending" | "sent" | "failed" | "spared";
    attempts: AttemptView[];
  }
>;
export type AttemptView = Narrow<
  Sent<Schemas["DeliveryAttempt"]>,
  { outcome: "running" | "accepted" | "deferred" | "refused" | "unknown" }
>;
export type MessageDetailView = Narrow<
  Sent<Schemas["MessageDetail"]>,
  { message: MessageView; deliveries: DeliveryView[] }
>;
export type Wording = Sent<Schemas["Wording"]>;
export type TemplateView = Narrow<Sent<Schemas["Template"]>, { sample: JsonObject }>;
export type TemplatePreviewView = Sent<Schemas["TemplatePreview"]>;
export type NotificationView = Sent<Schemas["Notification"]>;
export type UnreadView = Sent<Schemas["UnreadNotifications"]>;
export type NotificationPreferenceView = Sent<Schemas["NotificationPreference"]>;
