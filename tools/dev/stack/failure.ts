// A failure of the stack that a person can fix: its message names the cause and the remedy, and no stack trace is shown.

export class StackError extends Error {
  override readonly name = 'StackError';
}

const diskFull = /ENOSPC|No space left on device|not enough space on the disk/i;

/** Turns what a dying process wrote into a cause and a way out, where the cause is a known one. */
export function explainLog(log: string): string | null {
  if (diskFull.test(log))
    return 'the disk is full. Free some space (`npm run reset` clears the data folder), or move the data with OMS_DATA=/another/disk/folder';
  if (/Address already in use|BindException|EADDRINUSE/i.test(log))
    return 'its port was taken meanwhile. Stop the other process, or move the port (OMS_PORT_..., see `tools/dev/stack/ports.ts`)';
  if (/Too many open files/i.test(log))
    return 'it may not open enough files. Raise the limit in this shell: `ulimit -n 4096`';
  if (/Failed to acquire lock on file \.lock/.test(log))
    return 'another Kafka works in the same data folder. End it, or use another folder with OMS_DATA=/another/folder';
  if (/OutOfMemoryError|Cannot allocate memory|insufficient memory/i.test(log))
    return 'the machine has too little free memory. End other programs and start again';
  if (/InconsistentClusterIdException|database files are incompatible|invalid checkpoint record/i.test(log))
    return 'its data do not fit this version, or are damaged. `npm run reset` clears them; the next start begins again';
  return null;
}

/** The message of any failure, with operating system errors put in words. */
export function failureText(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(failureText).join('\n');
  if (!(error instanceof Error)) return String(error);
  if (error instanceof StackError) return error.message;
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return `Writing ${path ?? 'a file'} failed: ${explainLog('ENOSPC')}.`;
  if (code === 'EACCES' || code === 'EPERM')
    return `${path ?? 'A file'} can't be written by this user: another one owns it. Start as that user, or use another folder with OMS_DATA=/another/folder.`;
  return error.stack ?? error.message;
}
