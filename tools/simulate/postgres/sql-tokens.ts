// A text of SQL as tokens, and a reader that looks ahead and says where it stumbled.

export type Token = {
  kind: 'word' | 'name' | 'string' | 'number' | 'param' | 'sign' | 'end';
  text: string;
  at: number;
};

const pattern =
  /\s+|--[^\n]*|\/\*[^]*?\*\/|(?<dollar>\$\$[^]*?\$\$)|(?<param>\$\d+)|(?<number>\d+(?:\.\d+)?)|(?<string>'(?:[^']|'')*')|"(?<name>(?:[^"]|"")+)"|(?<word>[A-Za-z_]\w*)|(?<sign>::|<=|>=|<>|!=|\|\||->>|->|[-+*/%(),.;<>=[\]&|?:])/gy;

export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let at = 0; at < sql.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(sql);
    if (!match) throw new Error(`Cannot read SQL at "${sql.slice(at, at + 30)}".`);
    const found = match.groups ?? {};
    if (found.param) tokens.push({ kind: 'param', text: found.param.slice(1), at });
    else if (found.number) tokens.push({ kind: 'number', text: found.number, at });
    else if (found.string) tokens.push({ kind: 'string', text: found.string.slice(1, -1).replaceAll("''", "'"), at });
    else if (found.dollar) tokens.push({ kind: 'string', text: found.dollar.slice(2, -2), at });
    else if (found.name) tokens.push({ kind: 'name', text: found.name.replaceAll('""', '"'), at });
    else if (found.word) tokens.push({ kind: 'word', text: found.word.toLowerCase(), at });
    else if (found.sign) tokens.push({ kind: 'sign', text: found.sign, at });
  }
  tokens.push({ kind: 'end', text: '', at: sql.length });
  return tokens;
}

export type Reader = ReturnType<typeof createReader>;

export function createReader(sql: string) {
  const tokens = tokensOf(sql);
  let at = 0;
  const peek = (ahead = 0): Token => tokens[Math.min(at + ahead, tokens.length - 1)]!;
  /** Keywords and signs, one after the other. */
  const is = (...texts: string[]): boolean =>
    texts.every((text, i) => {
      const token = peek(i);
      return (token.kind === 'word' || token.kind === 'sign') && token.text === text;
    });
  const accept = (...texts: string[]): boolean => {
    if (!is(...texts)) return false;
    at += texts.length;
    return true;
  };
  const fail = (wanted: string): never => {
    const near = sql.slice(peek().at, peek().at + 60).replaceAll(/\s+/g, ' ');
    throw new Error(
      `The simulated PostgreSQL cannot read this SQL: ${wanted} was expected at "${near}". Teach it in tools/simulate/postgres/. The whole text: ${sql.replaceAll(/\s+/g, ' ').slice(0, 400)}`,
    );
  };
  const expect = (...texts: string[]): void => {
    if (!accept(...texts)) fail(texts.join(' '));
  };
  const next = (): Token => tokens[at++] ?? peek();
  const name = (): string => {
    const token = peek();
    if (token.kind !== 'word' && token.kind !== 'name') return fail('a name');
    at += 1;
    return token.text;
  };
  /** `a, b, c` by `one`. */
  const list = <T>(one: () => T): T[] => {
    const found = [one()];
    while (accept(',')) found.push(one());
    return found;
  };
  /** `( ... )` around `inside`. */
  const within = <T>(inside: () => T): T => {
    expect('(');
    const found = inside();
    expect(')');
    return found;
  };
  const names = (): string[] => within(() => list(name));
  /** The text between here and the end of this statement's next token at depth 0 that is one of `ends`. */
  const skipTo = (...ends: string[]): void => {
    for (let depth = 0; peek().kind !== 'end'; at += 1) {
      if (depth === 0 && ends.some((end) => is(end))) return;
      if (is('(')) depth += 1;
      if (is(')')) depth -= 1;
    }
  };
  return { peek, is, accept, fail, expect, next, name, list, within, names, skipTo };
}
