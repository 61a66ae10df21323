#!/usr/bin/env node
// `npx oms <command>`: the same as `npm run oms -- <command>`. Plain JavaScript that any Node from 18 on reads.
process.argv.splice(2, 0, 'tools/dev/oms/main.ts');
await import('../../repo/bootstrap.mjs');
