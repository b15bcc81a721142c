/** What is said about those who vouch for users: providers, directories of others, identities. */
import type { Schemas, Sent } from "./wire";

export type SignInWaysView = Sent<Schemas["SignInWays"]>;
export type DepartureView = Sent<Schemas["Departure"]>;
export type SignedOutView = Sent<Schemas["SignedOut"]>;
export type ProviderView = Sent<Schemas["Provider"]>;
export type ProviderSettingsView = Sent<Schemas["ProviderSettings"]>;
export type ProviderTestView = Sent<Schemas["ProviderTest"]>;
export type IdentityView = Sent<Schemas["Identity"]>;
export type SourceSignInView = Sent<Schemas["DirectorySourceSignIn"]>;
