// On paper nothing can be clicked: what is shown at that moment is written out.

const mostOnPaper = 60;

function paperEntry(finding) {
  return make('article', {class: `is-${finding.label}`},
    make('h3', {}, badge(finding.label), ` ${placeOf(finding)} ${titleOf(finding)} `, make('small', {}, endpointAddress(finding))),
    make('p', {}, finding.reason ?? ''),
    make('p', {class: 'small'}, `${counted(finding.flows, 'flow', 'flows')} of ${counted(finding.clients, 'client', 'clients')}${finding.top.length > 0 ? ` (${finding.top.slice(0, 3).map((client) => client.ip).join(', ')}${finding.clients > 3 ? ' …' : ''})` : ''}; ${between(finding.first, finding.last)} UTC${finding.score !== undefined ? `; score ${finding.score.toFixed(1)}` : ''}`),
    finding.evidence ? make('ul', {class: 'lines'}, ...finding.evidence.slice(0, 4).map((line) => make('li', {}, line))) : null);
}

function fillPaper() {
  const rest = state.shown.length - mostOnPaper;
  byId('paper').replaceChildren(make('h2', {}, 'Findings'), ...state.shown.slice(0, mostOnPaper).map(paperEntry),
                                rest > 0 ? make('p', {}, `and ${counted(rest, 'more finding', 'more findings')}`) : '');
}

function buildPrint() {
  addEventListener('beforeprint', fillPaper);
  addEventListener('afterprint', () => byId('paper').replaceChildren());
  matchMedia('print').addEventListener('change', (event) => { if (event.matches) fillPaper(); });
}
