// A run that starts two children, reports it, and runs until it is killed: `children.test.ts` kills it.
import { startChild } from '../child.ts';
import { claim, dataFolder } from '../data-folder.ts';

const folder = dataFolder(process.argv[2] ?? '');
await claim(folder);
const sleeper = (name: string, script: string) =>
  startChild({
    name,
    command: process.execPath,
    args: ['-e', script],
    logFile: `${folder.logs}/${name}.log`,
    runDir: folder.run,
  });
const children = [
  sleeper('willing', 'setInterval(() => {}, 1e6)'),
  sleeper('stubborn', 'process.on("SIGTERM", () => {}); console.log("deaf"); setInterval(() => {}, 1e6)'),
];
while (!children[1]?.output().includes('deaf')) await new Promise((resolve) => setTimeout(resolve, 10));
console.log(JSON.stringify({ children: children.map(({ pid }) => pid) }));
setInterval(() => {}, 1e6);
