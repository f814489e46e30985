// The map: one cell a port. Color and sign tell the label, intensity the traffic, patterns what the registry says.

const firstPort = 500, lastPort = 1023, columns = 25;
const cellOf = new Map();
let pointedAt = null;  // the port that the pointer or the keyboard is on

const statusNames = {
  assigned: 'assigned', ghost: 'ghost: assigned, but nobody ever published what it looks like',
  removed: 'removed: the assignment was taken back', reserved: 'reserved: kept, and given to nobody', unassigned: 'unassigned',
};

function statusOf(port) {
  if (state.transport !== 'both') return port[state.transport];
  for (const status of ['ghost', 'removed', 'assigned', 'reserved']) if (port.tcp === status || port.udp === status) return status;
  return 'unassigned';
}

const measured = (sight) => sight ? spoken(sight[state.measure]) : 0;

// 1 to 5 on a scale by powers, as traffic differs by orders of magnitude.
function levelOf(amount, most) {
  if (amount <= 0) return 1;
  return most <= 1 ? 3 : 1 + Math.round(4 * Math.log(amount + 1) / Math.log(most + 1));
}

function amountText(sight) {
  const flows = spoken(sight.flows), silent = sight.flows[0];
  const parts = [];
  if (flows > 0) parts.push(counted(flows, 'flow', 'flows'), byteSize(spoken(sight.bytes)));
  if (silent > 0) parts.push(`${grouped(silent)} silent`);
  return parts.join(', ');
}

function cellName(port, label, sight) {
  const owner = port.assignments.find((assignment) => assignment.service)?.service;
  const parts = [`Port ${port.port}`, `${statusOf(port)}${owner ? ` (${owner})` : ''}`];
  parts.push(label ? `${label}: ${amountText(sight)}` : 'nothing seen');
  return parts.join(', ');
}

function dressCell(cell, port, most) {
  const sight = sights[state.transport].get(port.port);
  const label = oddestOf(sight);
  const classes = ['cell', `at-${statusOf(port)}`];
  if (label) classes.push(`is-${label}`, `level-${levelOf(measured(sight), most)}`);
  const tcp = oddestOf(sights.tcp.get(port.port)), udp = oddestOf(sights.udp.get(port.port));
  if (state.transport === 'both' && tcp && udp && tcp !== udp && tcp !== 'silent' && udp !== 'silent')
    classes.push('two', `udp-${udp}`, `tcp-${tcp}`);
  if (state.port === port.port) classes.push('chosen');
  if (label && label !== 'silent' && state.labels.size > 0 && ![...state.labels].some((wanted) => sight.flows[labels.indexOf(wanted)] > 0))
    classes.push('aside');
  cell.className = classes.join(' ');
  cell.dataset.label = label ?? '';
  cell.dataset.status = statusOf(port);
  cell.setAttribute('aria-label', cellName(port, label, sight));
  cell.setAttribute('aria-selected', state.port === port.port);
  cell.querySelector('i').textContent = label ? signs[label] : '';
}

function drawMap() {
  const most = Math.max(...[...sights[state.transport].values()].map(measured), 0);
  for (const [number, cell] of cellOf) dressCell(cell, ports.get(number), most);
  drawElsewhere();
  drawStory();
}

function choosePort(number) {
  choose({port: state.port === number ? null : number});
}

function moveTo(number) {
  const cell = cellOf.get(Math.min(Math.max(number, firstPort), lastPort));
  for (const other of cellOf.values()) other.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
}

const moves = {
  ArrowLeft: (port) => port - 1, ArrowRight: (port) => port + 1,
  ArrowUp: (port) => port - columns < firstPort ? port : port - columns,
  ArrowDown: (port) => port + columns > lastPort ? port : port + columns,
  Home: (port) => port - (port - firstPort) % columns, End: (port) => port - (port - firstPort) % columns + columns - 1,
  PageUp: () => firstPort, PageDown: () => lastPort,
};

function makeCell(number) {
  const cell = make('button', {type: 'button', role: 'gridcell', class: 'cell', tabindex: number === firstPort ? 0 : -1, 'data-port': number},
                    make('i', {'aria-hidden': 'true'}), make('span', {'aria-hidden': 'true'}, String(number)));
  cellOf.set(number, cell);
  return cell;
}

function pointAt(number) {
  if (pointedAt === number) return;
  pointedAt = number;
  drawStory();
}

function buildMap() {
  const grid = byId('cells');
  for (let start = firstPort; start <= lastPort; start += columns) {
    const row = make('div', {role: 'row', class: 'cell-row'});
    for (let number = start; number < start + columns && number <= lastPort; ++number) row.append(makeCell(number));
    grid.append(row);
  }
  const portAt = (event) => Number(event.target.closest?.('.cell')?.dataset.port) || null;
  grid.addEventListener('click', (event) => { if (portAt(event)) choosePort(portAt(event)); });
  grid.addEventListener('pointerover', (event) => { if (portAt(event)) pointAt(portAt(event)); });
  grid.addEventListener('pointerleave', () => pointAt(null));
  grid.addEventListener('focusin', (event) => pointAt(portAt(event)));
  grid.addEventListener('focusout', () => pointAt(null));
  grid.addEventListener('keydown', (event) => {
    const move = moves[event.key];
    if (!move || !portAt(event)) return;
    event.preventDefault();
    moveTo(move(portAt(event)));
  });
  segments('map-transport', {both: 'TCP + UDP', tcp: 'TCP', udp: 'UDP'}, () => state.transport, (transport) => choose({transport}));
  segments('map-measure', {flows: 'flows', bytes: 'bytes', endpoints: 'endpoints'}, () => state.measure, (measure) => choose({measure}));
  watchers.push(drawMap);
}

// A row of buttons of which one is down.
function segments(id, words, current, take) {
  const buttons = Object.entries(words).map(([value, word]) =>
    make('button', {type: 'button', role: 'radio', 'data-value': value, onclick: () => take(value)}, word));
  byId(id).append(...buttons);
  const draw = () => {
    for (const button of buttons) {
      const down = button.dataset.value === current();
      button.setAttribute('aria-checked', down);
      button.tabIndex = down ? 0 : -1;
    }
  };
  byId(id).addEventListener('keydown', (event) => {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (!step) return;
    const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
  });
  watchers.push(draw);
}

// Ports beyond the map, where the user watched others as well.
function drawElsewhere() {
  const found = [...sights[state.transport].entries()].filter(([port]) => port < firstPort || port > lastPort).sort(([a], [b]) => a - b);
  const box = byId('elsewhere');
  box.hidden = found.length === 0;
  box.replaceChildren(make('span', {class: 'muted'}, 'Elsewhere: '), ...found.slice(0, 60).map(([port, sight]) => {
    const label = oddestOf(sight);
    return make('button', {type: 'button', class: `chip is-${label}`, 'aria-pressed': state.port === port, onclick: () => choosePort(port)},
                make('i', {}, signs[label]), String(port));
  }), found.length > 60 ? make('span', {class: 'muted'}, ` and ${found.length - 60} more`) : '');
}

// ---- The story of a port, beside the map ----

function legend() {
  const entry = (classes, sign, word, meaning) => make('li', {},
    make('span', {class: `cell ${classes}`, 'aria-hidden': 'true'}, make('i', {}, sign), make('span', {}, '596')),
    make('span', {}, make('b', {}, word), ` ${meaning}`));
  return [
    make('h3', {}, 'How to read the map'),
    make('p', {class: 'muted'}, 'Point at a port for its story; click it, or press Enter, to see its findings alone.'),
    make('ul', {class: 'legend'},
         ...oddFirst.map((label) => entry(`is-${label} level-4`, signs[label], label, meanings[label])),
         entry('is-silent level-1', signs.silent, 'silent', meanings.silent)),
    make('div', {class: 'scale'}, make('span', {class: 'muted'}, 'little'),
         ...[1, 2, 3, 4, 5].map((level) => make('span', {class: `cell is-unofficial level-${level}`, 'aria-hidden': 'true'}, make('i'), make('span'))),
         make('span', {class: 'muted'}, `many ${state.measure}`)),
    make('ul', {class: 'legend'},
         entry('at-assigned', '', 'assigned', 'to a service with a public format'),
         entry('at-ghost', '', 'ghost', 'assigned, but no format was ever published'),
         entry('at-removed', '', 'removed', 'the assignment was taken back'),
         entry('at-reserved', '', 'reserved', 'kept by IANA, given to nobody'),
         entry('at-unassigned', '', 'unassigned', 'nobody has it')),
  ];
}

function volumeTable(number) {
  const rows = [];
  for (const transport of ['tcp', 'udp']) {
    const sight = sights[transport].get(number);
    if (!sight) continue;
    for (const label of [...labels].reverse()) {
      const index = labels.indexOf(label);
      if (sight.flows[index] === 0) continue;
      rows.push(make('tr', {}, make('td', {}, badge(label)), make('td', {}, transport.toUpperCase()),
                     make('td', {class: 'number'}, counted(sight.flows[index], 'flow', 'flows')),
                     make('td', {class: 'number'}, label === 'silent' ? '' : byteSize(sight.bytes[index]))));
    }
  }
  return rows.length === 0 ? null : make('table', {class: 'volumes'}, make('tbody', {}, ...rows));
}

function badge(label) {
  return make('span', {class: `badge is-${label}`}, make('i', {'aria-hidden': 'true'}, signs[label]), label);
}

function assignmentLine(assignment) {
  const dates = [assignment.registered && `registered ${assignment.registered}`, assignment.changed && `changed ${assignment.changed}`,
                 assignment.reference].filter(Boolean).join(' · ');
  return make('li', {}, make('b', {}, assignment.service ?? '—'), ` ${assignment.transports.toUpperCase().replace(', ', '/')} `,
              make('span', {class: `status at-${assignment.status}`, title: statusNames[assignment.status]}, assignment.status),
              assignment.description ? make('span', {}, ` ${assignment.description}`) : null,
              dates ? make('small', {}, dates) : null);
}

const useLine = (use) => make('li', {}, make('b', {}, use.software), use.does ? ` ${use.does}` : '');

// All that the registry knows, without the headline.
function portFacts(port) {
  const part = (title, items) => items.length === 0 ? null : [make('h4', {}, title), make('ul', {class: 'facts'}, ...items)];
  return [
    part('Registry', port.assignments.map(assignmentLine)),
    part('History', (port.history ?? []).map((note) => make('li', {}, make('b', {}, note.date), ` ${note.event}`))),
    part('Seen there in practice', (port.uses ?? []).map(useLine)),
    part('A client’s own port', (port.clientUses ?? []).map(useLine)),
    part('Old malware lists (a rumor, never evidence)', port.malware ? [make('li', {}, port.malware.join(', '))] : []),
  ];
}

function story(number) {
  const port = ports.get(number);
  const here = findings.filter((finding) => finding.port === number && (state.transport === 'both' || finding.transport === state.transport));
  const table = volumeTable(number);
  return [
    make('h3', {}, `Port ${number}`),
    port ? make('p', {}, port.headline) : make('p', {class: 'muted'}, 'Outside of 500–1023: see oddport explain.'),
    table ?? make('p', {class: 'muted'}, 'Nothing was seen there.'),
    here.length > 0 ? make('ul', {class: 'facts'}, ...here.slice(0, 6).map((finding) => make('li', {},
      make('a', {href: `#finding-${finding.id}`}, finding.ip), ` ${finding.protocol ?? 'something unknown'}, ${counted(finding.flows, 'flow', 'flows')}`)),
      here.length > 6 ? make('li', {class: 'muted'}, `and ${here.length - 6} more endpoints`) : null) : null,
    port ? portFacts(port) : null,
  ];
}

function drawStory() {
  const number = pointedAt ?? state.port;
  fill(byId('story'), {}, []).replaceChildren(...(number === null ? legend() : story(number)).flat(3).filter((part) => part instanceof Node));
}
