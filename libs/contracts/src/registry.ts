/**
 * The calls of Confluent's registry API that a running service and the registration need, with a deadline. Not by the registry library:
 * docs/decisions/0014-schema-ids-without-the-registry-library.md.
 */

import { setTimeout as pause } from 'node:timers/promises';

export type Registry = {
  /** The id of exactly this schema under the subject, or null when it is not registered. */
  idOf(subject: string, schema: string): Promise<number | null>;
  /** The schema of this id, or null when the registry has none. */
  schemaOf(schemaId: number): Promise<string | null>;
  /** Sets the compatibility level of a subject; before its first schema, so that it applies to all of them. */
  setCompatibility(subject: string, level: 'FULL_TRANSITIVE'): Promise<void>;
  /** Whether the schema is compatible with those of the subject; true when there are none. */
  isCompatible(subject: string, schema: string): Promise<boolean>;
};

/**
 * The registry did not answer in time, answered with an error, or something else answered in its place, such as a proxy. A retry may help,
 * unlike for a ContractError.
 */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError';
}

type Answer = { status: number; body: unknown };

// Confluent's error codes, https://docs.confluent.io/platform/current/schema-registry/develop/api.html. Only these say that something is
// not registered: a 404 alone may come from a proxy, or from a path that the registry does not have.
const subjectNotFound = 40_401;
const versionNotFound = 40_402;
const schemaNotFound = 40_403;
const schemaIdMax = 2 ** 31 - 1; // four bytes in the frame of a message

/**
 * `url` is the root of Confluent's API, such as `http://127.0.0.1:8081/apis/ccompat/v7`; a user and a password in it are sent by Basic
 * authentication. Methods reject with RegistryUnavailableError.
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
      return isNotFound(answer, subjectNotFound, schemaNotFound) ? null : idIn(answer, `POST ${path}`);
    },
    async schemaOf(schemaId) {
      const path = `/schemas/ids/${schemaId}`;
      const answer = await call('GET', path);
      return isNotFound(answer, schemaNotFound) ? null : field(answer, 'schema', 'string', `GET ${path}`);
    },
    async setCompatibility(subject, level) {
      const path = `/config/${encodeURIComponent(subject)}`;
      let answer = await call('PUT', path, { compatibility: level });
      // Apicurio 3.0 answers 409 to the second of two concurrent calls; by the next attempt the first is done.
      for (let tries = 1; answer.status === 409 && tries < 5; tries += 1) {
        await pause(tries * 50);
        answer = await call('PUT', path, { compatibility: level });
      }
      // Apicurio 3.0, the version for Java 17, uses the name that Confluent uses in the answer to GET.
      const { compatibilityLevel, compatibility = compatibilityLevel } = (answer.body ?? {}) as Record<string, unknown>;
      if (answer.status !== 200 || compatibility !== level) throw unexpected(answer, `PUT ${path}`);
    },
    async isCompatible(subject, schema) {
      const path = `/compatibility/subjects/${encodeURIComponent(subject)}/versions`;
      const answer = await call('POST', path, { schema });
      return (
        isNotFound(answer, subjectNotFound, versionNotFound) ||
        field(answer, 'is_compatible', 'boolean', `POST ${path}`)
      );
    },
  };
}

/** The address without user and password, and these two separately. */
export function registryAt(url: string): { host: string; login?: { username: string; password: string } } {
  const { username, password } = new URL(url);
  const host = url.replace(/\/\/[^/@]*@/, '//').replace(/\/+$/, '');
  if (username === '') return { host };
  return { host, login: { username: decodeURIComponent(username), password: decodeURIComponent(password) } };
}

function isNotFound({ status, body }: Answer, ...codes: readonly number[]): boolean {
  const { error_code: code } = (body ?? {}) as Record<string, unknown>;
  return status === 404 && codes.some((known) => known === code);
}

function idIn(answer: Answer, asked: string): number {
  const id = field(answer, 'id', 'number', asked);
  if (isSchemaId(id)) return id;
  throw unexpected(answer, asked);
}

/** Whether a message can name it. */
export function isSchemaId(id: unknown): id is number {
  return Number.isInteger(id) && (id as number) > 0 && (id as number) <= schemaIdMax;
}

function field(answer: Answer, name: string, type: 'number', asked: string): number;
function field(answer: Answer, name: string, type: 'string', asked: string): string;
function field(answer: Answer, name: string, type: 'boolean', asked: string): boolean;
function field(answer: Answer, name: string, type: string, asked: string): unknown {
  const body = (answer.body ?? {}) as Record<string, unknown>;
  if (answer.status === 200 && typeof body[name] === type) return body[name];
  throw unexpected(answer, asked);
}

function unexpected({ status, body }: Answer, asked: string): RegistryUnavailableError {
  const { message } = (body ?? {}) as Record<string, unknown>;
  const said = typeof message === 'string' ? `: ${message}` : ', and not in the form of its API';
  return new RegistryUnavailableError(
    `The schema registry answered ${status} to ${asked}${said}. Is the registry's address right, and is it the registry that answers?`,
  );
}

async function ask(
  url: string,
  {
    method,
    body,
    timeoutMs,
    authorization,
  }: { method: string; body: unknown; timeoutMs: number; authorization: string | undefined },
): Promise<Answer> {
  const mediaType = 'application/vnd.schemaregistry.v1+json';
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  try {
    const response = await fetch(url, {
      method,
      ...sent,
      headers: {
        accept: `${mediaType}, application/json`,
        'content-type': mediaType,
        ...(authorization && { authorization }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: response.status, body: jsonOf(await response.text()) };
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
    throw new RegistryUnavailableError(`The schema registry at ${new URL(url).host} does not answer: ${reason}`, {
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
