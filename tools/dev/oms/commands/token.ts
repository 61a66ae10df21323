// `oms token`: prints only a bearer token of the development issuer, so that it can be assigned to a variable.
import { Command, InvalidArgumentError, Option } from 'commander';
import { issuerOption } from '../admin-api.ts';
import { UnreachableError } from '../exit-codes.ts';

type TokenRequest = { role: string; sub?: string; ttl?: number; issuer: string };

const examples = `
Examples:
  token=$(npm run -s oms -- token --role staff)
  curl -H "authorization: Bearer $token" http://127.0.0.1:3000/v1/orders

  The same customer again: npm run -s oms -- token --role customer --sub 3f0c1f52-8e0d-4c6e-9a58-2d1c9c6f7a11`;

export function tokenCommand(): Command {
  return new Command('token')
    .description('Prints a bearer token of the development issuer, and nothing else.')
    .addOption(
      new Option('--role <role>', 'who you want to be').choices(['customer', 'staff', 'admin']).makeOptionMandatory(),
    )
    .option('--sub <uuid>', 'the id of the person; a new one unless given')
    .option('--ttl <seconds>', 'how long it is good for, at most 30 days; 12 hours unless given', secondsIn)
    .addOption(issuerOption())
    .addHelpText('after', examples)
    .action(async (request: TokenRequest) => console.log(await askFor(request)));
}

function secondsIn(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of seconds, such as 3600.');
}

async function askFor({ role, sub, ttl, issuer }: TokenRequest): Promise<string> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role, sub, ttlSeconds: ttl }),
  };
  const response = await fetch(new URL('/dev/token', issuer), request).catch((cause: unknown) => {
    throw new UnreachableError(issuer, { cause });
  });
  const answer = (await response.json().catch(() => ({}))) as { token?: string; error_description?: string };
  if (answer.token !== undefined) return answer.token;
  const reason = answer.error_description ?? `it answered ${response.status}; is it a development issuer?`;
  throw new Error(`The issuer at ${issuer} gave no token: ${reason}`);
}
