// What a running service looks up at a schema registry, and what is asked and set before schemas are registered, over Confluent's API.
// By plain `fetch`: the registration library would be in every service's bundle, 630 kB and 5 MB of memory, for a few calls.

import { setTimeout as pause } from 'node:timers/promises';

export type Registry = {
  /** The id under which exactly this schema is registered, or null when it is not. */
  idOf(subject: string, schema: string): Promise<number | null>;
  /** The schema of this id, or null when the registry knows none. */
  schemaOf(schemaId: number): Promise<string | null>;
  /** How far the subject's schemas may change; set before a subject's first schema, so that no schema escapes it. */
  setCompatibility(subject: string, level: 'FULL_TRANSITIVE'): Promise<void>;
  /** Whether the subject may have this schema beside those it has; true when it has none yet. */
  isCompatible(subject: string, schema: string): Promise<boolean>;
};

/** No usable answer: nobody there, too slow, or an error of its own. Worth trying again, unlike a ContractError. */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError';
}

type Answer = { status: number; body: unknown };

/**
 * `url` is where Confluent's API begins, such as `http://127.0.0.1:8081/apis/ccompat/v7`; with a user and a password in it, these
 * go along by Basic authentication. Methods throw RegistryUnavailableError.
 */
export function createRegistry(url: string, timeoutMs = 5_000): Registry {
  const { host, login } = registryAt(url);
  const authorization = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const call = (method: string, path: string, body?: unknown) =>
    ask(`${host}${path}`, { method, body, timeoutMs, authorization });
  return {
    async idOf(subject, schema) {
      const path = `/subjects/${encodeURIComponent(subject)}`;
      const answer = await call('POST', path, { schema });
      return answer.status === 404 ? null : field(answer, 'id', 'number', `POST ${path}`);
    },
    async schemaOf(schemaId) {
      const path = `/schemas/ids/${schemaId}`;
      const answer = await call('GET', path);
      return answer.status === 404 ? null : field(answer, 'schema', 'string', `GET ${path}`);
    },
    async setCompatibility(subject, level) {
      const path = `/config/${encodeURIComponent(subject)}`;
      let answer = await call('PUT', path, { compatibility: level });
      // Apicurio 3.0 answers 409 to the later one of two that set it at once; by the next try the first is done.
      for (let tries = 1; answer.status === 409 && tries < 5; tries += 1) {
        await pause(tries * 50);
        answer = await call('PUT', path, { compatibility: level });
      }
      // Apicurio 3.0, which Java 17 gets, calls it what Confluent calls it in the answer to GET.
      const { compatibilityLevel } = (answer.body ?? {}) as Record<string, unknown>;
      if (compatibilityLevel !== level) field(answer, 'compatibility', 'string', `PUT ${path}`);
    },
    async isCompatible(subject, schema) {
      const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions`;
      const answer = await call('POST', path, { schema });
      return answer.status === 404 || field(answer, 'is_compatible', 'boolean', `POST ${path}`);
    },
  };
}

/** The address without user and password, and these two by themselves. */
export function registryAt(url: string): { host: string; login?: { username: string; password: string } } {
  const { username, password } = new URL(url);
  const host = url.replace(/\/\/[^/@]*@/, '//').replace(/\/+$/, '');
  if (username === '') return { host };
  return { host, login: { username: decodeURIComponent(username), password: decodeURIComponent(password) } };
}

function field(answer: Answer, name: string, type: 'number', asked: string): number;
function field(answer: Answer, name: string, type: 'string', asked: string): string;
function field(answer: Answer, name: string, type: 'boolean', asked: string): boolean;
function field(answer: Answer, name: string, type: string, asked: string): unknown {
  const body = (answer.body ?? {}) as Record<string, unknown>;
  if (answer.status === 200 && typeof body[name] === type) return body[name];
  const said = typeof body.message === 'string' ? `: ${body.message}` : '';
  throw new RegistryUnavailableError(
    `The schema registry answered ${answer.status} to ${asked}${said}. Is the registry's address right?`,
  );
}

async function ask(
  url: string,
  o: { method: string; body: unknown; timeoutMs: number; authorization: string | undefined },
): Promise<Answer> {
  const { method, body, timeoutMs, authorization } = o;
  const mediaType = 'application/vnd.schemaregistry.v1+json';
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  try {
    const response = await fetch(url, {
      method,
      ...sent,
      headers: {
        ...{ accept: `${mediaType}, application/json`, 'content-type': mediaType },
        ...(authorization && { authorization }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: jsonOf(await response.text()) };
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
    throw new RegistryUnavailableError(`The schema registry at ${new URL(url).host} cannot be asked: ${reason}`, {
      cause: error,
    });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
