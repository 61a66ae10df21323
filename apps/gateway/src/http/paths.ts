/** Refuses paths that two programs could interpret differently, such as encoded or dotted ones. */
import { Refusal, type Http } from '@oms/service-kit';

// Segments of letters, digits, - _ ~ and inner dots: no percent-encoding, no empty segment, no `;`, no `.` or `..`.
// No path of ours needs more.
const plain = /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/|$))*$/;

export function refuseAmbiguousPaths(http: Http): void {
  http.addHook('onRequest', (request, _reply, done) => {
    const [path = ''] = (request.raw.url ?? '').split('?', 1);
    if (plain.test(path)) done();
    else
      done(new Refusal('ODD_PATH', 'The path has an encoded, empty or dotted part; write it as in the API document.'));
  });
}
