import { describe, expect, it } from 'vitest';
import { actionSentence, auditCsvRows, changeSentence } from './audit-sentences.ts';

const change = { table: 'power_limit', before: 'a', after: 'a', columns: ['limit_w'] };

describe('an entry of the record', () => {
  it('says what was done, and names a procedure that has no words yet', () => {
    expect(actionSentence('organisation.removeMember')).toBe('Removed a member');
    expect(actionSentence('new.procedure')).toBe('new.procedure');
  });
  it('tells of each row whether it was made, changed or deleted', () => {
    expect(changeSentence(change)).toBe('power_limit a: limit_w');
    expect(changeSentence({ ...change, before: null })).toBe('power_limit a made');
    expect(changeSentence({ ...change, after: null })).toBe('power_limit a deleted');
    expect(changeSentence({ more: true })).toBe('and more');
  });
  it('is a line of the file for each changed row', () => {
    const entry = {
      id: '1',
      happenedAt: new Date('2026-11-22T10:00:00Z'),
      action: 'fleet.setSiteLimit',
      changes: [change, { ...change, before: null }],
      address: '192.0.2.1',
      actor: 'Alex',
    };
    expect(auditCsvRows([entry])).toEqual([
      ['2026-11-22T10:00:00.000Z', 'Alex', 'fleet.setSiteLimit', 'power_limit', 'a', 'a', 'limit_w', '192.0.2.1'],
      ['2026-11-22T10:00:00.000Z', 'Alex', 'fleet.setSiteLimit', 'power_limit', null, 'a', 'limit_w', '192.0.2.1'],
    ]);
  });
});
