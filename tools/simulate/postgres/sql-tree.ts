// The SQL that the house writes, as a tree: what the parser makes of a text and the executor runs.

export type Expr =
  | { k: 'const'; value: string | number | boolean | null; type: string }
  | { k: 'param'; at: number }
  | { k: 'column'; table: string | null; name: string }
  | { k: 'star'; table: string | null }
  | { k: 'call'; name: string; args: Expr[]; star: boolean; filter: Expr | null; orderBy: Order[] }
  | { k: 'cast'; of: Expr; type: string }
  | { k: 'not'; of: Expr }
  | { k: 'minus'; of: Expr }
  | { k: 'binary'; op: string; left: Expr; right: Expr }
  | { k: 'quantified'; op: string; all: boolean; left: Expr; array: Expr }
  | { k: 'in-query'; left: Expr; query: Select; not: boolean }
  | { k: 'in-list'; left: Expr; list: Expr[]; not: boolean }
  | { k: 'is'; of: Expr; what: 'null' | 'true' | 'false'; not: boolean }
  | { k: 'distinct-from'; left: Expr; right: Expr; not: boolean }
  | { k: 'case'; whens: [Expr, Expr][]; otherwise: Expr | null }
  | { k: 'scalar'; query: Select }
  | { k: 'exists'; query: Select }
  | { k: 'array-of'; query: Select }
  | { k: 'array'; items: Expr[] }
  | { k: 'row'; items: Expr[] };

export type Target = { expr: Expr; as: string | null };
export type Order = { expr: Expr; desc: boolean };

export type From =
  | { k: 'table'; name: string; alias: string }
  | { k: 'rows-of'; call: string; args: Expr[]; ordinality: boolean; alias: string; columns: string[] }
  | { k: 'query'; query: Select; alias: string; columns: string[] }
  | { k: 'join'; kind: 'inner' | 'left' | 'full'; left: From; right: From; on: Expr | null; using: string[] };

export type Cte = { name: string; columns: string[]; statement: Select | Write };

export type Select = {
  k: 'select';
  ctes: Cte[];
  distinct: boolean;
  targets: Target[];
  from: From[];
  where: Expr | null;
  groupBy: Expr[];
  having: Expr | null;
  orderBy: Order[];
  limit: Expr | null;
  lock: { skipLocked: boolean; noWait: boolean } | null;
  union: { all: boolean; with: Select } | null;
  values: Expr[][] | null;
};

export type Assign = { column: string; expr: Expr };
export type Conflict = { columns: string[] | null; set: Assign[] | null; where: Expr | null };

export type Insert = {
  k: 'insert';
  ctes: Cte[];
  table: string;
  alias: string;
  columns: string[];
  source: Select;
  conflict: Conflict | null;
  returning: Target[];
};
export type Update = {
  k: 'update';
  ctes: Cte[];
  table: string;
  alias: string;
  set: Assign[];
  from: From[];
  where: Expr | null;
  returning: Target[];
};
export type Delete = {
  k: 'delete';
  ctes: Cte[];
  table: string;
  alias: string;
  from: From[];
  where: Expr | null;
  returning: Target[];
};
export type Write = Insert | Update | Delete;

export type Control =
  | { k: 'begin' | 'commit' | 'rollback' }
  | { k: 'listen' | 'notify'; channel: string }
  | { k: 'set'; name: string; value: string };

export type Statement = Select | Write | Control;
