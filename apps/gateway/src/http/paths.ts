// Paths are taken only as they are plainly written, so that no two programs can read one path differently.
import { Refusal, type Http } from '@oms/service-kit';

// Segments of letters, digits, - _ ~ and inner dots: no percent-encoding, no empty segment, no `;`, no `.` or `..`.
// Nothing that we serve needs more.
const plain = /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/|$))*$/;

export function refuseOddPaths(http: Http): void {
  http.addHook('onRequest', (request, _reply, done) => {
    const [path = ''] = (request.raw.url ?? '').split('?', 1);
    if (plain.test(path)) done();
    else
      done(
        new Refusal(
          'ODD_PATH',
          'The path has an encoded, empty or dotted part; write it plainly, as in the documents.',
        ),
      );
  });
}
