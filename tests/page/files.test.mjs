// The page's files as a whole: how large, what they load, and that nothing comes from elsewhere.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';

const folder = new URL('../../collector/web/assets/', import.meta.url).pathname;
const names = fs.readdirSync(folder, { recursive: true }).filter(name => /\.(html|css|js|svg)$/.test(name)).sort();
const read = name => fs.readFileSync(path.join(folder, name), 'utf8');
// As embed.cmake packs them.
// Spaces around signs; texts have none of those (below).
const between = / (=>|===|!==|&&|\|\||\?\??|:|=|\+|\*|<=?|>=|\{|\}) /g;
const served = {
  '.js': text => text.replace(/^ *\/\/.*\n/gm, '').replace(/^ +/gm, '').replace(between, '$1').replaceAll(') {', '){'),
  '.css': text => text.replace(/\/\*[^*]*\*\//g, '').replace(/\n */g, '\n').replace(/([{:;,]) | ({)/g, '$1$2').replace(/;? }/g, '}'),
};
const packed = name => zlib.gzipSync((served[path.extname(name)] ?? String)(read(name)), { level: 9 }).length;
const index = read('index.html');

const imports = name => [...read(name).matchAll(/^import\s[^;]*?from\s'\.\/(\w+\.js)';/gms)].map(found => `js/${found[1]}`);

function withImports(start) {
  const found = new Set();
  const add = name => found.has(name) || (found.add(name), imports(name).forEach(add));
  start.forEach(add);
  return [...found].sort();
}

test('the first screen is 40 KB at most, all pages 120 KB', t => {
  const asked = [...index.matchAll(/"assets\/([\w./]+)"/g)].map(found => found[1]);
  const first = new Set(['index.html', ...asked, ...withImports(['js/app.js', 'js/overview_below.js'])]);
  const size = [...first].reduce((sum, name) => sum + packed(name), 0);
  const all = names.reduce((sum, name) => sum + packed(name), 0);
  t.diagnostic(`first screen ${size} bytes in ${first.size} files, all ${all} in ${names.length}`);
  assert.ok(size <= 40_000, `${size}`);
  assert.ok(all <= 120_000, `${all}`);
});

test('what the first picture imports is asked for at once, and nothing else is', () => {
  const preloaded = [...index.matchAll(/rel="modulepreload" href="assets\/([\w./]+)"/g)].map(found => found[1]).sort();
  assert.deepEqual(preloaded, withImports(['js/app.js']).filter(name => name !== 'js/app.js'));
});

test('every module is used by somebody', () => {
  const used = new Set(['js/app.js', 'js/start.js']);
  for (const name of names.filter(each => each.endsWith('.js')))
    for (const found of read(name).matchAll(/'\.\/(\w+\.js)'/g)) used.add(`js/${found[1]}`);
  assert.deepEqual(names.filter(name => name.endsWith('.js') && !used.has(name)), []);
});

test('nothing is fetched from elsewhere', () => {
  for (const name of names) {
    const text = read(name).replaceAll('http://www.w3.org/2000/svg', '');
    assert.doesNotMatch(text, /https?:|\/\/[a-z]+\.|@import|url\(/, name);
  }
});

test('no markup is made of texts, and no script or style is inline', () => {
  for (const name of names) {
    assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, name);
    if (name.endsWith('.html')) assert.doesNotMatch(read(name), / style=| on\w+=|<style|<script>/, name);
  }
});

test('no text goes over several lines: what they begin with is not served', () => {
  for (const name of names.filter(each => each.endsWith('.js')))
    for (const text of read(name).replace(/^ *\/\/.*$/gm, '').match(/`[^`]*`/g) ?? []) assert.doesNotMatch(text, /\n/, name);
});

test('no text has what is left out when it is served', () => {
  for (const name of names.filter(each => each.endsWith('.js'))) {
    const lines = read(name).split('\n').filter(line => !/^ *\/\//.test(line));
    for (const text of lines.flatMap(line => [...line.replace(/\$\{[^{}]*\}/g, 'x').matchAll(/'(?:[^'\\]|\\.)*'|`[^`$]*`/g)].map(found => found[0])))
      assert.equal(served['.js'](text), text, name);
  }
});

test('files are short, and lines can be read', () => {
  for (const name of names) {
    const lines = read(name).split('\n');
    assert.ok(lines.length <= 201, `${name}: ${lines.length} lines`);
    if (name.endsWith('.js'))
      lines.forEach((line, number) => assert.ok(line.length <= 160, `${name}:${number + 1}: ${line.length} characters`));
    if (name.endsWith('.js')) assert.match(read(name), /^\/\/ [A-Z"#]/, `${name} begins with what it is`);
  }
});
