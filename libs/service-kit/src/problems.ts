/** The catalogue of problems: which code has which HTTP status and title, and how a problem document looks (RFC 9457). */

export type ProblemCatalogue = Record<string, { status: number; title: string; retryAfterSeconds?: number }>;

export type FieldError = { field: string; message: string };

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  [extra: string]: unknown;
};

/** Codes that every service has; a service's own catalogue is added to these. */
export const kitProblems = {
  VALIDATION_FAILED: { status: 400, title: 'The request does not follow the schema' },
  MALFORMED_REQUEST: { status: 400, title: 'The request is not readable HTTP' },
  MALFORMED_BODY: { status: 400, title: 'The body is not readable' },
  UNAUTHENTICATED: { status: 401, title: 'Who is calling is not known' },
  FORBIDDEN: { status: 403, title: 'The caller may not do this' },
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This method is not offered here' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },
  PRECONDITION_FAILED: { status: 412, title: 'The resource is not in the state the caller expected' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is too large' },
  URI_TOO_LONG: { status: 414, title: 'The address is too long' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The content type of the body is not understood' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  INTERNAL: { status: 500, title: 'Something went wrong on our side' },
  TOO_BUSY: { status: 503, title: 'Too busy at the moment', retryAfterSeconds: 1 },
  DEAD_LETTERS_UNAVAILABLE: {
    status: 503,
    title: 'The dead letters cannot be reached at the moment',
    retryAfterSeconds: 5,
  },
  IDENTITY_UNAVAILABLE: { status: 503, title: 'Tokens cannot be checked at the moment', retryAfterSeconds: 2 },
} as const satisfies ProblemCatalogue;

/** One document for one problem; a code outside the catalogue is a mistake of ours and becomes INTERNAL. */
export function problemOf(
  catalogue: ProblemCatalogue,
  code: string,
  detail: string,
  extras: Record<string, unknown> = {},
): Problem {
  const entry = catalogue[code];
  if (entry === undefined) {
    return problemOf(catalogue, 'INTERNAL', 'The request could not be answered; please try again later.');
  }
  // The extras come first, so that none of them can replace a standard member.
  return { ...extras, type: problemType(code), title: entry.title, status: entry.status, detail, code };
}

/** A stable name for the kind of problem; a URN because it is a name, and no page stands behind it. */
export function problemType(code: string): string {
  return `urn:oms:problem:${code.toLowerCase().replaceAll('_', '-')}`;
}
