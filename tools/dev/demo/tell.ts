// The output of the demo: numbered steps, each with what the services have recorded.
import { styleText } from 'node:util';

let step = 0;

export function tellStep(title: string): void {
  console.log(`\n${styleText('bold', `${(step += 1)}. ${title}`)}`);
}

/** One line of what `who` saw. */
export function tell(
  who: 'customer' | 'staff' | 'order' | 'inventory' | 'analytics' | 'notification',
  what: string,
): void {
  console.log(`   ${styleText('cyan', who.padEnd(13))}${what}`);
}
