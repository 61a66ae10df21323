// Symbols of enums, and names of records, enums and fixed types.
import { field, line, many, may, mayNot, optional, record, status, stricter, withIt } from './evolution-case.ts';

const both = (first: string) => record(field('a', status('X')), field('b', first));
const open = (...symbols: string[]) => withIt({ ...status(...symbols), default: 'UNKNOWN' });

export const nameCases = [
  may('symbols may change places', withIt(status('A', 'B')), withIt(status('B', 'A'))),
  may('a symbol may come where an unknown one has a default', open('UNKNOWN', 'A'), open('UNKNOWN', 'A', 'B')),
  may('a symbol may go where an unknown one has a default', open('UNKNOWN', 'A', 'B'), open('UNKNOWN', 'A')),
  may('a default symbol may be added', withIt(status('UNKNOWN', 'A')), open('UNKNOWN', 'A')),
  may('a named type may be named by its full name', both('Status'), both('oms.test.Status')),
  may('an alias of the record itself does nothing', record(), { ...record(), aliases: ['Something'] }),
  may('a nullable enum may come', record(), record(optional('it', status('A')))),
  mayNot('a symbol may not come', 'it', withIt(status('A')), withIt(status('A', 'B'))),
  mayNot('a symbol may not go', 'it', withIt(status('A', 'B')), withIt(status('A'))),
  mayNot('a symbol may not be renamed', 'it', withIt(status('A', 'B')), withIt(status('A', 'C'))),
  mayNot(
    'a symbol may not come with the first default',
    'it',
    withIt(status('UNKNOWN', 'A')),
    open('UNKNOWN', 'A', 'B'),
  ),
  mayNot('a symbol may not come in a list', 'it[]', withIt(many(status('A'))), withIt(many(status('A', 'B')))),
  mayNot(
    'a symbol may not come in a nullable enum',
    'it',
    record(optional('it', status('A'))),
    record(optional('it', status('A', 'B'))),
  ),
  mayNot('an enum may not be renamed', 'it', withIt(status('A')), withIt({ ...status('A'), name: 'State' })),
  mayNot(
    'an enum may not be renamed, even by an alias',
    'it',
    withIt(status('A')),
    withIt({ ...status('A'), name: 'State', aliases: ['Status'] }),
  ),
  mayNot('the record may not be renamed', '', record(), { ...record(), name: 'Other' }),
  mayNot('the record may not be renamed, even by an alias', '', record(), {
    ...record(),
    name: 'Other',
    aliases: ['Thing'],
  }),
  mayNot('a record inside may not be renamed', 'it', withIt(line()), withIt({ ...line(), name: 'Row' })),
  mayNot(
    'a fixed may not be renamed',
    'it',
    withIt({ type: 'fixed', name: 'Hash', size: 16 }),
    withIt({ type: 'fixed', name: 'Digest', size: 16 }),
  ),
  stricter(
    'the record may not move to another namespace',
    'the registry compares short names; a subject and a message are found by the whole name',
    '',
    record(),
    { ...record(), namespace: 'oms.other' },
  ),
];
