// The process that runs maildev for `mail.ts`: it lives as long as its parent does, and writes nothing to its parent's output.
import { MailDev } from 'maildev';

export type MailServerOptions = { host: string; smtpPort: number; webPort: number; mailDirectory: string };
export type MailServerReport = { smtpPort: number; webPort: number } | { failure: string };

const mailsKeptMax = 1000;
const mailBytesMax = 256 * 1024; // maildev holds every mail it keeps in memory: at most 256 MB in all

// Every accepted mail is on disk before SMTP answers 250, so ending at once loses nothing.
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
// Ctrl+C reaches the whole process group; the parent decides when mail goes.
process.on('SIGINT', () => {});

const options = JSON.parse(process.argv[2] ?? '{}') as MailServerOptions;
try {
  report(await serve(options));
} catch (error) {
  report({ failure: error instanceof Error ? error.message : String(error) });
}

async function serve({ host, smtpPort, webPort, mailDirectory }: MailServerOptions): Promise<MailServerReport> {
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
  const servers = await maildev.start();
  return { smtpPort: servers.smtp.getPort(), webPort: servers.api?.getPort() ?? webPort };
}

function report(message: MailServerReport): void {
  process.send?.(message);
}
