// Random Code nodes and the fields that they really give out: prints [{code, fields}], fields null for
// code that throws or gives out no objects. Usage: node flow_programs.mjs SEED NUMBER
let state = Number(process.argv[2]) >>> 0;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const below = n => Math.floor(random() * n);
const pick = list => list[below(list.length)];
const field = () => pick(['a', 'b', 'p', 'q', 'r', 's', 't']);
const call = list => pick(list)();

class Program {
  objects = [];
  lists = [];
  items = [];
  functions = [];
  lines = [];
  names = 0;

  name(prefix) { return prefix + ++this.names; }
  value() { return pick(['1', '"x"', 'null', '[1]', '{z: 1}', '$json.a']); }

  object(depth = 0) {
    if (depth > 2) return `{${field()}: 1}`;
    const deeper = () => this.object(depth + 1);
    const forms = [
      () => `{${Array.from({ length: below(3) }, () => `${field()}: ${this.value()}`)}}`,
      () => `{...${deeper()}, ${field()}: 1}`, () => `{${field()}: 1, ...${deeper()}}`, () => '$json',
      () => '$input.first().json', () => 'items[0].json', () => "$('Make').first().json",
      () => `Object.assign({}, ${deeper()}, ${deeper()})`, () => `($json.a ? ${deeper()} : ${deeper()})`,
      () => `(${deeper()} ?? ${deeper()})`, () => `({["${field()}"]: 1})`, () => `JSON.parse('{"${field()}": 1}')`,
      () => `(() => (${deeper()}))()`, () => `{...($json.nope && ${deeper()}), ${field()}: 2}`];
    if (this.objects.length) for (let i = 0; i < 5; i++) forms.push(() => pick(this.objects));
    if (this.items.length) forms.push(() => `${pick(this.items)}.json`);
    if (this.functions.length) forms.push(() => `${pick(this.functions)}(${deeper()})`);
    return call(forms);
  }

  item(depth = 0) {
    const forms = [() => `{json: ${this.object(depth + 1)}}`, () => '$input.first()', () => 'items[0]',
      () => `{...items[0], json: ${this.object(depth + 1)}}`, () => `{json: {${field()}: 1}, pairedItem: 0}`];
    if (this.items.length) for (let i = 0; i < 3; i++) forms.push(() => pick(this.items));
    return call(forms);
  }

  list(depth = 0) {
    if (depth > 2) return `[{json: {${field()}: 1}}]`;
    const deeper = () => this.list(depth + 1);
    const forms = [
      () => `[${this.item(depth + 1)}, ${this.item(depth + 1)}]`, () => '$input.all()', () => 'items',
      () => `[1, 2].map(x => (${this.item(depth + 1)}))`,
      () => `items.map(i => ({json: {...i.json, ${field()}: 1}}))`,
      () => `items.map(function (i) { i.json.${field()} = 1; return i; })`, () => 'items.filter(i => true)',
      () => `[...${deeper()}, ...${deeper()}]`, () => `${deeper()}.concat(${deeper()})`,
      () => `[1].flatMap(x => ${deeper()})`, () => `($json.a ? ${deeper()} : ${deeper()})`,
      () => `${deeper()}.slice(0, 1)`, () => `items.map(({json}) => ({json: {${field()}: json.a}}))`,
      () => 'items.map(i => { const {a, ...others} = i.json; return {json: others}; })', () => 'Array.from(items)'];
    if (this.lists.length) for (let i = 0; i < 5; i++) forms.push(() => pick(this.lists));
    return call(forms);
  }

  declare(pool, prefix, value) {
    const name = this.name(prefix);
    this.lines.push(`${pick(['const', 'let', 'var'])} ${name} = ${value};`);
    pool.push(name);
  }

  declare_function() {
    const name = this.name('f');
    this.lines.push(call([
      () => `function ${name}(x) { return {...x, ${field()}: 1}; }`, () => `const ${name} = x => ({...x, ${field()}: 1});`,
      () => `function ${name}(x) { x.${field()} = 1; return x; }`,
      () => `const ${name} = function (x) { const y = {}; y.${field()} = 1; return y; };`]));
    this.functions.push(name);
  }

  alias() {
    const name = this.name('o');
    this.lines.push(`const ${name} = ${pick(this.objects)}; ${name}.${field()} = 1;`);
    this.objects.push(name);
  }

  statement() {
    const say = text => () => this.lines.push(text());
    const forms = [() => this.declare(this.objects, 'o', this.object()), () => this.declare(this.objects, 'o', this.object()),
      () => this.declare(this.lists, 'l', this.list()), () => this.declare(this.items, 'i', this.item()),
      () => this.declare_function()];
    const object = () => pick(this.objects);
    const list = () => pick(this.lists);
    const item = () => pick(this.items);
    if (this.objects.length) {
      forms.push(say(() => `${object()}.${field()} = ${this.value()};`), say(() => `${object()}['${field()}'] = 1;`),
        say(() => `for (const k of ['${field()}']) ${object()}[k] = 1;`), () => this.alias(),
        say(() => `Object.assign(${object()}, ${this.object()});`), say(() => `({a: ${object()}.${field()}} = {a: 1});`),
        say(() => `delete ${object()}.${field()};`), say(() => `if ($json.a) { ${object()}.${field()} = 1; }`),
        say(() => `try { ${object()} = ${this.object()}; } catch (e) {}`),
        say(() => `[1].forEach(x => { ${object()}.${field()} = x; });`), say(() => `${object()}.${field()}++;`));
    }
    if (this.lists.length) {
      forms.push(say(() => `${list()}.push(${this.item()});`), say(() => `${list()}.push(${this.item()});`),
        say(() => `for (const x of ${list()}) { x.json.${field()} = 1; }`), say(() => `${list()}[0].json.${field()} = 1;`),
        say(() => `${list()}.forEach(x => { x.json = {${field()}: 1}; });`), say(() => `${list()}.unshift(...${this.list()});`),
        say(() => `try { ${list()} = ${this.list()}; } catch (e) {}`), say(() => `${list()}[${list()}.length] = ${this.item()};`),
        say(() => `${list()}.map(x => x.json).forEach(j => { j.${field()} = 1; });`),
        say(() => `for (const {json} of ${list()}) json.${field()} = 1;`));
    }
    if (this.items.length) {
      forms.push(say(() => `${item()}.json.${field()} = 1;`), say(() => `try { ${item()}.json = ${this.object()}; } catch (e) {}`),
        say(() => `Object.assign(${item()}.json, ${this.object()});`));
    }
    call(forms);
  }

  text() {
    for (let n = 1 + below(6); n > 0; n--) this.statement();
    if (random() < 0.25) this.lines.push(`if ($json.nope) return ${this.list()};`);
    this.lines.push(`return ${random() < 0.8 ? this.list() : `[{json: ${this.object()}}]`};`);
    return this.lines.join('\n');
  }
}

function fields_of(code) {
  const make = () => [{ json: { a: '1', b: '2' } }, { json: { a: '1', b: '2' } }];
  const items = make();
  const made = make();
  const $input = { all: () => items, first: () => items[0], last: () => items[1], item: items[0] };
  const $ = () => ({ all: () => made, first: () => made[0], item: made[0] });
  try {
    const given = [new Function('$json', '$input', 'items', '$', code)(items[0].json, $input, items, $)].flat();
    return [...new Set(given.flatMap(one => Object.keys('json' in one ? one.json : one)))];
  } catch {
    return null;
  }
}

const programs = Array.from({ length: Number(process.argv[3]) }, () => new Program().text());
console.log(JSON.stringify(programs.map(code => ({ code, fields: fields_of(code) }))));
