// Admission to one service: which request may use a connection now, which waits, and which is refused. No caller can take what others need.
import { Refusal } from '@oms/service-kit';

/**
 * What a request is to the business, the most important first. Two kinds are long by intent: a `wait` for a version, and a `stream` of
 * events. Neither ever uses the connections of the others.
 */
export type RequestKind = 'change' | 'read' | 'list' | 'wait' | 'stream';
type LongKind = 'wait' | 'stream';
type ShortKind = Exclude<RequestKind, LongKind>;

/** Whose share is used up: that of the caller, or the capacity for all. */
export type ShedReason = 'caller' | 'capacity';

export type Entering = {
  caller: string;
  kind: RequestKind;
  /** For metrics. */
  route: string;
  start: () => void;
};
export type Shed = (refused: { route: string; kind: RequestKind | 'body'; reason: ShedReason }) => void;

export type AdmissionLimits = {
  /** Connections to the service for short requests. */
  connectionsMax: number;
  /** Of one caller: connections for short requests. */
  callerConnectionsMax: number;
  /** Requests that wait at a time; each has a connection of its own. */
  waitsMax: number;
  /** Of one caller: requests that wait at a time. */
  callerWaitsMax: number;
  /** Event streams at a time; each has a connection of its own. */
  streamsMax: number;
  /** Of one caller: event streams at a time. */
  callerStreamsMax: number;
};

export type Admission = {
  /**
   * Calls `start` at once, or later when it is the caller's turn. The returned function ends the request, whether it has started or not.
   *
   * @throws Refusal TOO_MANY_REQUESTS (the caller's share is used up) or TOO_BUSY (the service's capacity is); after `shed`
   */
  enter(entering: Entering): () => void;
  state(): Readonly<Record<RequestKind, number>> & { waiting: number };
};

/** The parts of the connections, and of the queue, that each kind may use: the rest is reserved for the more important kinds. */
const partOfConnections: Readonly<Record<ShortKind, number>> = { change: 1, read: 0.875, list: 0.5 };
const partOfQueue: Readonly<Record<ShortKind, number>> = { change: 1, read: 0.5, list: 0.25 };
const shortKinds = ['change', 'read', 'list'] as const satisfies ShortKind[];
/** In multiples of the connections. */
const queueLength = 8;
const callerQueueLength = 4;

type Caller = {
  id: string;
  started: number;
  waiting: number;
  long: Record<LongKind, number>;
  queues: Record<ShortKind, Set<Ticket>>;
};
type Ticket = {
  caller: Caller;
  kind: ShortKind;
  route: string;
  start: () => void;
  state: 'waiting' | 'started' | 'ended';
};

/** Callers take turns. The order of the requests of one caller is kept within a kind. */
export function createAdmission(
  service: string,
  { connectionsMax, callerConnectionsMax, waitsMax, callerWaitsMax, streamsMax, callerStreamsMax }: AdmissionLimits,
  shed: Shed,
): Admission {
  const longLimits = {
    wait: { max: waitsMax, callerMax: callerWaitsMax, name: 'long requests' },
    stream: { max: streamsMax, callerMax: callerStreamsMax, name: 'event streams' },
  };
  const callers = new Map<string, Caller>();
  /** By kind: the callers that have a request waiting and are below their own limit, in the order of their turns. */
  const turns: Record<ShortKind, Set<Caller>> = { change: new Set(), read: new Set(), list: new Set() };
  const started: Record<RequestKind, number> = { change: 0, read: 0, list: 0, wait: 0, stream: 0 };
  let startedShort = 0;
  let waiting = 0;
  let isBeginning = false;

  return {
    enter({ caller: id, kind, route, start }) {
      const caller = callerOf(id);
      try {
        return kind === 'wait' || kind === 'stream'
          ? enterLong(kind, caller, route, start)
          : enterShort({ caller, kind, route, start, state: 'waiting' });
      } finally {
        forget(caller);
      }
    },
    state: () => ({ ...started, waiting }),
  };

  function enterLong(kind: LongKind, caller: Caller, route: string, start: () => void): () => void {
    const { max, callerMax, name } = longLimits[kind];
    if (caller.long[kind] >= callerMax) {
      shed({ route, kind, reason: 'caller' });
      throw shareUsedUp(`More than ${callerMax} ${name} to the ${service} service at a time`);
    }
    if (started[kind] >= max) {
      shed({ route, kind, reason: 'capacity' });
      throw tooBusy();
    }
    caller.long[kind] += 1;
    started[kind] += 1;
    let ended = false;
    start();
    return () => {
      if (ended) return;
      ended = true;
      caller.long[kind] -= 1;
      started[kind] -= 1;
      forget(caller);
    };
  }

  function enterShort(ticket: Ticket): () => void {
    const { caller, kind } = ticket;
    if (isFree(kind) && caller.started < callerConnectionsMax && caller.queues[kind].size === 0) begin(ticket);
    else queue(ticket);
    return () => end(ticket);
  }

  function queue(ticket: Ticket): void {
    const { caller, kind, route } = ticket;
    const callerMax = callerQueueLength * callerConnectionsMax;
    if (caller.waiting >= callerMax) {
      shed({ route, kind, reason: 'caller' });
      throw shareUsedUp(`More than ${callerMax} requests to the ${service} service are waiting`);
    }
    if (waiting >= Math.ceil(queueLength * connectionsMax * partOfQueue[kind])) {
      shed({ route, kind, reason: 'capacity' });
      throw tooBusy();
    }
    caller.queues[kind].add(ticket);
    caller.waiting += 1;
    waiting += 1;
    if (caller.started < callerConnectionsMax) turns[kind].add(caller);
  }

  function begin(ticket: Ticket): void {
    ticket.state = 'started';
    ticket.caller.started += 1;
    started[ticket.kind] += 1;
    startedShort += 1;
    if (ticket.caller.started >= callerConnectionsMax) for (const kind of shortKinds) turns[kind].delete(ticket.caller);
    ticket.start();
  }

  function end(ticket: Ticket): void {
    const { caller, state } = ticket;
    if (state === 'ended') return;
    ticket.state = 'ended';
    if (state === 'waiting') {
      leaveQueue(ticket);
    } else {
      caller.started -= 1;
      started[ticket.kind] -= 1;
      startedShort -= 1;
      for (const kind of shortKinds) if (caller.queues[kind].size > 0) turns[kind].add(caller);
      beginNext();
    }
    forget(caller);
  }

  /** A request may end while it begins; the loop then continues, and is not entered again. */
  function beginNext(): void {
    if (isBeginning) return;
    isBeginning = true;
    for (let next = nextTicket(); next !== undefined; next = nextTicket()) {
      leaveQueue(next);
      begin(next);
    }
    isBeginning = false;
  }

  function nextTicket(): Ticket | undefined {
    for (const kind of shortKinds) {
      const [caller] = turns[kind];
      if (caller !== undefined && isFree(kind)) return caller.queues[kind].values().next().value;
    }
    return undefined;
  }

  /** The next turn is another caller's. */
  function leaveQueue(ticket: Ticket): void {
    const { caller, kind } = ticket;
    caller.queues[kind].delete(ticket);
    caller.waiting -= 1;
    waiting -= 1;
    const hasTurn = turns[kind].delete(caller);
    if (hasTurn && caller.queues[kind].size > 0) turns[kind].add(caller);
  }

  function isFree(kind: ShortKind): boolean {
    return startedShort < Math.ceil(connectionsMax * partOfConnections[kind]);
  }

  function callerOf(id: string): Caller {
    let caller = callers.get(id);
    if (caller === undefined) {
      const queues = { change: new Set<Ticket>(), read: new Set<Ticket>(), list: new Set<Ticket>() };
      callers.set(id, (caller = { id, started: 0, waiting: 0, long: { wait: 0, stream: 0 }, queues }));
    }
    return caller;
  }

  function forget({ id, started: running, waiting: queued, long }: Caller): void {
    if (running + queued + long.wait + long.stream === 0) callers.delete(id);
  }

  function shareUsedUp(what: string): Refusal {
    return new Refusal('TOO_MANY_REQUESTS', `${what}; wait for some of the replies, then continue.`, { service });
  }

  function tooBusy(): Refusal {
    const detail = `The ${service} service has too many requests at the moment; try again shortly.`;
    return new Refusal('TOO_BUSY', detail, { service });
  }
}
