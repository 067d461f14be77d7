import { describe, expect, it } from 'vitest';
import { parseFrame } from './frame.ts';

describe('parseFrame', () => {
  it('reads calls, results and errors', () => {
    expect(parseFrame('[2,"1","Heartbeat",{}]')).toEqual({
      type: 'call',
      id: '1',
      action: 'Heartbeat',
      payload: {},
    });
    expect(parseFrame('[2,"1","Heartbeat",null]')).toMatchObject({ type: 'call', payload: {} });
    expect(parseFrame('[3,"1",{"a":1}]')).toEqual({ type: 'result', id: '1', payload: { a: 1 } });
    expect(parseFrame('[4,"1","NotSupported","no",{}]')).toEqual({
      type: 'error',
      id: '1',
      code: 'NotSupported',
      description: 'no',
    });
    expect(parseFrame('[4,"1"]')).toMatchObject({ type: 'error', code: 'GenericError' });
  });

  it('never takes a broken answer for a call that wants one', () => {
    expect(parseFrame('[3,"1",[]]')).toMatchObject({ type: 'bad', isCall: false });
    expect(parseFrame('[3,5,{}]')).toMatchObject({ type: 'bad', isCall: false });
  });

  it.each([
    ['', 'unreadable'],
    ['5', 'unreadable'],
    ['[]', 'unreadable'],
    ['[2]', 'unreadable'],
    ['[2,"","A",{}]', 'unreadable'],
    ['["2","1","A",{}]', 'messageType'],
    ['[5,"1",{}]', 'messageType'],
    ['[2,"1",7,{}]', 'format'],
    ['[2,"1","A",{},{}]', 'format'],
    ['[2,"1","A",{"a":"\\u0000"}]', 'format'],
    ['[2,"1","A",{"\\u005f_proto__":1}]', 'format'],
    ['[2,"1","A",{"a":{"constructor":1}}]', 'format'],
    ['[2,"1","A",{"a":-1e999}]', 'format'],
  ])('refuses %s as %s', (text, kind) => {
    expect(parseFrame(text)).toMatchObject({ type: 'bad', kind });
  });

  it('an allowed word in a value is no key', () => {
    expect(parseFrame('[2,"1","A",{"a":"__proto__ constructor","b":"\\u00e9"}]')).toMatchObject({
      type: 'call',
    });
  });
});
