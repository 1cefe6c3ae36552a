// The gate's verdict on small workflows next to what n8n does with them. Each file of
// tests/fixtures/live holds one defect and its good twin, and what is meant to come out (`intent`). `second`: "runs" says
// that n8n 2 runs the defect as it is meant, `schema` that the gate asks a database with the table orders.
// Usage: node n8n_rules.mjs FOLDER; the environment says the rest (n8n_rules.sh).
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const { KAIRON, N8N_URL, N8N_KEY, PG_PORT, WORK, CATALOGUE_CACHE, SCHEMA } = process.env;
let credentials = {};
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));
const second = (process.env.N8N_VERSION ?? '1').startsWith('2.');
let cookie = '';

async function call(method, where, body, headers) {
  const options = {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  };
  // n8n closes idle connections after 5 s, sometimes just when the next request is on its way.
  const response = await fetch(N8N_URL + where, options).catch(() => fetch(N8N_URL + where, options));
  const text = await response.text();
  let json = null;
  try { json = JSON.parse(text); } catch { /* some refusals are HTML */ }
  return { ok: response.ok, status: response.status, text, json, response };
}
const api = (method, where, body) => call(method, '/api/v1' + where, body, { 'X-N8N-API-KEY': N8N_KEY });
const rest = (method, where, body) => call(method, '/rest' + where, body, { cookie, 'browser-id': 'test' });

async function login() {
  const answer = await call('POST', '/rest/login', { emailOrLdapLoginId: 'owner@example.org', password: 'Admin123!' },
    { 'browser-id': 'test' });
  cookie = answer.response.headers.getSetCookie().map(one => one.split(';')[0]).join('; ');
}

// A model that always says hello, in the shape of OpenAI's chat completions.
function start_model() {
  const server = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'gpt-4o-mini',
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }));
    });
  });
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function make_credentials(model_port) {
  const made = [
    await api('POST', '/credentials', { name: 'Test DB', type: 'postgres', data: { host: '127.0.0.1', port: Number(PG_PORT),
      database: 'postgres', user: 'postgres', password: 'x', ssl: 'disable', sshTunnel: false, maxConnections: 5,
      allowUnauthorizedCerts: false } }),
    await api('POST', '/credentials', { name: 'Test Model', type: 'openAiApi', data: { apiKey: 'x', organizationId: '',
      url: `http://127.0.0.1:${model_port}/v1`, header: false } }),
  ];
  for (const one of made) if (!one.ok) throw new Error('credential: ' + one.text);
  return { db: made[0].json.id, model: made[1].json.id };
}

const fill = (workflow, values) => JSON.parse(JSON.stringify(workflow).replace(/\{\{(path|id|db|model)\}\}/g, (all, key) => values[key]));
const broken_text = workflow => JSON.stringify(workflow, null, 2).replace(/"\{\{comma\}\}": 1/, '');

// --- the gate

function gate(folder, workflows, schema) {
  fs.mkdirSync(path.join(folder, 'n8n-workflows'), { recursive: true });
  execFileSync('git', ['init', '-q', folder]);
  for (const [index, workflow] of workflows.entries())
    fs.writeFileSync(path.join(folder, 'n8n-workflows', (workflow.name ?? `Case${index}`) + '.json'), broken_text(workflow));
  if (schema) {
    fs.mkdirSync(path.join(folder, 'db'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'db', 'schema.sql'), SCHEMA + '\n');
  }
  let out;
  try {
    out = execFileSync(KAIRON, ['check', '--all', ...(schema ? ['--schema'] : []), '--format', 'json'],
      { cwd: folder, env: { ...process.env, XDG_CACHE_HOME: CATALOGUE_CACHE }, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    if (error.status !== 1) throw new Error(`kairon check: ${error.stderr}`);
    out = error.stdout;
  }
  return JSON.parse(out).findings.filter(finding => finding.severity === 'error');
}

// --- n8n

async function execution_of(id) {
  for (let tries = 0; tries < 2400; tries++) {
    const answer = await api('GET', `/executions/${id}?includeData=true`);
    if (answer.json && !['running', 'new', 'waiting'].includes(answer.json.status) && answer.json.finished !== undefined)
      if (answer.json.stoppedAt) return answer.json;
    await sleep(25);
  }
  throw new Error('execution ' + id + ' does not end');
}

// A webhook that answered well has run something; what was refused may have left nothing.
async function latest_execution(workflow_id, answered) {
  for (let tries = 0; tries < (answered ? 1200 : 60); tries++) {
    const answer = await api('GET', `/executions?workflowId=${workflow_id}&limit=1`);
    if (answer.json?.data?.length) return execution_of(answer.json.data[0].id);
    await sleep(25);
  }
  return null;
}

const without_pairing = items => (items ?? []).map(item => item.json);
const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]));
}

const errors_in = data => data?.resultData?.error?.message;
const node_error = data => Object.values(data?.resultData?.runData ?? {}).flat().map(run => run.error?.message).find(Boolean);

function judge(execution, intent) {
  if (!execution) return { verdict: 'refused', why: 'no execution' };
  const data = execution.data;
  if (execution.status !== 'success') return { verdict: 'fails', why: errors_in(data) ?? node_error(data) ?? execution.status };
  const runs = data.resultData.runData[intent.node];
  if (!runs) return { verdict: 'loses', why: `${intent.node} did not run` };
  const got = runs.flatMap(run => without_pairing(run.data?.main?.[0]));
  const wanted = intent.items;
  const enough = got.length === wanted.length && wanted.every((item, i) => Object.keys(item).every(key => same(item[key], got[i][key])));
  return enough ? { verdict: 'runs', why: '' } : { verdict: 'loses', why: `${intent.node} got ${JSON.stringify(got)}` };
}

async function save(workflow, through) {
  // The public API takes no pinData and no active; the editor's own route takes the file as it is.
  const body = workflow['{{comma}}'] ? broken_text(workflow) : { ...workflow, ...(through === "api" ? { active: undefined } : { active: false }) };
  const answer = through === 'api' ? await api('POST', '/workflows', body) : await rest('POST', '/workflows', body);
  if (!answer.ok) return { why: `${answer.status} ${answer.json?.message ?? answer.text.slice(0, 80)}` };
  const saved = answer.json.data ?? answer.json;
  return { id: saved.id, workflow: saved };
}

async function run(case_, workflow, values) {
  const saved = await save(workflow, case_.through);
  if (!saved.id) return { verdict: 'refused', why: saved.why };
  values.id = saved.id;
  if (case_.webhook) return call_webhook(case_, workflow, saved, values);
  const trigger = workflow.nodes.find(node => /Trigger$/.test(node.type));
  if (!trigger) {
    const answer = await api('POST', `/workflows/${saved.id}/activate`);
    return { verdict: answer.ok ? 'runs' : 'refused', why: answer.json?.message ?? '' };
  }
  const stored = (await rest('GET', `/workflows/${saved.id}`)).json.data;
  const started = await rest('POST', `/workflows/${saved.id}/run`, { workflowData: { ...stored, pinData: workflow.pinData ?? {} },
    triggerToStartFrom: { name: trigger.name } });
  if (!started.ok || !started.json?.data?.executionId) return { verdict: 'refused', why: started.json?.message ?? started.text.slice(0, 100) };
  const execution = await execution_of(started.json.data.executionId);
  return { ...judge(execution, case_.intent), execution };
}

// n8n 2 answers an activation before the webhook is there.
async function call_hook(path, body) {
  for (let tries = 0; ; tries++) {
    const answer = await call('POST', '/webhook/' + path, body);
    if (answer.status !== 404 || tries === 40) return answer;
    await sleep(50);
  }
}

async function call_webhook(case_, workflow, saved, values) {
  const active = await api('POST', `/workflows/${saved.id}/activate`);
  if (!active.ok) return { verdict: 'refused', why: active.json?.message };
  const hook = workflow.nodes.find(node => node.type.endsWith('.webhook')).parameters.path;
  const answer = await call_hook(hook, case_.webhook);
  await api('POST', `/workflows/${saved.id}/deactivate`);
  const execution = await latest_execution(saved.id, answer.ok);
  if (case_.intent.response !== undefined) {
    if (execution && execution.status !== 'success') return { verdict: 'fails', why: errors_in(execution.data) ?? answer.text };
    if (!answer.ok) return { verdict: 'refused', why: answer.json?.message ?? answer.text.slice(0, 100) };
    const right = answer.text === case_.intent.response;
    return { verdict: right ? 'runs' : 'loses', why: right ? '' : `answered ${answer.text}`, execution };
  }
  return { ...judge(execution, case_.intent), execution };
}

// --- what the gate believes that a node emits, next to what it emitted

function believed(file, node) {
  const shape = JSON.parse(execFileSync(KAIRON, ['explain', '--shape', file, node, '--format', 'json']).toString());
  const outputs = shape.emits;
  const kinds = {};
  for (const output of outputs)
    for (const [name, value] of Object.entries(output.data?.fields ?? {}))
      kinds[name] = [...(kinds[name] ?? []), ...value.kinds];
  return { open: outputs.some(output => !output.reached || output.data.open), kinds };
}

// A date is a text in what n8n stores.
function kinds_of(value) {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['list'];
  const names = { string: ['text', 'date', 'JavaScript Date'], number: ['number'], boolean: ['boolean'], object: ['object'] };
  return names[typeof value] ?? [];
}

function shape_errors(file, execution) {
  const wrong = [];
  let judged = 0;
  for (const [node, runs] of Object.entries(execution?.data?.resultData?.runData ?? {})) {
    const emitted = runs.flatMap(one => (one.data?.main ?? []).flatMap(without_pairing));
    if (emitted.length === 0) continue;
    const shape = believed(file, node);
    if (!shape.open) judged++;
    const unknown = [...new Set(emitted.flatMap(Object.keys))].filter(key => !(key in shape.kinds));
    if (!shape.open && unknown.length) wrong.push(`${node} emits ${unknown}, the gate believes ${Object.keys(shape.kinds)}`);
    for (const [key, value] of emitted.flatMap(Object.entries)) {
      const kinds = shape.kinds[key] ?? ['unknown'];
      if (kinds.includes('unknown') || kinds_of(value).some(kind => kinds.includes(kind))) continue;
      wrong.push(`${node} emits ${key} = ${JSON.stringify(value)}, the gate believes ${kinds}`);
    }
  }
  return { wrong, judged };
}

// --- one case

async function side(case_, name, kind) {
  const values = { path: `${name}-${kind}`.replace(/\W/g, '-'), id: 'unknown', ...credentials };
  const others = (case_['extra_' + kind] ?? case_.extra ?? []).map(one => fill(one, values));
  for (const other of others) {
    const saved = await save(other, 'rest');
    if (!saved.id) throw new Error('the workflow that is called cannot be saved: ' + saved.why);
    values.id = saved.id;
    if (other.active) await api('POST', `/workflows/${saved.id}/activate`);
  }
  const workflow = fill(case_[kind], values);
  const folder = path.join(WORK, 'cases', `${name}-${kind}`);
  const findings = gate(folder, [workflow, ...others], case_.schema);
  const seen = await run(case_, workflow, values);
  const file = path.join(folder, 'n8n-workflows', (workflow.name ?? 'Case0') + '.json');
  return { findings, seen, shapes: workflow['{{comma}}'] ? { wrong: [], judged: 0 } : shape_errors(file, seen.execution) };
}

const cut = (text, width) => (text.length > width ? text.slice(0, width - 3) + '...' : text.padEnd(width));

async function main() {
  const server = await start_model();
  await login();
  credentials = await make_credentials(server.address().port);
  const folder = process.argv[2];
  const only = process.argv[3];
  let disagreements = 0;
  let cases = 0;
  let shapes = 0;
  console.log(`${cut('rule', 26)} ${cut('defect', 48)} gate   n8n: bad      good     what n8n says of the bad one`);
  for (const name of fs.readdirSync(folder).sort()) {
    if (only && !name.includes(only)) continue;
    const case_ = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
    const bad = await side(case_, name, 'bad');
    const good = await side(case_, name, 'good');
    cases++;
    shapes += bad.shapes.judged + good.shapes.judged;
    const told = bad.findings.some(finding => finding.rule === case_.rule);
    const problems = [...bad.shapes.wrong, ...good.shapes.wrong];
    const right = second && case_.second === 'runs';
    if (told === right) problems.push(`the gate ${right ? 'reports' : 'does not report'} ${case_.rule}` + (!told && bad.findings[0] ? `, but ${bad.findings[0].rule}` : ''));
    if ((bad.seen.verdict === 'runs') !== right) problems.push(`n8n ${right ? 'does not run' : 'runs'} the bad one as it is meant`);
    if (good.findings.length) problems.push(`the gate reports ${good.findings[0].rule} on the good one: ${good.findings[0].message}`);
    if (good.seen.verdict !== 'runs') problems.push(`n8n does not run the good one: ${good.seen.verdict}: ${good.seen.why}`);
    console.log(`${cut(case_.rule, 26)} ${cut(case_.what, 48)} ${told ? 'error' : '-    '}  ${cut(bad.seen.verdict, 13)} ${cut(good.seen.verdict, 8)} ${cut(String(bad.seen.why ?? '').replace(/\s+/g, ' '), 60)}`);
    for (const problem of problems) console.log(`  DISAGREE ${name}: ${problem}`);
    disagreements += problems.length;
  }
  server.close();
  console.log(`${cases} pairs, ${disagreements} disagreements; ${shapes} outputs compared with what the gate believes of them`);
  process.exitCode = disagreements || cases === 0 ? 1 : 0;
}

await main();
