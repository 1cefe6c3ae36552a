// The examples of the rules in n8n's own engine: what is bad is refused, fails, never ends, or gives other data than its
// good twin; what is good runs. Usage: node engine_examples.mjs ENGINE_FOLDER EXAMPLES NOT_RUN
// NOT_RUN lists the rules whose examples are not run, one a line: "rule: why". A listed rule that could be run, and a
// rule that is neither, are failures.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

const [engine, examples, not_run_file] = process.argv.slice(2);
const here = path.dirname(new URL(import.meta.url).pathname);
const not_run = new Map(fs.readFileSync(not_run_file, 'utf8').split('\n').filter(line => line && !line.startsWith('#'))
  .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));

const groups = fs.readdirSync(examples).filter(group => !['migration', 'secret', 'sql', 'suppression'].includes(group));
const rules = groups.flatMap(group => fs.readdirSync(path.join(examples, group)).map(name => `${group}/${name}`)).sort();

function files_of(rule, kind) {
  const folder = path.join(examples, rule, kind);
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true }).filter(name => name.endsWith('.json')).sort()
    .map(name => path.join(folder, name));
}

const runs = [];
for (const rule of rules) {
  if (not_run.has(rule)) continue;
  for (const kind of ['bad', 'good'])
    for (const file of files_of(rule, kind)) runs.push({ rule, kind, file, id: `${rule} ${kind} ${path.basename(file)}` });
}
const child = spawn(process.execPath, [path.join(here, 'engine.mjs'), engine], { stdio: ['pipe', 'pipe', 'ignore'] });
for (const run of runs) child.stdin.write(JSON.stringify({ id: run.id, workflow: JSON.parse(fs.readFileSync(run.file, 'utf8')) }) + '\n');
child.stdin.end();
const answers = new Map();
for await (const line of readline.createInterface({ input: child.stdout })) {
  const answer = JSON.parse(line);
  answers.set(answer.id, answer);
}

let wrong = 0;
const fail = text => { wrong++; console.log(text); };
for (const rule of not_run.keys()) if (!rules.includes(rule)) fail(`${rule} is listed as not run, but has no examples`);
let judged = 0;
for (const rule of rules.filter(one => !not_run.has(one))) {
  const of = kind => runs.filter(run => run.rule === rule && run.kind === kind).map(run => answers.get(run.id));
  const [bad, good] = [of('bad'), of('good')];
  judged++;
  const told = answer => `${answer?.verdict} ${answer?.why ?? ''}`;
  if (good.length === 0 || good.some(answer => answer?.verdict !== 'runs')) fail(`${rule}: the good example: ${good.map(told).join('; ')}`);
  const data = answer => JSON.stringify(Object.values(answer?.nodes ?? {}));
  const harmed = bad.some((answer, index) => answer?.verdict !== 'runs' || data(answer) !== data(good[index]));
  if (!harmed) fail(`${rule}: the bad example gives what the good one gives`);
}
console.log(`${judged} rules' examples run by n8n's engine, ${not_run.size} not run, ${wrong} unlike what the rule says`);
process.exitCode = wrong || judged === 0 ? 1 : 0;
