// Runs small workflows in n8n's own engine (n8n-workflow, n8n-core, n8n-nodes-base from npm), without a
// server and without a database: what the loader refuses, what a node fails on, what each node emits.
//
// A workflow that asks http://echo.test/ reaches a server of this program, which answers {"ok": true}.
// Usage: node engine.mjs FOLDER, where FOLDER holds node_modules of one n8n version. Standard input: one JSON object a
// line, {"id": ..., "workflow": {...}, "timeout": ms, "others": [workflows that it calls]}. Standard output: one a line,
//   {"id", "verdict": "refused"|"fails"|"endless"|"runs", "why", "nodes": {NAME: [[item, ...], ...]}}
// `refused`: the workflow cannot be loaded or started. `nodes` maps each node that ran to the runs of its
// outputs: nodes[NAME][run][output] is the list of the items' json.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import readline from 'node:readline';

const folder = path.resolve(process.argv[2]);
const require = createRequire(path.join(folder, 'engine.js'));
process.env.N8N_USER_FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'kairon-engine-'));
process.env.N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS = 'true';
// n8n writes its notes to standard output, which belongs to the results.
const answer = text => fs.writeSync(1, text);
for (const name of ['log', 'info', 'warn', 'debug']) console[name] = () => {};
process.stdout.write = () => true;
process.env.N8N_RUNNERS_ENABLED = 'false';
process.env.NODE_ENV = 'production';
require('reflect-metadata');
const { Container } = require('@n8n/di');
const { InstanceSettings, WorkflowExecute, LazyPackageDirectoryLoader, ExecutionLifecycleHooks, ErrorReporter } = require('n8n-core');
const { Workflow, WorkflowDataProxy } = require('n8n-workflow');

const loader = new LazyPackageDirectoryLoader(path.join(folder, 'node_modules/n8n-nodes-base'));
await loader.loadAll();

const without_package = type => {
  if (!type.startsWith('n8n-nodes-base.')) throw new Error(`Unrecognized node type: ${type}`);
  return type.slice('n8n-nodes-base.'.length);
};
// node-types.ts of n8n's server: of a versioned class the asked version must exist.
const node_types = {
  getByName: type => loader.getNode(without_package(type)).type,
  getByNameAndVersion(type, version) {
    const found = loader.getNode(without_package(type)).type;
    if (!('nodeVersions' in found)) return found;
    const chosen = found.nodeVersions[version ?? found.currentVersion];
    if (!chosen) throw new Error(`Version "${version}" of node "${type}" does not exist`);
    return chosen;
  },
  getKnownTypes: () => ({}),
};

// n8n 2 hands code to a task runner, a process of its own. This runs it here, with the names that the runner gives it
// and its results copied as JSON; what the results are worth is judged by the node, as there.
async function run_code(_data, _type, settings, functions, input, node, workflow, run_data, run_index, item, name, items, siblings, mode, env, execute) {
  const proxy_at = index => new WorkflowDataProxy(workflow, run_data, run_index, index, name, items, siblings, mode, {}, execute, -1).getDataProxy();
  const run_at = async (index, extra) => {
    const proxy = proxy_at(index);
    const context = vm.createContext({ Buffer, setTimeout, clearTimeout, btoa, atob, console, ...extra });
    const names = ['$input', '$json', '$node', '$now', '$today', '$env', '$workflow', 'DateTime', '$jmespath', ...Object.keys(proxy)];
    for (const key of new Set(names)) Object.defineProperty(context, key, { configurable: true, get: () => proxy[key] });
    return vm.runInContext(`(async function () {${settings.code}\n})()`, context);
  };
  const copy = value => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
  try {
    if (settings.nodeMode !== 'runOnceForEachItem') {
      const result = copy(await run_at(0, { items }));
      return { ok: true, result: result === null ? [] : result };
    }
    const results = [];
    for (let index = 0; index < items.length; index++) {
      const result = copy(await run_at(index, { item: items[index] }));
      if (result) results.push({ ...(result.json ? result : { json: result }), pairedItem: { item: index } });
    }
    return { ok: true, result: results };
  } catch (error) {
    return settings.continueOnFail ? { ok: true, result: [{ json: { error: error.message } }] } : { ok: false, error };
  }
}

// A workflow that another one calls: from its trigger on, as the server runs it; what its last node put out goes back.
async function run_called(given, items, hooks, others) {
  if (!given) throw new Error('no other workflow is here');
  const workflow = load(structuredClone(given));
  const start = Object.values(workflow.nodes).find(node => node.type.endsWith('.executeWorkflowTrigger'));
  const data = { startData: {}, resultData: { runData: {} }, executionData: { contextData: {}, metadata: {}, waitingExecution: {},
    waitingExecutionSource: {}, nodeExecutionStack: [{ node: start, data: { main: [items] }, source: null }] } };
  const result = await new WorkflowExecute(additional_data(hooks, others), 'integrated', data).processRunExecutionData(workflow);
  const { error, lastNodeExecuted, runData } = result.data.resultData;
  if (error) throw error;
  return { executionId: '2', data: runData[lastNodeExecuted].at(-1).data.main };
}

function additional_data(hooks, others = []) {
  return {
    credentialsHelper: { getParentTypes: () => [], getDecrypted: async () => ({}), authenticate: async (_a, _b, o) => o },
    executeWorkflow: (info, _data, options) => run_called(others.find(other => other.id === info.id), options.inputData, hooks, others),
    getRunExecutionData: async () => undefined,
    restApiUrl: 'http://localhost/rest', instanceBaseUrl: 'http://localhost/', webhookBaseUrl: 'http://localhost/webhook',
    formWaitingBaseUrl: 'http://localhost/form-waiting', webhookWaitingBaseUrl: 'http://localhost/webhook-waiting',
    webhookTestBaseUrl: 'http://localhost/webhook-test', variables: {},
    currentNodeParameters: undefined, executionTimeoutTimestamp: undefined, userId: 'test', hooks,
    setExecutionStatus() {}, logAiEvent() {}, executionId: '1', externalSecretsProxy: { hasProvider: () => false },
    startRunnerTask: run_code, getRunnerStatus: () => ({ available: true }),
  };
}

// A loop that feeds itself doubles its items with every round.
const kMostRounds = 60;
const kMostItems = 2000;
const items_of = run => (run.data?.main ?? []).map(output => (output ?? []).map(item => item.json));

function load(given) {
  return new Workflow({ id: 'test', name: given.name, nodes: given.nodes, connections: given.connections, active: false,
    nodeTypes: node_types, staticData: given.staticData ?? undefined, settings: given.settings ?? {} });
}

function start_of(workflow) {
  const nodes = Object.values(workflow.nodes).filter(node => !node.disabled);
  const trigger = nodes.find(node => /Trigger$|\.start$/.test(node.type)) ?? nodes.find(node => /\.(webhook|cron|interval)$/.test(node.type));
  if (!trigger) throw new Error('no trigger');
  return trigger;
}

async function run({ id, workflow: given, timeout = 20000, input = {}, others = [] }) {
  let workflow;
  try {
    workflow = load(structuredClone(given));
  } catch (error) {
    return { id, verdict: 'refused', why: error.message, nodes: {} };
  }
  let rounds = 0;
  let endless = false;
  let give_up;
  const given_up = new Promise((_resolve, reject) => { give_up = reject; });
  given_up.catch(() => {});
  const hooks = new ExecutionLifecycleHooks('manual', '1', given);
  let execution;
  const stop = () => {
    endless = true;
    execution?.cancel?.();
    give_up(new Error(`no end after ${rounds} node runs`));
    return new Promise(() => {});
  };
  hooks.addHandler('nodeExecuteBefore', () => (++rounds > kMostRounds ? stop() : undefined));
  hooks.addHandler('nodeExecuteAfter', (_name, data) =>
    (items_of(data).flat().length > kMostItems ? stop() : undefined));
  const timer = setTimeout(() => { endless = true; execution?.cancel?.(); give_up(new Error('no end in time')); }, timeout);
  try {
    const start = start_of(workflow);
    // What a trigger would hand on is pinned: nothing listens here.
    const pinned = { [start.name]: (Array.isArray(input) ? input : [input]).map(json => ({ json })), ...given.pinData };
    const engine = new WorkflowExecute(additional_data(hooks, others), 'manual');
    execution = engine.run.length > 1 ? engine.run(workflow, start, undefined, pinned)
      : engine.run({ workflow, startNode: start, pinData: pinned });
    const result = await Promise.race([execution, given_up]);
    const data = result.data.resultData;
    const nodes = Object.fromEntries(Object.entries(data.runData).map(([name, runs]) => [name, runs.map(items_of)]));
    const error = data.error ?? Object.values(data.runData).flat().map(one => one.error).find(Boolean);
    if (error) return { id, verdict: 'fails', why: error.message, node: error.node?.name, nodes };
    return { id, verdict: 'runs', why: '', nodes };
  } catch (error) {
    return { id, verdict: endless ? 'endless' : 'refused', why: error.message, nodes: {} };
  } finally {
    clearTimeout(timer);
  }
}

const echo = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => response.setHeader('content-type', 'application/json').end('{"ok":true}'));
});
await new Promise(resolve => echo.listen(0, '127.0.0.1', resolve));
const echo_address = `http://127.0.0.1:${echo.address().port}/`;
const with_echo = text => text.replaceAll('http://echo.test/', echo_address);

Container.get(InstanceSettings);
try { Container.get(ErrorReporter); } catch { /* older versions have none */ }
process.on('unhandledRejection', () => {});
for await (const line of readline.createInterface({ input: process.stdin })) {
  if (!line.trim()) continue;
  answer(JSON.stringify(await run(JSON.parse(with_echo(line)))) + '\n');
}
fs.rmSync(process.env.N8N_USER_FOLDER, { recursive: true, force: true });
process.exit(0);
