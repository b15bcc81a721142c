/** What the second step of signing in sends and is told. */
import type { Schemas, Sent } from "./wire";

export type SecondStepView = Sent<Schemas["SecondStep"]>;
export type SecondFactorView = Sent<Schemas["SecondFactor"]>;
export type NewTotpView = Sent<Schemas["NewTotp"]>;
export type RecoveryCodesView = Sent<Schemas["RecoveryCodes"]>;
