// A mail server, Slack and a webhook receiver: they accept a message, refuse it, are unreachable, or accept it without an answer.

import type { Delivery, Sender, Senders } from '../../../../apps/notification/src/channels/channel.ts';
import type { Outcome } from '../../../../apps/notification/src/domain/notification.ts';
import type { Channel } from '../../../../apps/notification/src/domain/rules.ts';
import type { Process } from '../world/process.ts';
import { happens, type World } from '../world/world.ts';

export type Providers = {
  sendersFor(process: Process): Senders;
  /** How often each notification was taken, by its id. */
  accepted: ReadonlyMap<string, number>;
};

const channels: readonly Channel[] = ['EMAIL', 'SLACK', 'WEBHOOK'];

export function createProviders(world: World): Providers {
  const { scheduler, random, trace } = world;
  const accepted = new Map<string, number>();
  return {
    accepted,
    sendersFor: (process) => Object.fromEntries(channels.map((channel) => [channel, senderOf(process)])),
  };

  function senderOf(process: Process): Sender {
    return {
      send: (delivery) =>
        new Promise((resolve) => {
          if (process.alive) scheduler.after(wayMs(), null, () => arrive(process, delivery, resolve));
        }),
      close: () => {},
    };
  }

  function arrive(process: Process, delivery: Delivery, resolve: (outcome: Outcome) => void): void {
    const answer = (outcome: Outcome, afterMs = wayMs()) =>
      void scheduler.after(afterMs, process, () => resolve(outcome));
    if (happens(world, 'provider: not reached'))
      return answer({ kind: 'refused', reason: 'not reached: ECONNREFUSED' });
    if (happens(world, 'provider: refuses')) {
      const pause = random.chance(0.3) ? { retryAfterMs: 1_000 } : {};
      return answer({ kind: 'refused', reason: 'answered 503', ...pause });
    }
    const silent = happens(world, 'provider: answer lost');
    if (!silent || random.chance(0.7)) {
      accepted.set(delivery.id, (accepted.get(delivery.id) ?? 0) + 1);
      trace.add(
        'provider',
        `takes ${delivery.channel} ${delivery.id.slice(0, 8)}${silent ? ', and its answer is lost' : ''}`,
        [delivery.id],
      );
    }
    if (silent) answer({ kind: 'unanswered', reason: 'no answer: timed out' }, random.uniform(10, 4_000));
    else answer({ kind: 'accepted' });
  }

  function wayMs(): number {
    return happens(world, 'provider: slow') ? random.uniform(500, 3_000) : random.uniform(1, 40);
  }
}
