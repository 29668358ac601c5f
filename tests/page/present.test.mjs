// What of the present is added up: no byte twice, whatever else is measured.
import assert from 'node:assert/strict';
import test from 'node:test';
import { modelOf } from '../../collector/web/assets/js/overview_model.js';

const overview = (now, interfaces = []) => modelOf({ time: 1795966277, now, interfaces, sinks: [] });
const each = (name, counts) => ({ interface: name, counts, received: 5, sent: 1, inside: null, kind: '', spark: [] });

test('what runs inside another interface, or nowhere, is not added up', () => {
  const model = overview({ received: 5, sent: 1, interfaces: [each('lo', false), each('eth0', true), each('wg0', false)] });
  assert.deepEqual(model.counted, ['eth0']);
});

test('none that counts is none, and not all', () => {
  assert.deepEqual(overview({ received: 0, sent: 0, interfaces: [each('lo', false)] }).counted, []);
  assert.deepEqual(overview(null, [each('lo', false)]).counted, []);
});

test('while nothing is known of the present, the history says it', () => {
  assert.deepEqual(overview(null, [each('eth0', true), each('wg0', false)]).counted, ['eth0']);
  assert.equal(overview(null).counted, null);
});
