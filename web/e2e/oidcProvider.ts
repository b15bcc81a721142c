import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import Provider from "oidc-provider";
import { freePort } from "./ports";

export const CLIENT_ID = "mainstay";
export const CLIENT_SECRET = "forty-two-quiet-herons-in-a-marsh";

/** A certified OpenID Connect provider, with pages on which anybody is who they say. */
export interface IdentityProvider {
  issuer: string;
  stop: () => Promise<void>;
}

/** Starts a provider that knows `mainstay` as its client. */
export async function startProvider(mainstay: string): Promise<IdentityProvider> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${mainstay}/sign-in/back`],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    claims: {
      openid: ["sub"],
      profile: ["preferred_username", "name"],
      email: ["email", "email_verified"],
    },
    cookies: { keys: ["only for this test"] },
    pkce: { required: () => true },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        preferred_username: id,
        name: `${id} of the provider`,
        email: `${id}@example.org`,
        email_verified: true,
      }),
    }),
  });
  const server: Server = createServer(provider.callback());
  server.listen(port, "localhost");
  await once(server, "listening");
  return {
    issuer,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
