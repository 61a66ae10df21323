// PostgreSQL's protocol as far as the simulation needs it: where a request ends, what an answer says, and a few messages of its own.

/** What a client sends up to the point where the server answers ReadyForQuery. */
export type Request = {
  bytes: Buffer;
  /** Its SQL. */
  text: string;
  /** The client says good-bye; there is no answer. */
  isEnd: boolean;
};

export type TransactionStatus = 'idle' | 'open' | 'failed';

export type Answer = {
  bytes: Buffer;
  status: TransactionStatus;
  /** The output of triggers by RAISE INFO; no part of `bytes`. */
  infos: string[];
  /** SQLSTATE of the error in it. */
  errorCode: string | null;
  /** The server closed the connection after it. */
  isLast: boolean;
};

/** Cuts what a client writes into requests. The startup message is a request too. */
export function createRequestReader(): (chunk: Buffer) => Request[] {
  let rest: Buffer = Buffer.alloc(0);
  let started = false;
  let from = 0;
  let text = '';
  /** The text of each prepared statement, by its name. */
  const prepared = new Map<string, string>();

  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const requests: Request[] = [];
    for (;;) {
      const header = started ? 1 : 0;
      if (rest.length < from + header + 4) return requests;
      const end = from + header + rest.readInt32BE(from + header);
      if (rest.length < end) return requests;
      const type = started ? String.fromCharCode(rest[from]!) : 'startup';
      if (type === 'Q') text = cString(rest, from + 5);
      if (type === 'P') {
        const name = cString(rest, from + 5);
        text = cString(rest, from + 6 + Buffer.byteLength(name));
        prepared.set(name, text);
      }
      // Bind: the portal's name comes before that of the statement.
      if (type === 'B') text = prepared.get(cString(rest, from + 6 + Buffer.byteLength(cString(rest, from + 5)))) ?? '';
      from = end;
      if (type !== 'Q' && type !== 'S' && type !== 'X' && type !== 'startup') continue;
      started = true;
      requests.push({ bytes: rest.subarray(0, end), text, isEnd: type === 'X' });
      rest = rest.subarray(end);
      from = 0;
      text = '';
    }
  };
}

/** The parameters of a startup message, such as `options` and `statement_timeout`. */
export function readStartup({ bytes }: Request): Map<string, string> {
  const parts = bytes.subarray(8).toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let at = 0; parts[at]; at += 2) parameters.set(parts[at]!, parts[at + 1] ?? '');
  return parameters;
}

export type BackendMessage = { type: string; bytes: Buffer };

/** Cuts what the server writes into messages. */
export function createMessageReader(): (chunk: Buffer) => BackendMessage[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: BackendMessage[] = [];
    while (rest.length >= 5) {
      const end = 1 + rest.readInt32BE(1);
      if (rest.length < end) break;
      messages.push({ type: String.fromCharCode(rest[0]!), bytes: rest.subarray(0, end) });
      rest = rest.subarray(end);
    }
    return messages;
  };
}

export function statusOf({ bytes }: BackendMessage): TransactionStatus {
  const status = String.fromCharCode(bytes[5]!);
  return status === 'I' ? 'idle' : status === 'T' ? 'open' : 'failed';
}

/** A field of an error or notice: C is its SQLSTATE, M its text, S how bad it is. */
export function fieldOf({ bytes }: BackendMessage, field: 'C' | 'M' | 'S'): string {
  for (let at = 5; bytes[at] !== 0;) {
    const end = bytes.indexOf(0, at);
    if (bytes[at] === field.charCodeAt(0)) return bytes.toString('utf8', at + 1, end);
    at = end + 1;
  }
  return '';
}

export function errorMessage(severity: 'ERROR' | 'FATAL', code: string, message: string): Buffer {
  return framed('E', Buffer.from(`S${severity}\0V${severity}\0C${code}\0M${message}\0\0`));
}

/** The same answer with another error in place of its own. */
export function withError(answer: Answer, code: string, message: string): Answer {
  const messages = createMessageReader()(answer.bytes);
  const bytes = messages.map((each) => (each.type === 'E' ? errorMessage('ERROR', code, message) : each.bytes));
  return { ...answer, errorCode: code, bytes: Buffer.concat(bytes) };
}

/** Asks for nothing but the end of what went before. */
export const syncMessage = framed('S', Buffer.alloc(0));

export function queryMessage(text: string): Buffer {
  return framed('Q', Buffer.from(`${text}\0`));
}

export function startupMessage(parameters: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.from(
    `${Object.entries(parameters)
      .map(([key, value]) => `${key}\0${value}\0`)
      .join('')}\0`,
  );
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
}

function framed(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function cString(bytes: Buffer, from: number): string {
  return bytes.toString('utf8', from, bytes.indexOf(0, from));
}
