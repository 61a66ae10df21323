// Loaded into a service before its own code (`node --import`): each SIGWINCH makes its clock jump, as a corrected clock of a machine
// does (no signal that a process takes for its end: those are taken). Timers and performance.now() continue, as they do there.

const stepsMs = [45_000, -45_000, 0];
const RealDate = Date;
const realNow = () => RealDate.now();
let step = stepsMs.length - 1;

const now = () => realNow() + stepsMs[step];
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, as) =>
    Reflect.construct(target, args.length > 0 ? args : [now()], as === globalThis.Date ? target : as),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

process.on('SIGWINCH', () => {
  step = (step + 1) % stepsMs.length;
  console.error(`The clock was stepped: it is ${stepsMs[step]} ms ahead now.`);
});
