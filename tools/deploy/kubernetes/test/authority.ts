// A temporary certificate authority and a broker certificate, made by the keytool of every Java.
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { outputOf } from '../../../dev/command/run.ts';
import { findJava } from '../../../dev/stack/embedded/java.ts';

export type Authority = { caFile: string; keystore: { file: string; password: string } };

const password = 'of a throw-away store';
const key = ['-keyalg', 'EC', '-groupname', 'secp256r1'];

/** For a broker at 127.0.0.1. The folder is made. */
export async function createAuthority(folder: string): Promise<Authority> {
  mkdirSync(folder, { recursive: true });
  const keytool = join(dirname(realpathSync(findJava().command)), 'keytool');
  const on = (store: 'ca' | 'broker', ...words: string[]) =>
    outputOf(keytool, [...words, '-keystore', `${store}.p12`, '-storetype', 'PKCS12', '-storepass', password], {
      cwd: folder,
    });
  await on('ca', '-genkeypair', '-alias', 'ca', '-dname', 'CN=Authority of a test', ...key, '-ext', 'bc:c');
  await on('ca', '-exportcert', '-rfc', '-alias', 'ca', '-file', 'ca.crt');
  await on('broker', '-genkeypair', '-alias', 'broker', '-dname', 'CN=broker', ...key);
  await on('broker', '-certreq', '-alias', 'broker', '-file', 'broker.csr');
  const signing = ['-gencert', '-rfc', '-alias', 'ca', '-infile', 'broker.csr', '-outfile', 'broker.crt'];
  await on('ca', ...signing, '-ext', 'san=ip:127.0.0.1');
  await on('broker', '-importcert', '-noprompt', '-alias', 'ca', '-file', 'ca.crt');
  await on('broker', '-importcert', '-noprompt', '-alias', 'broker', '-file', 'broker.crt');
  return { caFile: join(folder, 'ca.crt'), keystore: { file: join(folder, 'broker.p12'), password } };
}
