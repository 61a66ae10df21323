// Receivers of mail, Slack posts and webhooks in a fault run: they count what they accept, and misbehave on request.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { Accepted } from '../invariants/evidence.ts';

/** `silent` accepts, counts, and closes the connection before it has answered: the sender cannot know whether it was accepted. */
export type Behaviour = 'normal' | 'slow' | 'refusing' | 'silent';

export type Receivers = {
  smtpUrl: string;
  slackUrl: string;
  webhookUrl: string;
  accepted: Required<Accepted>;
  behaviour: Behaviour;
  stop(): Promise<void>;
};

const host = '127.0.0.1';
const slowMs = 2_000;

export async function startReceivers(): Promise<Receivers> {
  const byId = new Map<string, number>();
  const byText = new Map<string, number>();
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  const http = createServer((request, response) => {
    void readText(request).then(
      async (body) => {
        if (receivers.behaviour === 'refusing') return response.writeHead(503).end('busy');
        if (receivers.behaviour === 'slow') await pause(slowMs);
        const id = request.headers['webhook-id'];
        if (typeof id === 'string') count(byId, id);
        else count(byText, (JSON.parse(body) as { text: string }).text);
        if (receivers.behaviour === 'silent') return response.destroy();
        response.end('ok');
      },
      () => response.destroy(),
    );
  });
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      void readText(stream).then(async (mail) => {
        if (receivers.behaviour === 'refusing') return done(Object.assign(new Error('busy'), { responseCode: 451 }));
        if (receivers.behaviour === 'slow') await pause(slowMs);
        count(byId, /^message-id: <([^@>]+)@/im.exec(mail)?.[1] ?? 'a mail without Message-ID');
        if (receivers.behaviour === 'silent') return disconnect(smtp, session.id);
        done();
      }, done);
    },
  });
  smtp.on('error', () => {}); // a client that was killed while it was sending
  await Promise.all([listen(http), new Promise<void>((resolve) => smtp.listen(0, host, resolve))]);
  const url = `http://${host}:${(http.address() as AddressInfo).port}`;
  const receivers: Receivers = {
    smtpUrl: `smtp://${host}:${(smtp.server.address() as AddressInfo).port}`,
    slackUrl: `${url}/slack`,
    webhookUrl: `${url}/webhook`,
    accepted: { byId, byText },
    behaviour: 'normal',
    async stop() {
      http.closeAllConnections();
      await Promise.all([
        new Promise((resolve) => http.close(resolve)),
        new Promise<void>((resolve) => smtp.close(resolve)),
      ]);
    },
  };
  return receivers;
}

function disconnect(smtp: SMTPServer, sessionId: string): void {
  for (const connection of smtp.connections) if (connection.id === sessionId) connection._socket?.destroy();
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, host, resolve));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
