// Words that once had a meaning of their own in this code, each with the field's term that replaced it. replaced-words.test.ts finds them.

type ReplacedWord = {
  /** All forms of the word, in lower case. Parts of identifiers count: `wishFor` has the word wish. */
  words: readonly string[];
  /** What to say instead. */
  say: string;
  /** Files in which the word is right, or is a name that users rely on. */
  except?: RegExp;
};

export const replacedWords: readonly ReplacedWord[] = [
  {
    words: ['told'],
    say: 'published, notified, reported',
    // The deprecated field of an order's state, for one more release, and a note that ledgers keep.
    except:
      /^apps\/(order\/(src\/http\/|test\/order-states|README)|inventory\/(src\/clients\/order|(src\/recovery|test)\/plan-item-recovery))/,
  },
  { words: ['wish', 'wishes', 'wished'], say: 'command, request, expected' },
  { words: ['misfit', 'misfits'], say: 'violation' },
  { words: ['particulars'], say: 'details' },
  { words: ['receipt', 'receipts'], say: 'idempotency record' },
  { words: ['lane', 'lanes'], say: 'partition queue, delivery worker, batch' },
  { words: ['desk', 'desks'], say: 'dead-letter admin' },
  { words: ['letters'], say: 'dead letters' },
  { words: ['bury', 'buries', 'buried', 'burial'], say: 'send to the dead letters' },
  {
    words: ['parked', 'parking'],
    say: 'buffered',
    // The table, the metrics and the alert keep their names.
    except: /^libs\/messaging\/(src\/consumer|src\/evidence|test)\/|^docs\/runbooks\/parked-too-long\.md$/,
  },
  { words: ['judge', 'judges', 'judged', 'verdict', 'verdicts'], say: 'plan, decide, result' },
  { words: ['hear', 'hears', 'heard', 'hearing'], say: 'consume, receive' },
  { words: ['standing'], say: 'state, health, existing' },
  { words: ['handover', 'nudge', 'nudges', 'nudged'], say: 'enqueue, notify' },
  { words: ['books', 'survey', 'surveys'], say: 'ledger, audit, invariants, reconciliation' },
  {
    words: ['finding', 'findings'],
    say: 'discrepancy, violation, error',
    // The field of the reports of reconcile and recover keeps its name.
    except:
      /^apps\/inventory\/(src|test)\/(http\/)?reconciliation|^libs\/service-kit\/(src|test)\/recover-program|^tools\/(dev\/reconcile|verification\/(bench\/reconcile|drill|journey\/reconciliation))/,
  },
  { words: ['clockwork'], say: 'periodic job' },
  { words: ['town', 'ghost', 'ghosts', 'dice', 'victim', 'victims'], say: 'system, bad input, seeded random, target' },
  {
    words: ['sights'],
    say: 'dashboard check, screenshot',
    // The deprecated command, for one more release.
    except: /^package\.json$|^tools\/observability\/dashboard-check\/main/,
  },
  { words: ['fleet'], say: 'instances' },
  { words: ['yardstick'], say: 'baseline' },
  { words: ['disaster', 'disasters'], say: 'data loss' },
  { words: ['notices'], say: 'notifications, detects' },
  { words: ['house', 'room', 'rooms'], say: 'structure, folder, capacity' },
  {
    words: ['door', 'doors'],
    say: 'entry point, gateway, port, API',
    // The deprecated option and the deprecated value of the chart, for one more release.
    except: /^tools\/verification\/(bench|race)\/main|^k8s\/chart\/(templates\/networkpolicy|values\.schema)/,
  },
  { words: ['story', 'stories'], say: 'scenario, history' },
  { words: ['news'], say: 'messages, events' },
];

/** Phrases in which such a word is the right one, after identifiers were taken apart. */
const right =
  /dead[ _-]letters|letters(?=,? (?:and )?(?:digits|numbers)\b)|messaging[._](?:consumer_)?parked\w*|parked[ -]too[ -]long|channels\/lane\.ts/gi;

/** @returns one line for each use: where it is, and what to say instead */
export function findReplacedWords(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const found = wordsOf(line);
    return replacedWords
      .filter(({ except }) => except?.test(file) !== true)
      .flatMap(({ words, say }) =>
        words.filter((word) => found.has(word)).map((word) => `${file}:${index + 1}: '${word}' - say ${say}`),
      );
  });
}

/** In lower case; identifiers are taken apart. */
function wordsOf(line: string): Set<string> {
  const apart = line.replace(/([a-z])([A-Z])/g, '$1 $2').replace(right, ' ');
  return new Set(apart.toLowerCase().match(/[a-z]+/g) ?? []);
}
