// The page of the posts receiver: one file, no request to other hosts; posted content is only ever set as text, never as HTML.

export const postsPage = /* html */ `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Posts to Slack and webhooks</title>
<style>
  :root { color-scheme: light dark; --line: light-dark(#e3e5e8, #33373d); --soft: light-dark(#5c6470, #9aa3af);
    --card: light-dark(#fff, #1d2025); --page: light-dark(#f6f7f9, #14161a); --accent: light-dark(#4a154b, #d9a6dc); }
  * { box-sizing: border-box; }
  body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: var(--page); }
  header { position: sticky; top: 0; display: flex; flex-wrap: wrap; gap: .75rem; align-items: baseline;
    padding: .9rem 1.25rem; background: var(--card); border-bottom: 1px solid var(--line); }
  h1 { font-size: 1.05rem; margin: 0; }
  header .count { color: var(--soft); margin-right: auto; }
  button, select { font: inherit; padding: .2rem .7rem; border: 1px solid var(--line); border-radius: 6px;
    background: var(--card); color: inherit; cursor: pointer; }
  main { max-width: 60rem; margin: 1.25rem auto; padding: 0 1.25rem; display: grid; gap: .75rem; }
  article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem; }
  .meta { display: flex; flex-wrap: wrap; gap: .6rem; color: var(--soft); font-size: .85rem; }
  .channel { font-weight: 600; color: var(--accent); text-transform: capitalize; }
  .text { margin: .35rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
  details { margin-top: .4rem; color: var(--soft); font-size: .85rem; }
  pre { margin: .4rem 0 0; overflow-x: auto; padding: .6rem; border-radius: 6px; background: var(--page); }
  .empty { color: var(--soft); text-align: center; padding: 3rem 0; }
</style>
</head>
<body>
<header>
  <h1>Posts to Slack and webhooks</h1>
  <span class="count" id="count" role="status"></span>
  <label>Show <select id="channel"><option value="">all</option><option value="slack">Slack</option><option value="webhook">webhooks</option></select></label>
  <button id="clear" type="button">Clear</button>
</header>
<main id="posts"></main>
<script>
  const list = document.getElementById('posts');
  const count = document.getElementById('count');
  const channel = document.getElementById('channel');
  let shown = null;

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function card(post) {
    const article = element('article');
    const meta = element('div', 'meta');
    meta.append(element('span', 'channel', post.channel), element('span', '', post.path),
      element('time', '', new Date(post.receivedAt).toLocaleString()));
    const body = post.body;
    const text = typeof body === 'string' ? body : body && typeof body.text === 'string' ? body.text : null;
    article.append(meta);
    article.append(element('p', 'text', text ?? JSON.stringify(body)));
    const details = element('details');
    details.append(element('summary', '', 'headers and body'),
      element('pre', '', JSON.stringify({ headers: post.headers, body }, null, 2)));
    article.append(details);
    return article;
  }

  async function refresh() {
    try {
      const posts = await (await fetch('/api/posts')).json();
      const chosen = posts.filter((post) => !channel.value || post.channel === channel.value);
      const key = channel.value + chosen.length + (chosen[0]?.id ?? '');
      count.textContent = posts.length === 0 ? 'nothing posted yet' : posts.length + ' kept, newest first';
      if (key === shown) return;
      shown = key;
      list.replaceChildren(...(chosen.length ? chosen.map(card) : [element('p', 'empty', 'What is posted appears here by itself.')]));
    } catch {
      count.textContent = 'the catcher does not answer; trying again';
    }
  }

  channel.onchange = refresh;
  document.getElementById('clear').onclick = async () => { await fetch('/api/posts', { method: 'DELETE' }); refresh(); };
  refresh();
  setInterval(refresh, 2000);
</script>
</body>
</html>
`;
