// The data of the page, what follows from it, and what the reader chose to see.

performance.mark('oddport:script');
const data = JSON.parse(byId('data').textContent);

// From the calmest to the oddest, as the numbers in the data are ordered. The sign says the same as the color.
const labels = ['silent', 'expected', 'legacy', 'unofficial', 'unknown'];
const signs = {silent: '–', expected: '=', legacy: '†', unofficial: '!', unknown: '?'};
const meanings = {
  unknown: 'payload, and nothing recognized in it',
  unofficial: 'a recognized protocol without an assignment on the port',
  legacy: 'an obsolete protocol, or one that has lost the port',
  expected: 'the port’s assignee, in normal use',
  silent: 'no payload at all',
};
const oddFirst = ['unknown', 'unofficial', 'legacy', 'expected'];
const certainties = ['none', 'hint', 'likely', 'confirmed'];

const ports = new Map(data.ports.map((port) => [port.port, port]));
const findings = data.findings;
const findingById = new Map(findings.map((finding) => [finding.id, finding]));
findings.forEach((finding, index) => { finding.rank = index + 1; });

// What was seen of a port: flows, bytes and endpoints by label, of one transport or of both.
const emptySight = () => ({flows: [0, 0, 0, 0, 0], bytes: [0, 0, 0, 0, 0], endpoints: [0, 0, 0, 0, 0]});
const sights = {tcp: new Map(), udp: new Map(), both: new Map()};

function sightOf(port, transport) {
  const all = sights[transport];
  if (!all.has(port)) all.set(port, emptySight());
  return all.get(port);
}

for (const seen of data.seen) {
  for (const sight of [sightOf(seen.port, seen.transport), sightOf(seen.port, 'both')]) {
    seen.flows.forEach((flows, label) => { sight.flows[label] += flows; });
    seen.bytes.forEach((bytes, label) => { sight.bytes[label] += bytes; });
  }
}
for (const finding of findings) {
  const label = labels.indexOf(finding.label);
  ++sightOf(finding.port, finding.transport).endpoints[label];
  ++sightOf(finding.port, 'both').endpoints[label];
}

// The oddest label that speaks there; 'silent' where flows carried nothing, null where there were none.
function oddestOf(sight) {
  if (!sight) return null;
  for (let label = labels.length - 1; label >= 0; --label) if (sight.flows[label] > 0) return labels[label];
  return null;
}

// Without silence.
const spoken = (numbers) => numbers.slice(1).reduce((sum, number) => sum + number, 0);

const initial = {labels: new Set(), transport: 'both', port: null, host: null, certainty: 'none', text: '', sort: 'rank'};
const state = {...initial, labels: new Set(), measure: 'flows', selected: null, shown: findings};

// The sections that draw themselves anew when the choice changes.
const watchers = [];

function haystackOf(finding) {
  finding.haystack ??= [
    finding.ip, endpointText(finding.ip, finding.serverPort), `${finding.port}/${finding.transport}`, finding.label,
    finding.protocol, finding.process, finding.reason, finding.origin, finding.certainty, finding.era,
    ...(finding.evidence ?? []), ...(finding.traits ?? []), ...(finding.rules ?? []), ...finding.top.map((client) => client.ip),
  ].filter(Boolean).join('\n').toLowerCase();
  return finding.haystack;
}

const orders = {
  rank: ['what to look at first', (a, b) => a.rank - b.rank],
  port: ['port', (a, b) => a.port - b.port || a.rank - b.rank],
  flows: ['most flows', (a, b) => b.flows - a.flows || a.rank - b.rank],
  bytes: ['most bytes', (a, b) => b.sent + b.received - a.sent - a.received || a.rank - b.rank],
  clients: ['most clients', (a, b) => b.clients - a.clients || a.rank - b.rank],
  last: ['last seen', (a, b) => b.last - a.last || a.rank - b.rank],
  first: ['newest', (a, b) => b.first - a.first || a.rank - b.rank],
};

function passes(finding, words) {
  if (state.labels.size > 0 && !state.labels.has(finding.label)) return false;
  if (state.transport !== 'both' && finding.transport !== state.transport) return false;
  if (state.port !== null && finding.port !== state.port) return false;
  if (state.host !== null && finding.ip !== state.host) return false;
  if (certainties.indexOf(finding.certainty) < certainties.indexOf(state.certainty)) return false;
  return words.every((word) => haystackOf(finding).includes(word));
}

// Sets what is given, finds what passes, and tells everybody.
function choose(change) {
  Object.assign(state, change);
  const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
  state.shown = findings.filter((finding) => passes(finding, words));
  if (state.sort !== 'rank') state.shown.sort(orders[state.sort][1]);
  // What is read is always one of those that are listed.
  if (state.shown.length > 0 && !state.shown.some((finding) => finding.id === state.selected)) state.selected = state.shown[0].id;
  for (const watch of watchers) watch();
}

function toggleLabel(label) {
  const chosen = new Set(state.labels);
  if (!chosen.delete(label)) chosen.add(label);
  choose({labels: chosen});
}

// What stands in the address bar can be sent to somebody.
function select(id, {quietly = false} = {}) {
  if (!findingById.has(id)) return;
  state.selected = id;
  if (!quietly) history.replaceState(null, '', `#finding-${id}`);
  for (const watch of watchers) watch();
}
