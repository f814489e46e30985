// One finding: what it is and why, its bytes, its clients, when they came.

// "0000  53 53 48 2d 32 2e 30 2d  4f 70 65 6e 53 53 48 5f  |SSH-2.0-OpenSSH_|"
function hexDump(hex) {
  const bytes = bytesOf(hex), dump = make('code', {class: 'dump'});
  for (let at = 0; at < bytes.length; at += 16) {
    const line = bytes.slice(at, at + 16);
    const pairs = [...line].map((byte) => byte.toString(16).padStart(2, '0'));
    const left = pairs.slice(0, 8).join(' '), right = pairs.slice(8).join(' ');
    const text = [...line].map((byte) => byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·').join('');
    dump.append(make('span', {class: 'offset'}, at.toString(16).padStart(4, '0')), `  ${`${left}  ${right}`.padEnd(50)}`,
                make('span', {class: 'said'}, text), '\n');
  }
  return dump;
}

function bytesBlock(side, hex) {
  if (!hex) return null;
  const length = hex.length / 2;
  return make('div', {class: 'bytes'}, make('h4', {}, `The ${side} ${side === 'client' ? 'says' : 'answers'}`,
    make('small', {}, `first ${counted(length, 'byte', 'bytes')} of the conversation`)), make('pre', {tabindex: 0}, hexDump(hex)));
}

function scoreBlock(finding) {
  if (!finding.parts) return null;
  const most = Math.max(...finding.parts.map((part) => Math.abs(part.points)), 1);
  return [make('h4', {}, 'Why it ranks here', make('small', {}, `score ${finding.score.toFixed(1)}, place ${grouped(finding.rank)}`)),
    make('ul', {class: 'score'}, ...finding.parts.map((part) => {
      const bar = make('span', {class: `meter${part.points < 0 ? ' less' : ''}`});
      bar.style.width = `${Math.abs(part.points) / most * 100}%`;
      return make('li', {}, make('span', {class: 'points'}, `${part.points > 0 ? '+' : '−'}${Math.abs(part.points).toFixed(1)}`),
                  make('span', {class: 'gauge', 'aria-hidden': 'true'}, bar), make('span', {}, make('b', {}, part.name), ` ${part.why}`));
    }))];
}

function factRows(finding) {
  const rows = [];
  const row = (name, ...value) => rows.push(make('dt', {}, name), make('dd', {}, ...value));
  const port = ports.get(finding.port);
  row('Server', make('button', {type: 'button', class: 'plain', title: 'Only this host', onclick: () => choose({host: finding.ip})}, finding.ip), ` port ${finding.serverPort}/${finding.transport}`);
  if (finding.role === 'client-port') row('Watched port', `${finding.port}, the client’s own`);
  row('Registry', port ? `${port[finding.transport]}${nameOn(port, finding.transport)}` : '—');
  row('Seen', `${between(finding.first, finding.last)} UTC`, finding.last > finding.first ? `, ${duration(finding.last - finding.first)}` : '');
  row('Traffic', `${counted(finding.flows, 'flow', 'flows')} of ${counted(finding.clients, 'client', 'clients')}; ${byteSize(finding.sent)} to the server, ${byteSize(finding.received)} back, ${counted(finding.packets, 'packet', 'packets')}`);
  if (finding.process) row('Process', finding.process);
  row('Source', [finding.sources.join(', '), finding.origin].filter(Boolean).join(': '));
  if (finding.others) row('Also there', make('span', {class: 'others'}, ...finding.others.map((other) => make('span', {class: `chip is-${other.label}`, title: `${other.label}, ${counted(other.flows, 'flow', 'flows')}`},
    make('i', {}, signs[other.label]), other.protocol ?? other.label, make('small', {}, grouped(other.flows))))));
  return make('dl', {}, ...rows);
}

function nameOn(port, transport) {
  const found = port.assignments.find((assignment) => assignment.service && assignment.transports.includes(transport));
  return found ? `: ${found.service}` : '';
}

function linesBlock(title, lines) {
  return lines ? [make('h4', {}, title), make('ul', {class: 'lines'}, ...lines.map((line) => make('li', {}, line)))] : null;
}

function clientTable(finding) {
  if (finding.top.length === 0) return null;
  return [make('h4', {}, 'Clients', make('small', {}, finding.clients > finding.top.length ? `the ${finding.top.length} with the most flows of ${grouped(finding.clients)}` : '')),
    make('div', {class: 'scroll'}, make('table', {class: 'clients'},
      make('thead', {}, make('tr', {}, ...['Client', 'Flows', 'Sent', 'Received', 'Seen (UTC)'].map((head, index) => make('th', {scope: 'col', class: index > 0 && index < 4 ? 'number' : null}, head)))),
      make('tbody', {}, ...finding.top.map((client) => make('tr', {},
        make('td', {}, make('button', {type: 'button', class: 'plain', title: 'Search this client', onclick: () => choose({text: client.ip})}, client.ip)),
        make('td', {class: 'number'}, grouped(client.flows)), make('td', {class: 'number'}, byteSize(client.sent)),
        make('td', {class: 'number'}, byteSize(client.received)), make('td', {}, between(client.first, client.last)))))))];
}

function timeBlocks(finding, width) {
  const parts = [];
  if (finding.top.some((client) => client.visits.length > 0) && finding.last > finding.first && finding.flows > 1)
    parts.push(make('h4', {}, 'When', make('small', {}, 'one mark a flow, by client')), visitChart(finding, width));
  const client = finding.beacon && finding.top.find((candidate) => candidate.ip === finding.beacon.client);
  if (client) {
    const {period, jitter, visits} = finding.beacon;
    parts.push(make('h4', {}, 'Beacon', make('small', {}, `${client.ip} comes back every ${duration(period * 1000)}, give or take ${(jitter * 100).toFixed(0)} %, ${grouped(visits)} times`)),
               beaconChart(finding, client, width));
  }
  return parts;
}

// For a ticket: text that says the same to somebody without the page.
function ticketText(finding) {
  return [`${placeOf(finding)} ${titleOf(finding)} at ${endpointAddress(finding)} (${finding.label}${finding.certainty === 'none' ? '' : `, ${finding.certainty}`})`,
    finding.reason, ...(finding.evidence ?? []).map((line) => `- ${line}`), ...(finding.parts ?? []).map((part) => `- ${part.points} ${part.name}: ${part.why}`),
    `${counted(finding.flows, 'flow', 'flows')} of ${counted(finding.clients, 'client', 'clients')} (${finding.top.slice(0, 5).map((client) => client.ip).join(', ')}), ${between(finding.first, finding.last)} UTC`,
    `#finding-${finding.id}`].filter(Boolean).join('\n');
}

async function copy(text, button) {
  const word = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'The browser forbids it';
  }
  setTimeout(() => { button.textContent = word; }, 1500);
}

let drawn = null;

function drawDetail() {
  const panel = byId('detail');
  const finding = findingById.get(state.selected);
  if (!finding) {
    panel.replaceChildren(make('p', {class: 'nothing'}, findings.length > 0 ? 'Choose a finding.' : ''));
    drawn = null;
    return;
  }
  const width = Math.max(panel.clientWidth - 48, 300);
  if (drawn === `${finding.id} ${width}`) return;
  const sameFinding = drawn?.startsWith(`${finding.id} `);
  drawn = `${finding.id} ${width}`;
  const port = ports.get(finding.port);
  panel.className = `detail is-${finding.label}`;
  panel.replaceChildren(...[
    make('header', {},
      make('div', {class: 'badges'}, badge(finding.label), finding.certainty === 'none' ? null : make('span', {class: 'mark'}, finding.certainty),
           finding.era && finding.era !== 'current' ? make('span', {class: 'mark'}, `${finding.era} protocol`) : null,
           finding.beacon ? make('span', {class: 'mark'}, 'beacon') : null,
           make('span', {class: 'actions'},
                make('button', {type: 'button', onclick: (event) => copy(ticketText(finding), event.currentTarget)}, 'Copy for a ticket'),
                make('button', {type: 'button', onclick: (event) => copy(`${location.href.split('#')[0]}#finding-${finding.id}`, event.currentTarget)}, 'Copy link'))),
      make('h3', {}, make('span', {}, placeOf(finding)), ` ${titleOf(finding)}`, make('small', {}, endpointAddress(finding))),
      make('p', {class: 'reason'}, finding.reason ?? '')),
    scoreBlock(finding),
    factRows(finding),
    linesBlock('Evidence', finding.evidence),
    linesBlock('What can be said of it all the same', finding.traits),
    linesBlock('Your rules', finding.rules),
    ...timeBlocks(finding, width),
    bytesBlock('client', finding.clientBytes), bytesBlock('server', finding.serverBytes),
    clientTable(finding),
    port ? make('details', {}, make('summary', {}, `Port ${finding.port}: who has it, and who had it`), make('p', {}, port.headline), ...portFacts(port).flat(2).filter(Boolean)) : null,
  ].flat(3).filter(Boolean));
  if (!sameFinding) panel.scrollTop = 0;
}

function buildDetail() {
  watchers.push(drawDetail);
  new ResizeObserver(() => drawDetail()).observe(byId('detail'));
}
