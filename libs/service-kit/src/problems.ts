/** The problem catalogue: the HTTP status and title of each code, and the problem document (RFC 9457). */

export type ProblemCatalogue = Record<string, ProblemKind>;
export type ProblemKind = {
  status: number;
  title: string;
  retryAfterSeconds?: number;
  /** For the API document: a detail, and the members that only this problem has. */
  example?: { detail: string; [member: string]: unknown };
};

export type FieldError = { field: string; message: string };

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  [extra: string]: unknown;
};

/** Codes of every service; a service adds its own catalogue. */
export const kitProblems = {
  VALIDATION_FAILED: { status: 400, title: 'The request does not match the schema' },
  MALFORMED_REQUEST: { status: 400, title: 'The request is not valid HTTP' },
  MALFORMED_BODY: { status: 400, title: 'The body cannot be parsed' },
  UNAUTHENTICATED: { status: 401, title: 'The caller is not authenticated' },
  FORBIDDEN: { status: 403, title: 'The caller may not do this' },
  NOT_FOUND: { status: 404, title: 'The resource does not exist' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The resource does not support this method' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },
  PRECONDITION_FAILED: { status: 412, title: 'The resource is not in the state the caller expected' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is too large' },
  URI_TOO_LONG: { status: 414, title: 'The address is too long' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The content type of the body is not supported' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  EXPECTATION_FAILED: { status: 417, title: 'The expectation cannot be met' },
  // As nginx counts it. Nobody gets the reply; it is for metrics and logs.
  CLIENT_CLOSED_REQUEST: { status: 499, title: 'The caller disconnected before the request was complete' },
  INTERNAL: { status: 500, title: 'Internal error' },
  DEADLINE_EXCEEDED: { status: 503, title: 'The request was not answered in time', retryAfterSeconds: 1 },
  TOO_BUSY: { status: 503, title: 'Too many requests at the moment', retryAfterSeconds: 1 },
  DEAD_LETTERS_UNAVAILABLE: {
    status: 503,
    title: 'Dead letters are not available at the moment',
    retryAfterSeconds: 5,
  },
  IDENTITY_UNAVAILABLE: { status: 503, title: 'Tokens cannot be verified at the moment', retryAfterSeconds: 2 },
} as const satisfies ProblemCatalogue;

/** For the catalogue of a service with a database: then an outage of the database (`@oms/outage`) is answered with this code. */
export const databaseProblems = {
  DATABASE_UNAVAILABLE: { status: 503, title: 'The database is not available at the moment', retryAfterSeconds: 2 },
} as const satisfies ProblemCatalogue;

/** The document of a problem; a code outside of the catalogue is a bug of ours, and becomes INTERNAL. */
export function problemOf(
  catalogue: ProblemCatalogue,
  code: string,
  detail: string,
  extras: Record<string, unknown> = {},
): Problem {
  const entry = catalogue[code];
  if (entry === undefined) {
    return problemOf(catalogue, 'INTERNAL', 'The request failed. Try again later.');
  }
  // Extras first, so that they cannot replace a standard member.
  return { ...extras, type: problemType(code), title: entry.title, status: entry.status, detail, code };
}

/** A stable name of the problem type; a URN, because it is a name and not the address of a page. */
export function problemType(code: string): string {
  return `urn:oms:problem:${code.toLowerCase().replaceAll('_', '-')}`;
}
