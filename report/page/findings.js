// The list of findings: only the rows that can be seen exist, however many there are.

const rowHeight = 62, spareRows = 8;

function titleOf(finding) {
  const what = finding.protocol ?? (finding.certainty === 'hint' ? 'unknown, with a hint' : 'unknown');
  return finding.role === 'client-port' ? `${what} from the client’s own port` : what;
}

const placeOf = (finding) => `${finding.port}/${finding.transport}`;

function makeRow(finding, index) {
  return make('div', {class: `row is-${finding.label}${finding.id === state.selected ? ' selected' : ''}`, role: 'option', id: `row-${index}`,
                      'aria-selected': finding.id === state.selected, 'aria-setsize': state.shown.length, 'aria-posinset': index + 1,
                      'data-id': finding.id, 'data-top': index * rowHeight},
    make('span', {class: 'sign', title: finding.label}, make('i', {'aria-hidden': 'true'}, signs[finding.label])),
    make('span', {class: 'row-text'},
      make('span', {class: 'row-title'}, make('b', {}, placeOf(finding)), make('span', {class: 'what'}, titleOf(finding)),
           make('span', {class: 'address'}, endpointAddress(finding))),
      make('span', {class: 'row-reason'}, finding.reason ?? '')),
    make('span', {class: 'row-numbers'},
      finding.score !== undefined ? make('b', {title: 'score'}, finding.score.toFixed(0)) : make('b', {}, ''),
      make('small', {}, counted(finding.flows, 'flow', 'flows'))));
}

const endpointAddress = (finding) =>
  finding.role === 'client-port' ? endpointText(finding.ip, finding.serverPort) : finding.ip;

function drawRows() {
  const list = byId('list'), rows = byId('rows');
  rows.style.height = `${state.shown.length * rowHeight}px`;
  const from = Math.max(0, Math.floor(list.scrollTop / rowHeight) - spareRows);
  const to = Math.min(state.shown.length, Math.ceil((list.scrollTop + (list.clientHeight || 640)) / rowHeight) + spareRows);
  const fresh = state.shown.slice(from, to).map((finding, index) => makeRow(finding, from + index));
  for (const row of fresh) row.style.top = `${row.dataset.top}px`;
  rows.replaceChildren(...fresh);
  if (state.shown.length === 0) rows.append(make('p', {class: 'nothing'}, findings.length === 0 ? 'Nothing spoke on the watched ports.' : 'No finding passes these filters.'));
  const selected = state.shown.findIndex((finding) => finding.id === state.selected);
  if (selected >= from && selected < to) list.setAttribute('aria-activedescendant', `row-${selected}`);
  else list.removeAttribute('aria-activedescendant');
}

function bringIntoView(index) {
  const list = byId('list'), top = index * rowHeight;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + rowHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + rowHeight - list.clientHeight;
}

// To the finding that many rows on, from the selected one.
function step(by) {
  if (state.shown.length === 0) return;
  const now = state.shown.findIndex((finding) => finding.id === state.selected);
  const next = Math.min(Math.max((now < 0 && by > 0 ? -1 : now) + by, 0), state.shown.length - 1);
  select(state.shown[next].id);
  bringIntoView(next);
}

function drawFilters() {
  const chip = (text, change) => make('button', {type: 'button', class: 'chip', onclick: () => choose(change), 'aria-label': `Take away the filter ${text}`},
                                      text, make('i', {'aria-hidden': 'true'}, '×'));
  const chips = [...state.labels].map((label) => {
    const rest = new Set(state.labels);
    rest.delete(label);
    return chip(label, {labels: rest});
  });
  if (state.port !== null) chips.push(chip(`port ${state.port}`, {port: null}));
  if (state.host !== null) chips.push(chip(state.host, {host: null}));
  if (state.transport !== 'both') chips.push(chip(state.transport.toUpperCase(), {transport: 'both'}));
  if (state.certainty !== 'none') chips.push(chip(`${state.certainty}${state.certainty === 'confirmed' ? '' : ' or surer'}`, {certainty: 'none'}));
  if (state.text.trim() !== '') chips.push(chip(`“${state.text.trim()}”`, {text: ''}));
  const all = state.shown.length === findings.length;
  byId('filters').replaceChildren(
    make('span', {class: 'count', id: 'count'}, all ? counted(findings.length, 'finding', 'findings')
                                                   : `${grouped(state.shown.length)} of ${counted(findings.length, 'finding', 'findings')}`),
    ...chips,
    ...(chips.length > 1 ? [make('button', {type: 'button', class: 'plain', onclick: clearFilters}, 'Clear all')] : []),
    ...(data.endpoints > findings.length && all ? [make('span', {class: 'muted'}, `of ${grouped(data.endpoints)} endpoints; the others rank lower and are not in this file`)] : []));
  if (byId('search').value !== state.text) byId('search').value = state.text;
}

function clearFilters() {
  choose({labels: new Set(), transport: 'both', port: null, host: null, certainty: 'none', text: ''});
}

let lastShown = null;

function drawFindings() {
  const list = byId('list');
  if (lastShown !== state.shown) {
    lastShown = state.shown;
    const selected = state.shown.findIndex((finding) => finding.id === state.selected);
    list.scrollTop = 0;
    if (selected > 0) bringIntoView(selected);
    drawFilters();
  }
  drawRows();
}

function buildFindings() {
  const list = byId('list');
  byId('sort').append(...Object.entries(orders).map(([value, [word]]) => make('option', {value}, word)));
  byId('sort').addEventListener('change', (event) => choose({sort: event.target.value}));
  byId('certainty').append(...[['none', 'or not'], ['hint', 'hint'], ['likely', 'likely'], ['confirmed', 'confirmed']].map(([value, word]) => make('option', {value}, word)));
  byId('certainty').addEventListener('change', (event) => choose({certainty: event.target.value}));
  let waiting = null;
  byId('search').addEventListener('input', (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => choose({text: event.target.value}), findings.length > 2000 ? 120 : 0);
  });
  list.addEventListener('scroll', () => requestAnimationFrame(drawRows), {passive: true});
  list.addEventListener('click', (event) => {
    const row = event.target.closest('.row');
    if (!row) return;
    select(row.dataset.id);
    if (matchMedia('(max-width: 900px)').matches) byId('detail').scrollIntoView({block: 'start'});
  });
  list.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(list.clientHeight / rowHeight) - 1);
    const by = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity}[event.key];
    if (by !== undefined) {
      event.preventDefault();
      step(by);
    } else if (event.key === 'Enter') {
      byId('detail').focus();
    }
  });
  watchers.push(drawFindings, () => { byId('certainty').value = state.certainty; });
}
