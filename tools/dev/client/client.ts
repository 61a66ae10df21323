// A caller of the public API: its identity, the typed client, and plain requests, each sent once, that return status, body and headers.
import { createApiClient, type ApiClient } from '@oms/client';

export type Role = 'customer' | 'staff' | 'admin' | 'service';

export type Reply = {
  status: number;
  headers: Headers;
  /** Parsed JSON as it came; what is in it is `docs`' and the service's word. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
};

export type ApiCaller = {
  sub: string;
  token: string;
  /** The same caller by the typed client. */
  api: ApiClient;
  get(path: string): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  delete(path: string): Promise<Reply>;
};

export type ApiUrls = { gatewayUrl: string; issuerUrl: string };

/** Gets a development token and returns a caller who uses it. @throws Error when the issuer can't be reached or refuses. */
export async function signIn({ gatewayUrl, issuerUrl }: ApiUrls, role: Role, sub?: string): Promise<ApiCaller> {
  const issued = await send('POST', `${issuerUrl}/dev/token`, {}, { role, ...(sub && { sub }) });
  if (issued.status !== 200)
    throw new Error(`The issuer at ${issuerUrl} gave no token: ${issued.status} ${JSON.stringify(issued.body)}`);
  const { token, sub: id } = issued.body as { token: string; sub: string };
  const authorization = { authorization: `Bearer ${token}` };
  const request = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    send(method, gatewayUrl + path, { ...authorization, ...headers }, body);
  return {
    sub: id,
    token,
    api: createApiClient({ baseUrl: gatewayUrl, token }),
    get: (path) => request('GET', path),
    post: (path, body = {}, headers) => request('POST', path, body, headers),
    patch: (path, body, headers) => request('PATCH', path, body, headers),
    delete: (path) => request('DELETE', path),
  };
}

/** One request; every answer with a status is a reply, also a refusal. @throws Error with the address when there is no answer. */
export async function send(
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Reply> {
  const json =
    body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } };
  const response = await fetch(url, { method, headers, ...json, signal: AbortSignal.timeout(20_000) }).catch(
    (error: unknown) => {
      const { origin } = new URL(url);
      throw new Error(`Nobody answers at ${origin}. Is the system running? \`npm start\` starts it.`, { cause: error });
    },
  );
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text ? (JSON.parse(text) as unknown) : text,
  };
}
