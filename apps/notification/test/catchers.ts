// What the development stack's catchers got: the mails on maildev's page, the posts on the posts page.
import { testStack } from '@oms/test-kit';

export type CaughtMail = {
  subject: string;
  to: { address: string }[];
  from: { address: string }[];
  text: string;
  html: string;
  headers: Record<string, string>;
};

export type CaughtPost = {
  channel: 'slack' | 'webhook';
  headers: Record<string, string>;
  body: { text?: string; type?: string; data?: Record<string, unknown> };
};

export async function mailsAbout(part: string): Promise<CaughtMail[]> {
  const mails = await get<CaughtMail[]>(`${testStack().mailPageUrl}/api/email`);
  return mails.filter(({ subject, text }) => `${subject} ${text}`.includes(part));
}

/** Newest first. */
export async function postsAbout(part: string): Promise<CaughtPost[]> {
  const posts = await get<CaughtPost[]>(`${testStack().postsPageUrl}/api/posts`);
  return posts.filter(({ body, headers }) => JSON.stringify({ body, headers }).includes(part));
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}
