// `oms token`: a bearer token of the development issuer, alone on stdout so that it can be put into a variable.
import { Command, Option } from 'commander';

export function tokenCommand(): Command {
  return new Command('token')
    .description('Prints a bearer token of the development issuer, and nothing else.')
    .addOption(
      new Option('--role <role>', 'who you want to be').choices(['customer', 'staff', 'admin']).makeOptionMandatory(),
    )
    .option('--sub <uuid>', 'the id of the person; a new one unless given')
    .option('--ttl <seconds>', 'how long it is good for', Number)
    .addOption(
      new Option('--issuer <url>', 'where the issuer is').env('OMS_ISSUER_URL').default('http://127.0.0.1:3005'),
    )
    .action(async ({ role, sub, ttl, issuer }: { role: string; sub?: string; ttl?: number; issuer: string }) => {
      const wish = { role, ...(sub !== undefined && { sub }), ...(ttl !== undefined && { ttlSeconds: ttl }) };
      console.log(await askFor(wish, issuer));
    });
}

async function askFor(wish: object, issuer: string): Promise<string> {
  const response = await fetch(`${issuer}/dev/token`, { method: 'POST', body: JSON.stringify(wish) }).catch(
    (cause: unknown) => {
      throw new Error(
        `No issuer answers at ${issuer}. \`npm start\` starts one; OMS_ISSUER_URL says where else it is.`,
        { cause },
      );
    },
  );
  const answer = (await response.json()) as { token?: string; error_description?: string };
  if (answer.token === undefined) throw new Error(`no token: ${answer.error_description ?? response.statusText}`);
  return answer.token;
}
