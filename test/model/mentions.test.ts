import { describe, expect, it } from 'vitest';
import { jsonMentions, messageMentions } from '../../src/model/mentions.ts';

const AL = { type: 'user', id: 'al' };

describe('JSON names an object', () => {
  it.each<[object, boolean]>([
    [{ for: 'al' }, true],
    [{ al: 1 }, true],
    [{ list: [{ deep: ['al'] }] }, true],
    [{ why: 'user:al asked' }, true],
    [{ why: 'asked by user:al' }, true],
    [{ why: 'user:al.' }, true],
    [{ why: '(user:al), user:bo' }, true],
    [{ 'user:al': null }, true],
    [{ why: 'user:al#member' }, true],
    [{ why: 'user:al/x' }, true],
    [{ why: 'user:alice and user:al' }, true],
    [{ why: '«user:al»' }, true],
    [{ why: 'al asked' }, false],
    [{ why: 'user:alice' }, false],
    [{ why: 'user:al.smith@example.org' }, false],
    [{ why: 'user:al-2' }, false],
    [{ why: 'user:al_' }, false],
    [{ why: 'user:alé' }, false],
    [{ why: 'user:al\u0301' }, false],
    [{ why: 'superuser:al' }, false],
    [{ why: 'org/user:al' }, false],
    [{ why: 'team:al' }, false],
    [{ why: 'User:al', n: 1, t: true, no: null }, false],
    [{}, false],
  ])('%j: %s', (metadata, expected) => {
    expect(jsonMentions(JSON.stringify(metadata), AL)).toBe(expected);
  });

  it('whatever JSON makes of its id', () => {
    for (const id of ['quo"te', 'back\\slash', '/', 'é\u2028', '$&', '(.*)', '.', '+']) {
      const object = { type: 'user', id };
      expect(jsonMentions(JSON.stringify({ for: id }), object)).toBe(true);
      expect(jsonMentions(JSON.stringify({ why: `see user:${id}!` }), object)).toBe(true);
      expect(jsonMentions(JSON.stringify({ why: `see user:x${id}` }), object)).toBe(false);
    }
  });
});

describe('a message names an object', () => {
  it.each([
    ['`user:al` may not', true],
    ['`team:a#member@user:al`: no', true],
    ['there is no `al`', true],
    ['`user:alice` may not', false],
    ['`alice`', false],
    // Cut short, nobody can tell who it was.
    ['`team:a#member@user:a…` (90 characters)', true],
    ['`user:b…` (90 characters)', false],
    ['`user:…` (90 characters)', false],
    ['`user:b…` and `user:a…`', true],
  ])('%s: %s', (message, expected) => {
    expect(messageMentions(message, AL)).toBe(expected);
  });
});
