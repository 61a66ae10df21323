// Commands call the running system through the gateway. Addresses and token come from options, the environment, or the running stack.
import { createApiClient, dataOf, type ApiClient } from '@oms/client';
import { Option, type Command } from 'commander';
import { systemAddresses } from '../client/addresses.ts';
import { UnreachableError } from './exit-codes.ts';

const addresses = systemAddresses();

export type ApiOptions = { gateway: string; issuer: string; token?: string };

/** One request; returns the body of the reply. @throws ProblemError, UnreachableError */
export type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

export function withApiOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--gateway <url>', 'address of the gateway').env('OMS_GATEWAY_URL').default(addresses.gatewayUrl),
    )
    .addOption(
      new Option('--token <token>', 'a bearer token; one of the development issuer unless given').env('OMS_TOKEN'),
    )
    .addOption(issuerOption());
}

export function issuerOption(): Option {
  return new Option('--issuer <url>', 'the development issuer').env('OMS_ISSUER_URL').default(addresses.issuerUrl);
}

export async function apiOf(options: ApiOptions, role: 'staff' | 'admin' = 'admin'): Promise<ApiClient> {
  const { gateway } = options;
  return createApiClient({
    baseUrl: gateway,
    token: await tokenOf(options, role),
    fetch: (request) => fetchFrom(gateway, request),
  });
}

/** A reply that is read as it comes. @throws ProblemError, UnreachableError */
export async function streamOf(
  options: ApiOptions,
  path: string,
  init: { method?: string; type?: string; body?: Blob } = {},
): Promise<ReadableStream<Uint8Array>> {
  const { method = 'GET', type, body } = init;
  const headers = {
    authorization: `Bearer ${await tokenOf(options)}`,
    ...(type !== undefined && { 'content-type': type }),
  };
  const request = new Request(options.gateway + path, { method, headers, ...(body && { body }) });
  const response = await fetchFrom(options.gateway, request);
  const stream = response.ok ? response.body : null;
  const error: unknown = response.ok ? undefined : await response.json().catch(() => undefined);
  return dataOf({ data: stream ?? new ReadableStream(), error, response });
}

async function fetchFrom(gateway: string, request: Request): Promise<Response> {
  return fetch(request).catch((cause: unknown) => {
    throw request.signal.aborted ? cause : new UnreachableError(gateway, { cause });
  });
}

/** For paths that are made from the name of a service. */
export async function adminOf(options: ApiOptions): Promise<Ask> {
  const api = await apiOf(options);
  return async (method, path, body) => {
    const request = { ...(body !== undefined && { body }) };
    return dataOf<unknown>(await api.request(method.toLowerCase() as 'get', path as '/v1/orders', request as never));
  };
}

/** The token of the options, or one of the development issuer. */
export async function tokenOf({ issuer, token }: ApiOptions, role: 'staff' | 'admin' = 'admin'): Promise<string> {
  return token ?? (await developmentToken(issuer, role));
}

async function developmentToken(issuer: string, role: string): Promise<string> {
  const response = await fetch(new URL('/dev/token', issuer), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role }),
    signal: AbortSignal.timeout(20_000),
  }).catch((cause: unknown) => {
    throw new UnreachableError(issuer, { cause });
  });
  if (response.ok) return ((await response.json()) as { token: string }).token;
  throw new Error(`The issuer at ${issuer} gave no token (${response.status}); give one with --token or OMS_TOKEN.`);
}
