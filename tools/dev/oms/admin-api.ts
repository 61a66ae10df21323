// Commands call the running system through the gateway, with an admin's token.
import { Option, type Command } from 'commander';
import { systemAddresses } from '../client/addresses.ts';
import { send } from '../client/client.ts';

const addresses = systemAddresses();

export type ApiOptions = { gateway: string; issuer: string; token?: string };

/** One request; returns the body of a 200. @throws Error with the status and the problem otherwise */
export type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

export function withApiOptions(command: Command): Command {
  return command
    .addOption(gatewayOption())
    .addOption(
      new Option('--token <token>', "an admin's bearer token; one of the development issuer unless given").env(
        'OMS_TOKEN',
      ),
    )
    .addOption(issuerOption());
}

export function gatewayOption(): Option {
  return new Option('--gateway <url>', 'address of the gateway').env('OMS_GATEWAY_URL').default(addresses.gatewayUrl);
}

export function issuerOption(): Option {
  return new Option('--issuer <url>', 'the development issuer').env('OMS_ISSUER_URL').default(addresses.issuerUrl);
}

export async function adminOf(options: ApiOptions): Promise<Ask> {
  const { gateway } = options;
  const authorization = `Bearer ${await tokenOf(options)}`;
  return async (method, path, body) => {
    const reply = await send(method, gateway + path, { authorization }, body);
    if (reply.status === 200) return reply.body as unknown;
    const { title = 'no reason given', detail = '' } = reply.body as { title?: string; detail?: string };
    throw new Error(`${path} answered ${reply.status}: ${title}. ${detail}`);
  };
}

/** The token of the options, or one of the development issuer. */
export async function tokenOf({ issuer, token }: ApiOptions): Promise<string> {
  return token ?? (await developmentToken(issuer));
}

async function developmentToken(issuer: string): Promise<string> {
  const reply = await send('POST', `${issuer}/dev/token`, {}, { role: 'admin' });
  if (reply.status === 200) return (reply.body as { token: string }).token;
  throw new Error(`The issuer at ${issuer} gave no token (${reply.status}); give one with --token or OMS_TOKEN.`);
}
