// Receives posts to Slack and to webhooks, in development and in tests, and shows them on a page; keeps the newest 500.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { postsPage } from './posts-page.ts';

/** Newest first at `/api/posts`; `headers` are those by which a receiver verifies a post, `body` is parsed when it is JSON. */
export type Post = {
  id: string;
  receivedAt: string;
  channel: 'slack' | 'webhook';
  path: string;
  headers: Record<string, string>;
  body: unknown;
};
/** A port of 0 takes a free one; the URLs tell which. */
export type PostsOptions = { host: string; port: number };
export type Posts = { slackUrl: string; webhookUrl: string; pageUrl: string; stop(): Promise<void> };

const postsKeptMax = 500;
const bodyBytesMax = 64 * 1024;
const headersShown = ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];

/** Resolves when the catcher listens; throws when the port is taken. */
export async function startPosts({ host, port }: PostsOptions): Promise<Posts> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    handle(request, response, posts).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new Error(
          `cannot start the posts catcher on ${host}:${port}: ${error.message}; free the port or choose another`,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  const pageUrl = `http://${host}:${(server.address() as AddressInfo).port}`;
  return {
    slackUrl: `${pageUrl}/slack/alerts`,
    webhookUrl: `${pageUrl}/webhook/orders`,
    pageUrl,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(request: IncomingMessage, response: ServerResponse, posts: Post[]): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const channel = /^\/(slack|webhook)\/./.exec(path)?.[1] as Post['channel'] | undefined;
  if (request.method === 'POST' && channel) {
    const text = await readBody(request);
    if (text === null) return reply(response, 413, 'text/plain', `a post may have at most ${bodyBytesMax} bytes\n`);
    posts.unshift(describe(request, channel, path, text));
    posts.length = Math.min(posts.length, postsKeptMax);
    return reply(response, 200, 'text/plain', 'ok');
  }
  if (path === '/api/posts' && request.method === 'GET') {
    return reply(response, 200, 'application/json', JSON.stringify(posts));
  }
  if (path === '/api/posts' && request.method === 'DELETE') {
    posts.length = 0;
    return reply(response, 204, 'text/plain', '');
  }
  if (path === '/' && request.method === 'GET') return reply(response, 200, 'text/html; charset=utf-8', postsPage);
  request.resume();
  const known = 'POST /slack/*, POST /webhook/*, GET or DELETE /api/posts, GET /';
  return reply(response, 404, 'text/plain', `no ${request.method} ${path} here; there are: ${known}\n`);
}

function describe(request: IncomingMessage, channel: Post['channel'], path: string, text: string): Post {
  const shown = headersShown.flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return {
    id: randomUUID(),
    receivedAt: new Date().toISOString(),
    channel,
    path,
    headers: Object.fromEntries(shown),
    body: parsed(text),
  };
}

// A catcher refuses nothing: what is not JSON is shown as it came.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= bodyBytesMax) chunks.push(chunk);
  }
  return bytes > bodyBytesMax ? null : Buffer.concat(chunks).toString('utf8');
}

function reply(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
  });
  response.end(body);
}
