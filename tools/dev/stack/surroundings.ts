// What the services need besides the stack: an issuer of tokens, and receivers of mail and posts; each may also be external.

import { join } from 'node:path';
import { developmentClients, serviceClient } from './issuer/clients.ts';
import { startMail } from './mail.ts';
import { startPosts } from './posts.ts';
import type { DataFolder } from './data-folder.ts';
import { createPart, type OnDeath } from './part.ts';
import type { StackPorts } from './ports.ts';
import type { Progress } from './progress.ts';
import type { Part, Stack } from './stack.ts';

export type MailAddresses = Pick<Stack, 'smtpUrl' | 'mailPageUrl'>;
export type PostsAddresses = Pick<Stack, 'slackUrl' | 'webhookUrl' | 'postsPageUrl'>;
/** What the environment has already: it is used, and not started here. */
export type Given = { mail?: MailAddresses; posts?: PostsAddresses };

export type Surroundings = MailAddresses &
  PostsAddresses &
  Pick<Stack, 'issuerUrl' | 'serviceClient'> & { mail: Part; stop(): Promise<void> };

const host = '127.0.0.1';

export async function startSurroundings({
  given,
  progress,
  folder,
  ports,
  onDeath,
}: {
  folder: DataFolder;
  ports: StackPorts;
  progress: Progress;
  given: Given;
  onDeath?: OnDeath;
}): Promise<Surroundings> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => void (await Promise.all(stops.map((end) => end())));
  const mail = async () => {
    if (given.mail) return { ...given.mail, part: absentPart('the mail server') };
    const found = await progress.step('mail catcher', () => startMailPart(folder, ports, onDeath));
    stops.push(() => found.part.stop());
    return found;
  };
  const posts = async () => {
    if (given.posts) return given.posts;
    const found = await progress.step('posts catcher', () => startPosts({ host, port: ports.posts }));
    stops.push(() => found.stop());
    return { slackUrl: found.slackUrl, webhookUrl: found.webhookUrl, postsPageUrl: found.pageUrl };
  };
  const issuer = async () => {
    const found = await progress.step('issuer', async () => {
      // Loaded in the step, so that its time is seen: the OpenID library is not small.
      const { startIssuer } = await import('./issuer/issuer.ts');
      return startIssuer({
        host,
        port: ports.issuer,
        dataDir: join(folder.root, 'issuer'),
        clients: developmentClients(),
      });
    });
    stops.push(() => found.stop());
    return { issuerUrl: found.url, serviceClient };
  };
  const starting = [mail(), posts(), issuer()] as const;
  await Promise.allSettled(starting);
  try {
    const [{ part, ...mailAddresses }, postsAddresses, issuing] = await Promise.all(starting);
    return { ...mailAddresses, ...postsAddresses, ...issuing, mail: part, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startMailPart(
  folder: DataFolder,
  ports: StackPorts,
  onDeath: OnDeath,
): Promise<MailAddresses & { part: Part }> {
  let addresses: MailAddresses | undefined;
  const launch = async () => {
    const mail = await startMail({ host, smtpPort: ports.smtp, webPort: ports.mailPage, folder });
    addresses = { smtpUrl: mail.smtpUrl, mailPageUrl: mail.pageUrl };
    return mail.process;
  };
  const part = await createPart({ name: 'The mail catcher', launch, logFile: join(folder.logs, 'mail.log'), onDeath });
  if (!addresses) throw new Error('The mail catcher has no addresses.');
  return { ...addresses, part };
}

/** Stands for what runs elsewhere: it can't be stopped from here. */
export function absentPart(what: string): Part {
  const refuse = () =>
    Promise.reject(
      new Error(`${what} was given from outside (OMS_STACK=external): it can't be stopped or started here`),
    );
  return { pid: -1, stop: refuse, kill: refuse, start: refuse };
}
