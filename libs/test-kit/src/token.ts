// Bearer tokens of the development issuer, for tests that call the HTTP API.
import { testStack } from './stack.ts';

type Role = 'customer' | 'staff' | 'admin';

/** A token for `role`; `sub` is a fresh UUID unless given. */
export async function tokenFor(role: Role, sub?: string): Promise<string> {
  const { issuerUrl } = testStack();
  const response = await fetch(`${issuerUrl}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role, ...(sub && { sub }) }),
  });
  if (!response.ok)
    throw new Error(`The issuer at ${issuerUrl} gave no token: ${response.status} ${await response.text()}`);
  const { token } = (await response.json()) as { token: string };
  return token;
}
