// A real SMTP server with a web page (maildev 3) for development and tests; keeps the newest 1000 mails on disk.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MailServerOptions, MailServerReport } from './mail-server.ts';

/** Ports of 0 take free ones; the URLs tell which. */
export type MailOptions = { host: string; smtpPort: number; webPort: number; dataDir: string };
export type Mail = { smtpUrl: string; pageUrl: string; pid: number; stop(): Promise<void> };

const startMsMax = 30_000;

/**
 * Resolves when SMTP and the page answer; throws when a port is taken or maildev ends before that.
 *
 * Why a process of its own: maildev prints to the console whatever its settings are, loads a whole browser DOM (jsdom), and
 * fault runs want to kill or freeze the mail server alone.
 */
export async function startMail({ host, smtpPort, webPort, dataDir }: MailOptions): Promise<Mail> {
  const mailDirectory = join(dataDir, 'mails');
  await mkdir(mailDirectory, { recursive: true });
  const options: MailServerOptions = { host, smtpPort, webPort, mailDirectory };
  const child = fork(fileURLToPath(new URL('./mail-server.ts', import.meta.url)), [JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  });
  try {
    const report = await firstReport(child);
    if ('failure' in report) throw new Error(report.failure);
    return {
      smtpUrl: `smtp://${host}:${report.smtpPort}`,
      pageUrl: `http://${host}:${report.webPort}`,
      pid: child.pid as number,
      stop: () => end(child),
    };
  } catch (error) {
    await end(child);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `cannot start the mail server on ${host} (SMTP ${smtpPort}, page ${webPort}): ${reason}; free the ports or choose others`,
      { cause: error },
    );
  }
}

function firstReport(child: ChildProcess): Promise<MailServerReport> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`it did not answer within ${startMsMax} ms`)), startMsMax);
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      child.removeAllListeners('message').removeAllListeners('exit').removeAllListeners('error');
      finish();
    };
    child.once('message', (message) => settle(() => resolve(message as MailServerReport)));
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', (code, signal) =>
      settle(() => reject(new Error(`it ended (${signal ?? `exit code ${code}`}) before it answered`))),
    );
  });
}

// SIGKILL, not SIGTERM: a frozen (SIGSTOP) process must end too, and every accepted mail is on disk already.
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
