/** The style sheet of the pages about messages, similar to the page of the HTTP API. */

export const style = `:root { color-scheme: light; }
body { margin: 0; color: #3b4151; background: #fff; font: 15px/1.5 sans-serif; }
nav { padding: 12px 20px; background: #f7f7f7; border-bottom: 1px solid #d9d9d9; }
nav a { margin-right: 20px; font-weight: bold; }
main { max-width: 1100px; margin: 0 auto; padding: 10px 20px 60px; }
a { color: #3557a5; }
h1 { font-size: 32px; margin: 24px 0 8px; }
h2 { font-size: 22px; margin: 36px 0 8px; border-bottom: 1px solid #d9d9d9; }
table { width: 100%; border-collapse: collapse; margin: 12px 0; }
th, td { padding: 6px 12px 6px 0; text-align: left; vertical-align: top; border-bottom: 1px solid #ebebeb; }
td { overflow-wrap: anywhere; }
td:first-child { min-width: 9em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; }
dt { font-weight: bold; }
dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: 13px/1.5 monospace; }
pre { padding: 12px; overflow: auto; color: #fff; background: #333; border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; margin: 8px 0; }
`;
