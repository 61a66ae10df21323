// A real SMTP server with a web page (maildev 3) for development and tests; it keeps the newest mails on disk.
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answers } from './answers.ts';
import { startChild, untilReady, type Child } from './child.ts';
import type { DataFolder } from './data-folder.ts';
import type { MailServerOptions } from './mail-server.ts';

export type Mail = { smtpUrl: string; pageUrl: string; process: Child };

/** It needs some 60 MB of heap for the largest mails; without a bound the heap grows to several hundred before it is collected. */
const heapMbMax = 128;

/**
 * Resolves when SMTP and the page answer. Throws StackError when a port is taken or the process ends before that.
 *
 * It is a process of its own because maildev loads a whole browser DOM (jsdom), and because fault runs kill or freeze it alone.
 */
export async function startMail({
  host,
  smtpPort,
  webPort,
  folder,
}: {
  host: string;
  smtpPort: number;
  webPort: number;
  folder: DataFolder;
}): Promise<Mail> {
  const mailDirectory = join(folder.root, 'mails');
  await mkdir(mailDirectory, { recursive: true });
  const options: MailServerOptions = { host, smtpPort, webPort, mailDirectory };
  const program = fileURLToPath(new URL('./mail-server.ts', import.meta.url));
  const child = startChild({
    name: 'mail',
    command: process.execPath,
    args: [
      '--disable-warning=ExperimentalWarning',
      '--max-semi-space-size=2',
      `--max-old-space-size=${heapMbMax}`,
      program,
      JSON.stringify(options),
    ],
    env: { ...process.env, MALLOC_ARENA_MAX: '1' },
    logFile: join(folder.logs, 'mail.log'),
    runDir: folder.run,
    // It may be frozen; and every accepted mail is on disk already.
    stopSignal: 'SIGKILL',
  });
  const pageUrl = `http://${host}:${webPort}`;
  await untilReady(child, async () => (await isListening(host, smtpPort)) && answers(pageUrl, { accept: 'text/html' }));
  return { smtpUrl: `smtp://${host}:${smtpPort}`, pageUrl, process: child };
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
