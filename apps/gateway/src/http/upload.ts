// Passes on the body of an upload as it arrives, as fast as the service reads it, and ends an upload that is idle.
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';

export type Upload = {
  /** For the request to the service. When it is destroyed, the rest of the caller's body is discarded, so that the caller can read its reply. */
  body: Readable;
  /** The other direction moves: the upload is not idle. */
  touch(): void;
  end(): void;
};

/** @param onEnd nothing has moved for `idleMs`, or the caller has disconnected */
export function streamUpload(
  request: IncomingMessage,
  { idleMs, onEnd }: { idleMs: number; onEnd: (reason: string) => void },
): Upload {
  const body = new PassThrough();
  const idle = setTimeout(() => onEnd('the upload is idle'), idleMs).unref();
  const touch = () => void idle.refresh();
  request.on('data', touch);
  request.pipe(body);
  body.once('close', discardRest).on('error', discardRest);
  request.once('close', () => {
    if (!request.complete) onEnd('the caller has disconnected');
    if (!request.complete) body.destroy();
  });
  return { body, touch, end };

  function end(): void {
    clearTimeout(idle);
    request.off('data', touch);
    if (!request.complete) discardRest();
  }

  function discardRest(): void {
    request.unpipe(body);
    request.resume();
  }
}
