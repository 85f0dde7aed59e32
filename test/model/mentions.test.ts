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
    [{ why: 'superuser:al' }, false],
    [{ link: 'https://iam/grants/user:al' }, true],
    [{ note: 'revoked_user:al for-user:b' }, true],
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

describe('JSON names an object by a number', () => {
  it.each<[string, string, boolean]>([
    ['90210', '{"user_id":90210}', true],
    ['90210', '{"list":[1,[90210]]}', true],
    ['90210', '{"90210":1}', true],
    ['90210', '{"user_id":90210.5}', false],
    ['90210', '{"user_id":-90210}', false],
    ['90210', '{"user_id":902101}', false],
    ['90210', '{"why":"see 90210"}', false],
    ['-7', '{"n":-7}', true],
    ['0', '{"n":0}', true],
    ['1.5', '{"n":1.5}', true],
    ['1e+21', '{"n":1e+21}', true],
    // A number cannot hold it; what it becomes is as near as one gets.
    ['9007199254740993', '{"n":9007199254740992}', true],
    ['1000000000000000000000', '{"n":1e+21}', true],
    ['007', '{"n":7}', false],
    ['1.50', '{"n":1.5}', false],
    ['0x10', '{"n":16}', false],
    ['1e3', '{"n":1000}', false],
    ['true', '{"n":true}', false],
    ['null', '{"n":null}', false],
    ['Infinity', '{"n":1}', false],
    ['NaN', '{"n":null}', false],
  ])('%s in %s: %s', (id, json, expected) => {
    expect(jsonMentions(json, { type: 'user', id })).toBe(expected);
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
