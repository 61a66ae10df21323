// `POST /dev/token { role, sub?, ttlSeconds? }`: a token for a person without a login page, for callers on this machine only.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { importPKCS8, SignJWT } from 'jose';
import type { SigningKey } from './signing-key.ts';

export type DevelopmentToken = { token: string; sub: string; role: string; expiresAt: string };

const roles = ['customer', 'staff', 'admin', 'service'];
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ttlSecondsMax = 30 * 24 * 3600;

const loopbackAddress = /^(127\.|::1$|::ffff:127\.)/;
const loopbackName = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/i;

/**
 * Only programs of the same machine get tokens, whatever the issuer listens on; web pages that reach it under another name (DNS
 * rebinding) do not. Seen from a container, the machine may have any address, but the Host header is still a loopback name.
 */
export function isOfThisMachine(caller: {
  address: string | undefined;
  host: string | undefined;
  isPublishedOnLoopback: boolean;
}): boolean {
  const isNear = caller.isPublishedOnLoopback || loopbackAddress.test(caller.address ?? '');
  return isNear && loopbackName.test(caller.host ?? '');
}

/** 200 with a DevelopmentToken, 400 with the error and the allowed values, or 403 for callers on other machines. */
export async function giveDevelopmentToken(
  request: IncomingMessage,
  response: ServerResponse,
  options: { issuer: string; audience: string; key: SigningKey; isPublishedOnLoopback: boolean },
): Promise<void> {
  const { isPublishedOnLoopback } = options;
  if (!isOfThisMachine({ address: request.socket.remoteAddress, host: request.headers.host, isPublishedOnLoopback })) {
    answer(response, 403, {
      error: 'access_denied',
      error_description: 'development tokens are for this machine only',
    });
    return;
  }
  try {
    if (request.method !== 'POST') throw new TypeError(`${request.method} is not POST`);
    const { role, sub, ttlSeconds } = readTokenRequest(await json(request).catch(() => undefined));
    const expiresAt = new Date(Date.now() + ttlSeconds * 1000);
    const token = await new SignJWT({ role })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: options.key.kid })
      .setIssuer(options.issuer)
      .setAudience(options.audience)
      .setSubject(sub)
      .setIssuedAt()
      .setExpirationTime(expiresAt)
      .sign(await importPKCS8(options.key.privatePem, 'ES256'));
    answer(response, 200, { token, sub, role, expiresAt: expiresAt.toISOString() });
  } catch (error) {
    answer(response, 400, { error: 'invalid_request', error_description: (error as Error).message });
  }
}

function readTokenRequest(body: unknown): { role: string; sub: string; ttlSeconds: number } {
  if (typeof body !== 'object' || body === null) throw new TypeError('the body is no JSON object');
  const { role, sub = randomUUID(), ttlSeconds = 12 * 3600 } = body as Record<string, unknown>;
  if (typeof role !== 'string' || !roles.includes(role)) {
    throw new TypeError(`role is ${JSON.stringify(role)}, and must be one of ${roles.join(', ')}`);
  }
  if (typeof sub !== 'string' || !uuid.test(sub))
    throw new TypeError(`sub is ${JSON.stringify(sub)}, and must be a UUID`);
  if (typeof ttlSeconds !== 'number' || !(ttlSeconds > 0 && ttlSeconds <= ttlSecondsMax)) {
    throw new TypeError(`ttlSeconds is ${JSON.stringify(ttlSeconds)}, and must be between 1 and ${ttlSecondsMax}`);
  }
  return { role, sub, ttlSeconds };
}

function answer(response: ServerResponse, status: number, body: DevelopmentToken | Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
