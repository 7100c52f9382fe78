// A provider of OpenID Connect for the tests: lets everybody in who says a name, by its own pages.
import { Provider } from "oidc-provider";

const [port, callback, people] = process.argv.slice(2);
const known = JSON.parse(people);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    { client_id: "luchtig", client_secret: "a secret of the provider", redirect_uris: [callback] },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username"] },
  cookies: { keys: ["tests"] },
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...known[id] }) }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
