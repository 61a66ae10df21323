/** A caller, as its token names it. */

export type Role = 'customer' | 'staff' | 'admin' | 'service';
export type Caller = { id: string; role: Role };
