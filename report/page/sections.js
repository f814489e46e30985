// What frames the findings: the head of the page, time, families, changes, the foot.

function buildIntro() {
  byId('title').textContent = data.title;
  const flows = data.labels.slice(1).reduce((sum, label) => sum + label.flows, 0);
  const seenPorts = [...sights.both.values()].filter((sight) => spoken(sight.flows) > 0).length;
  const odd = findings.filter((finding) => finding.label !== 'expected').length;
  byId('gist').replaceChildren(flows === 0 ? 'Nothing spoke on the watched ports.' : make('span', {},
    make('b', {}, counted(odd, 'odd endpoint', 'odd endpoints')), ` of ${grouped(data.endpoints)}; ${counted(flows, 'flow', 'flows')} on ${counted(seenPorts, 'port', 'ports')}, ${between(data.first, data.last)} UTC`));
  const problems = data.problems ?? [];
  byId('problems').hidden = problems.length === 0 && data.flowsBeyond === 0;
  byId('problems').append(make('div', {class: 'notice', role: 'note'}, make('b', {}, 'Not all could be told.'),
    make('ul', {}, ...problems.slice(0, 20).map((problem) => make('li', {}, problem)),
         problems.length > 20 ? make('li', {}, `and ${problems.length - 20} more`) : null,
         data.flowsBeyond > 0 ? make('li', {}, `${counted(data.flowsBeyond, 'flow', 'flows')} of further endpoints or protocols are on the map, and not among the findings`) : null)));
}

// One tile a label: how many endpoints and flows; pressed, it filters.
function buildShares() {
  const endpoints = (label) => findings.filter((finding) => finding.label === label).length;
  const flowsOf = (label) => data.labels[labels.indexOf(label)].flows;
  const all = Math.max(oddFirst.reduce((sum, label) => sum + flowsOf(label), 0), 1);
  const tiles = oddFirst.map((label) => {
    const share = flowsOf(label) / all, bar = make('span', {class: 'fillbar'});
    bar.style.width = `${share * 100}%`;
    return make('button', {type: 'button', class: `tile is-${label}`, 'data-label': label, title: meanings[label], onclick: () => toggleLabel(label)},
      make('span', {class: 'tile-head'}, make('i', {'aria-hidden': 'true'}, signs[label]), label),
      make('span', {class: 'tile-number'}, grouped(endpoints(label))),
      make('span', {class: 'tile-flows'}, `${counted(flowsOf(label), 'flow', 'flows')}, ${(share * 100).toFixed(share > 0 && share < .1 ? 1 : 0)} %`),
      make('span', {class: 'track', 'aria-hidden': 'true'}, bar));
  });
  byId('shares').append(...tiles);
  const silent = data.labels[0].flows;
  if (silent > 0) byId('shares').append(make('p', {class: 'tile-aside'}, `and ${counted(silent, 'flow', 'flows')} without any payload, which no label is given to`));
  watchers.push(() => {
    for (const tile of tiles) {
      tile.setAttribute('aria-pressed', state.labels.has(tile.dataset.label));
      tile.classList.toggle('aside', state.labels.size > 0 && !state.labels.has(tile.dataset.label));
    }
  });
}

function buildTime() {
  const line = data.timeLine;
  if (line.steps.length < 2) return;
  byId('time').hidden = false;
  const rest = `${between(line.first, line.first + line.step * line.steps.length)} UTC, ${duration(line.step)} a bar`;
  const tell = (index) => {
    if (index === null) {
      byId('time-readout').textContent = rest;
      return;
    }
    const parts = line.steps[index].map((count, label) => count > 0 ? `${grouped(count)} ${labels[label]}` : null).filter(Boolean).reverse();
    byId('time-readout').textContent = `${moment(line.first + index * line.step)}: ${parts.join(', ') || 'nothing'}`;
  };
  tell(null);
  let width = 0;
  new ResizeObserver(() => {
    const now = byId('time-chart').clientWidth;
    if (now === width || now === 0) return;
    width = now;
    byId('time-chart').replaceChildren(timeLineChart(line, width, tell));
  }).observe(byId('time-chart'));
}

function linkTo(text) {
  const match = /^(?:\[(.+)\]|([^:]+)):(\d+)\/(tcp|udp)$/.exec(text);
  const id = match && `${match[1] ?? match[2]}-${match[3]}-${match[4]}`;
  return id && findingById.has(id) ? make('a', {href: `#finding-${id}`}, text) : text;
}

function buildFamilies() {
  byId('families').hidden = data.families.length === 0;
  byId('family-list').append(...data.families.map((family, index) => make('article', {class: 'family'},
    make('h3', {}, `Family ${index + 1}`, make('small', {}, `${counted(family.conversations, 'conversation', 'conversations')}, alike to ${(family.likeness * 100).toFixed(0)} %`)),
    make('p', {class: 'members'}, ...(family.endpoints ?? []).flatMap((endpoint, place) => [place > 0 ? ', ' : '', linkTo(endpoint)]),
         family.moreEndpoints > 0 ? ` and ${grouped(family.moreEndpoints)} more` : ''),
    ...['client', 'server'].flatMap((side) => family[`${side}Pattern`] ? [make('h4', {}, `What every ${side} says first`), make('pre', {tabindex: 0}, make('code', {class: 'pattern'}, family[`${side}Pattern`]))] : []),
    ...['client', 'server'].flatMap((side) => family[`${side}Bytes`] ? [make('h4', {}, `The most typical ${side}`), make('pre', {tabindex: 0}, hexDump(family[`${side}Bytes`]))] : []))));
}

function buildChanges() {
  if (!data.baseline) return;
  byId('changes').hidden = false;
  byId('changes-readout').textContent = `since ${data.baseline}`;
  const marks = {appeared: '+', vanished: '−', changed: '~'};
  if (data.changes.length === 0) {
    byId('change-list').append(make('p', {class: 'muted'}, 'Nothing appeared, vanished or speaks something else.'));
    return;
  }
  const most = 500;
  byId('change-list').append(make('div', {class: 'scroll'}, make('table', {class: 'changes'},
    make('thead', {}, make('tr', {}, ...['', 'Endpoint', 'Before', 'Now'].map((head) => make('th', {scope: 'col'}, head)))),
    make('tbody', {}, ...data.changes.slice(0, most).map((change) => make('tr', {class: change.kind},
      make('td', {}, make('span', {class: 'mark'}, make('i', {'aria-hidden': 'true'}, marks[change.kind]), change.kind)),
      make('td', {}, linkTo(`${endpointText(change.ip, change.port)}/${change.transport}`), change.role === 'client-port' ? ' (client port)' : ''),
      make('td', {}, change.before ?? '—'), make('td', {}, change.after ?? '—')))))),
    data.changes.length > most ? make('p', {class: 'muted'}, `and ${grouped(data.changes.length - most)} more`) : '');
}

function buildFrame() {
  const sections = [['map', 'Map'], ['findings', 'Findings'], ['time', 'Time'], ['hosts', 'Hosts'], ['families', 'Families'], ['changes', 'Changes']];
  byId('nav').append(...sections.filter(([id]) => !byId(id).hidden).map(([id, word]) => make('a', {href: `#${id}`}, word)));
  const version = document.querySelector('meta[name=generator]').content;
  byId('footer').append(make('p', {}, `${version} · made ${moment(data.made)} UTC · IANA’s registry of ${data.registry} · this file loads nothing from anywhere`),
                        make('p', {class: 'muted'}, `From ${(data.inputs ?? []).join(', ')}`));
}
