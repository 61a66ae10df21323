// PostgreSQL's point-in-time recovery: every segment of its log is archived, and replayed onto a copy of its files.

import { execFileSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { until } from '@oms/test-kit';
import type { Stack } from '../../dev/stack/index.ts';

export type Archive = {
  /** The data files of the server. */
  dataDir: string;
  /** Copies the files of the running server; from the end of this on, it can be restored to any moment. */
  takeBaseBackup(): Promise<{ seconds: number; megabytes: number }>;
  /** Writes data files that, started, come to the state of `moment`. `separate`: they continue as a server that archives nothing. */
  restore(dataDir: string, moment: Date, options: { separate: boolean }): void;
};

/** What was committed in so many seconds before the server's disk is lost may be missing from the archive. */
const archiveTimeoutSeconds = 5;

/** Restarts the server: a change of `archive_mode` needs it. */
export async function startArchiving(stack: Stack): Promise<Archive> {
  const dataDir = await asAdmin(stack, async (admin) => {
    const { rows } = await admin.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]!.data_directory;
  });
  const { uid, gid } = statSync(dataDir);
  const [archive, backup] = [join(dirname(dataDir), 'archive'), join(dirname(dataDir), 'backup')];
  for (const folder of [archive, backup]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(archive);
  chownSync(archive, uid, gid);
  await asAdmin(stack, async (admin) => {
    const command = `test ! -f ${archive}/%f && cp %p ${archive}/%f.part && mv ${archive}/%f.part ${archive}/%f`;
    await admin.query(`ALTER SYSTEM SET archive_mode = 'on'`);
    await admin.query(`ALTER SYSTEM SET archive_command = '${command}'`);
    await admin.query(`ALTER SYSTEM SET archive_timeout = '${archiveTimeoutSeconds}s'`);
  });
  const postgres = stack.part('postgres');
  await postgres.stop();
  await postgres.start();

  return {
    dataDir,
    takeBaseBackup: () =>
      asAdmin(stack, async (admin) => {
        const startedMs = performance.now();
        rmSync(backup, { recursive: true, force: true });
        // One session from start to stop: PostgreSQL aborts the backup when the session ends.
        await admin.query(`SELECT pg_backup_start('drill', fast => true)`);
        copyFiles(dataDir, backup);
        const { rows } = await admin.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop()');
        writeFileSync(join(backup, 'backup_label'), rows[0]!.labelfile);
        const kilobytes = Number(execFileSync('du', ['-sk', backup], { encoding: 'utf8' }).split('\t')[0]);
        return { seconds: (performance.now() - startedMs) / 1_000, megabytes: Math.round(kilobytes / 1_024) };
      }),
    restore(into, moment, { separate }) {
      rmSync(into, { recursive: true, force: true });
      copyFiles(backup, into);
      const settings = [
        `restore_command = 'cp ${archive}/%f "%p"'`,
        // A server that is still starting reads time zones only as numbers, so no Z.
        `recovery_target_time = '${moment.toISOString().replace('Z', '+00')}'`,
        `recovery_target_action = 'promote'`,
        // Not the timeline of another restore from the same archive.
        `recovery_target_timeline = 'current'`,
        ...(separate ? [`archive_mode = 'off'`] : []),
      ];
      appendFileSync(join(into, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
      writeFileSync(join(into, 'recovery.signal'), '');
      changeOwner(into, { uid, gid });
    },
  };
}

/** Resolves when the log has been replayed to the moment and the server takes writes. @throws Error after two minutes */
export async function untilRestored(adminDatabaseUrl: string): Promise<void> {
  const isReplaying = async (admin: pg.Client) => {
    const { rows } = await admin.query<{ replaying: boolean }>('SELECT pg_is_in_recovery() AS replaying');
    return rows[0]?.replaying;
  };
  const restored = async () => (await asAdmin({ adminDatabaseUrl }, isReplaying)) === false;
  await until('the server is restored', restored, 120_000);
}

export async function asAdmin<T>(stack: Pick<Stack, 'adminDatabaseUrl'>, work: (admin: pg.Client) => Promise<T>) {
  const admin = new pg.Client({ connectionString: stack.adminDatabaseUrl, connectionTimeoutMillis: 10_000 });
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** Files may be deleted while they are copied: the log has their changes, and the log comes from the archive. */
function copyFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === 'pg_wal') mkdirSync(copy, { mode: 0o700 });
    else if (entry.name.startsWith('postmaster.')) continue;
    else if (entry.isDirectory()) copyFiles(source, copy);
    else copyIfPresent(source, copy);
  }
}

function copyIfPresent(source: string, copy: string): void {
  try {
    copyFileSync(source, copy);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function changeOwner(folder: string, { uid, gid }: { uid: number; gid: number }): void {
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', `${uid}:${gid}`, folder]);
}
