// Hosts by ports: who offers what, and where two hosts offer the same oddity.

const mostHosts = 40, mostPorts = 48;

// The hosts and ports of what is shown, the oddest hosts first.
function matrixOf(shown) {
  const hosts = new Map();
  for (const finding of shown) {
    if (!hosts.has(finding.ip)) hosts.set(finding.ip, new Map());
    const row = hosts.get(finding.ip), key = placeOf(finding);
    const before = row.get(key);
    if (!before || labels.indexOf(finding.label) > labels.indexOf(before.label)) row.set(key, finding);
  }
  const kept = [...hosts.entries()].slice(0, mostHosts);
  const counts = new Map();
  for (const [, row] of kept) for (const [key, finding] of row) counts.set(key, {count: (counts.get(key)?.count ?? 0) + 1, finding});
  const byNumber = ([, a], [, b]) => a.finding.port - b.finding.port || a.finding.transport.localeCompare(b.finding.transport);
  const keys = [...counts.entries()].sort(([, a], [, b]) => a.finding.rank - b.finding.rank).slice(0, mostPorts).sort(byNumber).map(([key]) => key);
  const told = kept.filter(([, row]) => keys.some((key) => row.has(key)));
  return {kept: told, keys, hosts: hosts.size, ports: counts.size};
}

function drawMatrix() {
  const {kept, keys, hosts, ports: seenPorts} = matrixOf(state.shown);
  byId('hosts-readout').textContent = hosts > kept.length || seenPorts > keys.length
    ? `the ${kept.length} oddest of ${counted(hosts, 'host', 'hosts')}, ${keys.length} of their ${counted(seenPorts, 'port', 'ports')}; filters choose others`
    : `${counted(hosts, 'host', 'hosts')}, ${counted(seenPorts, 'port', 'ports')}`;
  const head = make('tr', {}, make('td', {}), ...keys.map((key) => make('th', {scope: 'col'}, make('span', {}, key))));
  const rows = kept.map(([ip, row]) => make('tr', {},
    make('th', {scope: 'row'}, make('button', {type: 'button', class: 'plain', title: 'Only this host', onclick: () => choose({host: state.host === ip ? null : ip})}, ip)),
    ...keys.map((key) => {
      const finding = row.get(key);
      if (!finding) return make('td', {});
      const name = `${key} ${titleOf(finding)} at ${ip}: ${finding.label}`;
      return make('td', {}, make('a', {class: `dot is-${finding.label}${finding.id === state.selected ? ' selected' : ''}`, href: `#finding-${finding.id}`, title: name, 'aria-label': name}, signs[finding.label]));
    })));
  byId('matrix').replaceChildren(make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows)));
}

let matrixShown = null;

function buildHosts() {
  byId('hosts').hidden = findings.length === 0;
  watchers.push(() => {
    if (matrixShown === state.shown) return;
    matrixShown = state.shown;
    drawMatrix();
  });
}
