// The memory for bodies that are being received or forwarded: bounded in total, and for each caller.
import { Refusal } from '@oms/service-kit';
import type { Shed } from './admission.ts';

/** The memory of one body. */
export type BodyAccount = {
  /** @throws Refusal when there is no memory for so many more bytes; after `shed` */
  add(bytes: number): void;
  /** Returns all of it; may be called more than once. */
  free(): void;
};

export type BodyMemory = {
  /** @param route for metrics; @throws Refusal as `add` does */
  open(caller: string, route: string): BodyAccount;
  usedBytes(): number;
};

/** Each body counts as at least so much, so that the number of bodies is bounded too. */
const bodyBytesMin = 16_384;

export function createBodyMemory(
  { totalBytesMax, callerBytesMax }: { totalBytesMax: number; callerBytesMax: number },
  shed: Shed,
): BodyMemory {
  const byCaller = new Map<string, number>();
  let usedBytes = 0;

  return {
    usedBytes: () => usedBytes,
    open(caller, route) {
      let receivedBytes = 0;
      let reservedBytes = 0;
      reserve(bodyBytesMin);
      return {
        add(bytes) {
          receivedBytes += bytes;
          if (receivedBytes > reservedBytes) reserve(receivedBytes - reservedBytes);
        },
        free() {
          change(-reservedBytes);
        },
      };

      function reserve(bytes: number): void {
        if ((byCaller.get(caller) ?? 0) + bytes > callerBytesMax) {
          shed({ route, kind: 'body', reason: 'caller' });
          throw new Refusal(
            'TOO_MANY_REQUESTS',
            'Too many bodies are being sent at the same time; wait for some of the replies, then continue.',
          );
        }
        if (usedBytes + bytes > totalBytesMax) {
          shed({ route, kind: 'body', reason: 'capacity' });
          throw new Refusal('TOO_BUSY', 'Too many bodies are being received at the moment; try again shortly.');
        }
        change(bytes);
      }

      function change(bytes: number): void {
        reservedBytes += bytes;
        usedBytes += bytes;
        const ofCaller = (byCaller.get(caller) ?? 0) + bytes;
        if (ofCaller > 0) byCaller.set(caller, ofCaller);
        else byCaller.delete(caller);
      }
    },
  };
}
