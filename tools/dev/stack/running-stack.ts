// Lets another process use the stack of a data folder: its addresses are recorded there while it runs.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holderOf, type DataFolder } from './data-folder.ts';
import { databaseServices, services, type Stack } from './stack.ts';

/** A stack without its parts: who did not start them can't stop them. */
export type StackAddresses = Omit<Stack, 'part' | 'stop'> & {
  /** If the services run too. */
  gatewayUrl?: string | undefined;
};

type Written = Omit<StackAddresses, 'databaseUrl' | 'serviceClient'> & {
  databaseUrls: Record<string, string>;
  serviceClients: Record<string, { id: string; secret: string }>;
};

/** The stack that runs in this folder now, or null. */
export function runningStack(folder: DataFolder): StackAddresses | null {
  if (!holderOf(folder)) return null;
  let written: Written;
  try {
    written = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as Written;
  } catch {
    // It is starting still.
    return null;
  }
  const { databaseUrls, serviceClients, ...addresses } = written;
  return {
    ...addresses,
    databaseUrl: (service) => known(databaseUrls, service),
    serviceClient: (service) => known(serviceClients, service),
  };
}

/** Returns how to take the note away again. */
export function noteAddresses(folder: DataFolder, stack: StackAddresses): () => void {
  const { adminDatabaseUrl, kafkaBrokers, registryUrl, issuerUrl } = stack;
  const { smtpUrl, mailPageUrl, slackUrl, webhookUrl, postsPageUrl, gatewayUrl } = stack;
  const note: Written = {
    adminDatabaseUrl,
    kafkaBrokers,
    registryUrl,
    issuerUrl,
    smtpUrl,
    mailPageUrl,
    slackUrl,
    webhookUrl,
    postsPageUrl,
    gatewayUrl,
    databaseUrls: Object.fromEntries(databaseServices.map((service) => [service, stack.databaseUrl(service)])),
    serviceClients: Object.fromEntries(services.map((service) => [service, stack.serviceClient(service)])),
  };
  // With its passwords: for this user's eyes only.
  writeFileSync(fileIn(folder), JSON.stringify(note, null, 2), { mode: 0o600 });
  return () => rmSync(fileIn(folder), { force: true });
}

function fileIn(folder: DataFolder): string {
  return join(folder.run, 'stack.addresses');
}

function known<T>(map: Record<string, T>, service: string): T {
  const found = map[service];
  if (found === undefined)
    throw new Error(`The running stack knows no "${service}"; it knows ${Object.keys(map).join(', ')}.`);
  return found;
}
