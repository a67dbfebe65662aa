"use strict";
// A host for the Evolution API node of n8n: runs the node as a workflow would, without the workflow.
//
// Every line of stdin is one execution: an object of what the person filled into the form.
// Every line of stdout is what came of it: {"items": [...]} or {"error": {"name", "message", "description"}}.
// Defaults, visibility of fields and errors are those of n8n's own library; only the requests are made here.

const { createInterface } = require("node:readline");
const { createRequire } = require("node:module");
const { join } = require("node:path");

const [packages, serverUrl, apiKey] = process.argv.slice(2);
const load = createRequire(join(packages, "package.json"));
const { NodeHelpers } = load("n8n-workflow");
const { EvolutionApi } = load("n8n-nodes-evolution-api/dist/nodes/EvolutionApi/EvolutionApi.node.js");

/** Makes one HTTP request as n8n does: anything but a 2xx is thrown, with status and body in its text. */
async function request({ method = "GET", uri, url, headers = {}, body, json }) {
  const sent = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
  const typed = body === undefined ? {} : { "Content-Type": "application/json" };
  const response = await fetch(uri ?? url, {
    method,
    headers: { "User-Agent": "n8n", ...(json ? { Accept: "application/json" } : {}), ...typed, ...headers },
    ...sent,
  });
  const text = await response.text();
  if (!response.ok) {
    throw Object.assign(new Error(`${response.status} - ${text}`), { statusCode: response.status });
  }
  return json && text ? JSON.parse(text) : text;
}

/** Wraps what a node answered as items, unless it did so itself. */
function returnJsonArray(answered) {
  return [answered].flat().map((item) => (item !== null && typeof item === "object" && "json" in item ? item : { json: item }));
}

/** The value at a dotted path, or undefined. */
function at(values, path) {
  return path.split(".").reduce((value, key) => value?.[key], values);
}

/** What n8n hands to a node as `this`. */
function functionsFor(node, parameters) {
  return {
    getNode: () => node,
    getInputData: () => [{ json: {} }],
    getCredentials: async () => ({ "server-url": serverUrl, apikey: apiKey }),
    continueOnFail: () => false,
    getNodeParameter(name, _index, fallback) {
      const value = at(parameters, name) ?? fallback;
      if (value === undefined) {
        throw new Error(`Could not get parameter "${name}"`);
      }
      return value;
    },
    helpers: { request, httpRequest: request, returnJsonArray },
  };
}

/** What the node answers to a filled form: the items of its one output. */
async function executed(given) {
  const type = new EvolutionApi();
  const { name, version, properties } = type.description;
  const node = { id: "1", name, type: name, typeVersion: version, position: [0, 0], parameters: given };
  const parameters = NodeHelpers.getNodeParameters(properties, given, true, false, node, type.description);
  const [output] = await type.execute.call(functionsFor(node, parameters));
  return output;
}

async function main() {
  for await (const line of createInterface({ input: process.stdin })) {
    let outcome;
    try {
      outcome = { items: await executed(JSON.parse(line)) };
    } catch (error) {
      outcome = { error: { name: error.name, message: error.message, description: error.description ?? null } };
    }
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
}

main();
