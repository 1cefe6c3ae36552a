// Settles the tables of tests/fixtures/truth with n8n's own engine: every row says what n8n does with its
// workflow, and this asks n8n. Usage: node engine_table.mjs ENGINE_FOLDER TABLE...
// A row's `intent` is what its author meant: the items of one node ({node, items}), that it runs at all
// ({node}), or how often ({node, runs}). A run that ends well without it loses data.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';

const [engine, ...tables] = process.argv.slice(2);
const second = /n8n-engine-2\./.test(engine);
const here = path.dirname(new URL(import.meta.url).pathname);

const rows = tables.flatMap(table =>
  fs.readFileSync(table, 'utf8').trim().split('\n').map((line, index) => ({ place: `${path.basename(table)}:${index + 1}`, ...JSON.parse(line) })));

const child = spawn(process.execPath, [path.join(here, 'engine.mjs'), engine], { stdio: ['pipe', 'pipe', 'ignore'] });
for (const row of rows) child.stdin.write(JSON.stringify({ id: row.place, workflow: row.workflow, input: row.input, others: row.others }) + '\n');
child.stdin.end();
const answers = new Map();
for await (const line of readline.createInterface({ input: child.stdout })) {
  const answer = JSON.parse(line);
  answers.set(answer.id, answer);
}

function settled(row, answer) {
  if (!answer) return 'no answer';
  if (answer.verdict !== 'runs' || !row.intent) return answer.verdict;
  const { node, items, runs } = row.intent;
  const made = answer.nodes[node];
  if (!made) return 'loses';
  if (runs !== undefined && made.length !== runs) return 'loses';
  const got = made.flatMap(outputs => outputs[0] ?? []);
  return items === undefined || JSON.stringify(got) === JSON.stringify(items) ? 'runs' : 'loses';
}

let wrong = 0;
for (const row of rows) {
  const said = second ? row.engine2 ?? row.engine : row.engine;
  if (said === '-') continue;
  const answer = answers.get(row.place);
  const verdict = settled(row, answer);
  if (verdict === said) continue;
  wrong++;
  console.log(`${row.place}: ${row.what}: the table says ${said}, n8n ${verdict} ${answer?.why ?? ''} ${JSON.stringify(answer?.nodes ?? {}).slice(0, 200)}`);
}
console.log(`${rows.length} workflows run by n8n's engine, ${wrong} unlike the table`);
process.exitCode = wrong || rows.length === 0 ? 1 : 0;
