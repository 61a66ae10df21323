// E-mail over a small pool of SMTP connections; a repeated mail carries the Message-ID of the first, so that mailboxes can tell.
import { createTransport, type NodemailerError } from 'nodemailer';
import type { Outcome } from '../domain/notification.ts';
import { sendMsMax, wasNeverReached, type Delivery, type Sender } from './channel.ts';
import { htmlPage, plainText } from './mail-body.ts';

export type EmailOptions = {
  /** `smtp://` or `smtps://`, with user and password when the server asks for them. */
  smtpUrl: string;
  /** `Name <address>` or an address. */
  from: string;
};

const connectionsMax = 4;
// Control characters end a header line or a command of SMTP; whoever writes them means to add one of their own.
const controls = /\p{Cc}/u;
const address = /^[^\s@,;:<>()[\]"\\]+@[^\s@,;:<>()[\]"\\]+$/;
const phasesBeforeTheMessage = ['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT'];
const codesBeforeTheMessage = ['EDNS', 'EAUTH', 'ENOAUTH', 'ETLS', 'EENVELOPE', 'ECONFIG'];

export function createEmailSender({ smtpUrl, from }: EmailOptions): Sender {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: connectionsMax,
    // The pool would send a mail again by itself when its connection broke, and nobody would know of the repeat.
    maxRequeues: 0,
    maxMessages: Infinity,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 8_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = /@([^\s@<>]+?)>?\s*$/.exec(from)?.[1] ?? 'oms.invalid';

  async function send({ id, target, subject, body, createdAt }: Delivery): Promise<Outcome> {
    if (!address.test(target)) return refusedField('address', target);
    if (controls.test(target) || controls.test(subject ?? '')) return refusedField('subject', subject ?? '');
    try {
      await transport.sendMail({
        from,
        to: { name: '', address: target },
        subject: subject ?? '',
        html: htmlPage(body),
        text: plainText(body),
        date: createdAt,
        messageId: `<${id}@${host}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(sendMsMax),
      });
      return { kind: 'accepted' };
    } catch (error) {
      return outcomeOf(error as NodemailerError);
    }
  }

  return { send, close: () => transport.close() };
}

function refusedField(field: string, value: string): Outcome {
  const reason = `the ${field} ${JSON.stringify(value)} is not sent: it must be one line, and one address where it is an address`;
  return { kind: 'refused', final: true, reason };
}

function outcomeOf(error: NodemailerError): Outcome {
  const reason = `${error.code ?? 'error'}: ${error.message}`;
  if (error.responseCode !== undefined) return { kind: 'refused', final: error.permanent === true, reason };
  const before =
    phasesBeforeTheMessage.includes(error.timeoutType ?? '') ||
    codesBeforeTheMessage.includes(error.code ?? '') ||
    wasNeverReached(error.originalCode);
  return before ? { kind: 'refused', reason } : { kind: 'unanswered', reason };
}
