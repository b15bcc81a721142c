/** Asks the browser's authenticators (WebAuthn) and puts their answers on the wire. */
import type { PasskeyChallengeView, PasskeyOfferView } from "../api/contractSignIn";
import type { Said } from "../kit/say";
import type { words } from "./passkeyWords";

type PasskeySaid = Said<typeof words>;

export interface MadePasskey {
  client_data: string;
  attestation: string;
  transports: string[];
}

export interface PasskeyAnswer {
  credential_id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
  user_handle: string | null;
}

const TRANSPORTS: readonly AuthenticatorTransport[] = ["ble", "hybrid", "internal", "nfc", "usb"];

/** Whether this browser, on this page, can ask an authenticator at all. */
export function canAskAuthenticators(): boolean {
  return globalThis.isSecureContext && "PublicKeyCredential" in globalThis;
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function textOf(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function credentials(
  known: { id: string; transports: string[] }[],
): PublicKeyCredentialDescriptor[] {
  return known.map((one) => ({
    type: "public-key",
    id: bytesOf(one.id),
    transports: TRANSPORTS.filter((way) => one.transports.includes(way)),
  }));
}

/** Refuses what no browser would do, in words that help. */
function check(origin: string, said: PasskeySaid): void {
  if (globalThis.location.origin !== origin) {
    throw new Error(said.elsewhere.replace("{origin}", origin));
  }
  if (!canAskAuthenticators()) throw new Error(said.unsupported);
}

/** What went wrong at the authenticator, in the reader's language. */
function explain(fault: unknown, said: PasskeySaid): Error {
  const name = fault instanceof DOMException ? fault.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return new Error(said.cancelled);
  if (name === "InvalidStateError") return new Error(said.known);
  if (name === "SecurityError") return new Error(said.insecure);
  return fault instanceof Error ? fault : new Error(said.unsupported);
}

async function created(options: CredentialCreationOptions, said: PasskeySaid): Promise<Credential | null> {
  try {
    return await navigator.credentials.create(options);
  } catch (fault) {
    throw explain(fault, said);
  }
}

async function found(options: CredentialRequestOptions, said: PasskeySaid): Promise<Credential | null> {
  try {
    return await navigator.credentials.get(options);
  } catch (fault) {
    throw explain(fault, said);
  }
}

/** Has an authenticator make a key pair. */
export async function makePasskey(offer: PasskeyOfferView, said: PasskeySaid): Promise<MadePasskey> {
  check(offer.origin, said);
  const made = await created(
    {
      publicKey: {
        challenge: bytesOf(offer.challenge),
        rp: { id: offer.rp_id, name: said.product },
        user: {
          id: bytesOf(offer.user_id),
          name: offer.user_name,
          displayName: offer.display_name,
        },
        pubKeyCredParams: offer.algorithms.map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: credentials(offer.known),
        authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
        attestation: "none",
      },
    },
    said,
  );
  const response = made instanceof PublicKeyCredential ? made.response : null;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new Error(said.unsupported);
  return {
    client_data: textOf(response.clientDataJSON),
    attestation: textOf(response.attestationObject),
    transports: response.getTransports(),
  };
}

/** Has an authenticator sign a challenge. */
export async function signByPasskey(
  challenge: PasskeyChallengeView,
  said: PasskeySaid,
): Promise<PasskeyAnswer> {
  check(challenge.origin, said);
  const verification = challenge.user_verification === "required" ? "required" : "preferred";
  const signed = await found(
    {
      publicKey: {
        challenge: bytesOf(challenge.challenge),
        rpId: challenge.rp_id,
        allowCredentials: credentials(challenge.allowed),
        userVerification: verification,
      },
    },
    said,
  );
  if (!(signed instanceof PublicKeyCredential)) throw new Error(said.unsupported);
  const { response } = signed;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new Error(said.unsupported);
  return {
    credential_id: textOf(signed.rawId),
    client_data: textOf(response.clientDataJSON),
    authenticator_data: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    user_handle: response.userHandle ? textOf(response.userHandle) : null,
  };
}
