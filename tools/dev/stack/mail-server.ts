// The process that runs maildev for `mail.ts`: it ends with its parent, and writes nothing to its parent's output.
import { MailDev } from 'maildev';

export type MailServerOptions = { host: string; smtpPort: number; webPort: number; mailDirectory: string };

/** maildev holds the mails that it keeps in memory. */
const mailsKeptMax = 200;
const mailBytesMax = 64 * 1024;

// Every accepted mail is on disk before SMTP answers 250, so ending at once loses nothing.
process.on('SIGTERM', () => process.exit(0));
// Ctrl+C reaches the whole process group; the parent decides when mail goes.
process.on('SIGINT', () => {});
console.log = console.info = () => {};

const { host, smtpPort, webPort, mailDirectory } = JSON.parse(process.argv[2] ?? '{}') as MailServerOptions;
const maildev = new MailDev({
  smtp: smtpPort,
  ip: host,
  web: webPort,
  webIp: host,
  mailDirectory,
  maxEmails: mailsKeptMax,
  maxMessageSize: mailBytesMax,
  silent: true,
});
await maildev.start();
