/** What the second step of signing in sends and is told. */
import type { Schemas, Sent } from "./wire";

export type SecondStepView = Sent<Schemas["SecondStep"]>;
export type SecondFactorView = Sent<Schemas["SecondFactor"]>;
export type NewTotpView = Sent<Schemas["NewTotp"]>;
export type RecoveryCodesView = Sent<Schemas["RecoveryCodes"]>;
export type PasskeySignInView = Sent<Schemas["PasskeySignIn"]>;
export type PasskeyChallengeView = Sent<Schemas["PasskeyChallenge"]>;
export type PasskeyOfferView = Sent<Schemas["PasskeyOffer"]>;
export type PasskeyView = Sent<Schemas["Passkey"]>;
export type NewPasskeyView = Sent<Schemas["NewPasskey"]>;
export type SecondFactorPolicyView = Sent<Schemas["SecondFactorPolicy"]>;
export type LackingSecondFactorView = Sent<Schemas["LackingSecondFactor"]>;
