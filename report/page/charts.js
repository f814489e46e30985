// Plots over time, as SVG made by hand.

// Round steps between marks of an axis, in milliseconds.
const roundSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1e3), [1, 2, 5, 10, 15, 30].map((minutes) => minutes * 6e4),
  [1, 2, 3, 6, 12].map((hours) => hours * 36e5), [1, 2, 7, 14, 28, 91, 182, 365, 3650].map((days) => days * 864e5));

function timeMarks(first, last, most) {
  const span = Math.max(last - first, 1);
  const step = roundSteps.find((candidate) => span / candidate <= most) ?? span;
  const marks = [];
  for (let at = Math.ceil(first / step) * step; at <= last && marks.length < 50; at += step) marks.push(at);
  return {step, marks};
}

function markText(time, step) {
  const date = new Date(time);
  if (step >= 864e5) return dayOf(date);
  const clock = clockOf(date);
  if (step < 1000) return `${clock.slice(3)}.${String(date.getUTCMilliseconds()).padStart(3, '0')}`;
  if (step < 6e4) return clock;
  return clock === '00:00:00' ? dayOf(date).slice(5) : clock.slice(0, 5);
}

function timeAxis({first, last, left, width, y, top}) {
  const {step, marks} = timeMarks(first, last, Math.max(2, Math.floor(width / 90)));
  const place = (time) => left + (time - first) / Math.max(last - first, 1) * width;
  return marks.map((time) => {
    const x = place(time);
    const anchor = x < left + 24 ? 'start' : x > left + width - 24 ? 'end' : 'middle';
    return [makeSvg('line', {class: 'grid', x1: x, x2: x, y1: top, y2: y}),
            makeSvg('text', {class: 'axis', x, y: y + 14, 'text-anchor': anchor}, markText(time, step))];
  });
}

// All flows by label over time.
function timeLineChart(line, width, onStep) {
  const left = 44, top = 6, height = 120, plotWidth = width - left - 8;
  const totals = line.steps.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const most = Math.max(...totals, 1);
  const last = line.first + line.step * line.steps.length;
  const chart = makeSvg('svg', {width, height: height + 26, viewBox: `0 0 ${width} ${height + 26}`, role: 'img',
                                'aria-label': `Flows by label from ${moment(line.first)} to ${moment(last)} UTC`});
  chart.append(...timeAxis({first: line.first, last, left, width: plotWidth, y: top + height, top}).flat());
  for (const share of [0.5, 1]) {
    const y = top + height * (1 - share);
    chart.append(makeSvg('line', {class: 'grid', x1: left, x2: left + plotWidth, y1: y, y2: y}),
                 makeSvg('text', {class: 'axis', x: left - 6, y: y + 4, 'text-anchor': 'end'},
                         most * share >= 1 ? grouped(Math.round(most * share)) : ''));
  }
  const barWidth = plotWidth / line.steps.length;
  line.steps.forEach((counts, index) => {
    let y = top + height;
    counts.forEach((count, label) => {
      if (count === 0) return;
      const tall = Math.max(count / most * height, 1.5);
      y -= tall;
      chart.append(makeSvg('rect', {class: `pile is-${labels[label]}`, x: left + index * barWidth + (barWidth > 4 ? .5 : 0), y,
                                    width: Math.max(barWidth - (barWidth > 4 ? 1 : 0), .8), height: tall}));
    });
  });
  const cursor = makeSvg('rect', {class: 'cursor', y: top, width: Math.max(barWidth, 1), height, visibility: 'hidden'});
  chart.append(cursor);
  chart.addEventListener('pointermove', (event) => {
    const index = Math.floor((event.clientX - chart.getBoundingClientRect().left - left) / barWidth);
    if (index < 0 || index >= line.steps.length) return;
    cursor.setAttribute('x', left + index * barWidth);
    cursor.setAttribute('visibility', 'visible');
    onStep(index);
  });
  chart.addEventListener('pointerleave', () => {
    cursor.setAttribute('visibility', 'hidden');
    onStep(null);
  });
  return chart;
}

// One row a client, one tick a flow.
function visitChart(finding, width) {
  const shown = finding.top.slice(0, 8);
  const left = 118, rowHeight = 16, top = 2, plotWidth = Math.max(width - left - 8, 60);
  const height = shown.length * rowHeight;
  const first = finding.first, last = Math.max(finding.last, finding.first + 1);
  const place = (time) => left + (time - first) / (last - first) * plotWidth;
  const chart = makeSvg('svg', {width, height: height + 24, viewBox: `0 0 ${width} ${height + 24}`, role: 'img',
                                'aria-label': `When flows began, by client, from ${moment(first)} to ${moment(last)} UTC`});
  chart.append(...timeAxis({first, last, left, width: plotWidth, y: top + height, top}).flat());
  shown.forEach((client, row) => {
    const y = top + row * rowHeight;
    const label = client.ip.length > 17 ? `${client.ip.slice(0, 8)}…${client.ip.slice(-8)}` : client.ip;
    chart.append(makeSvg('text', {class: 'axis strong', x: left - 8, y: y + 12, 'text-anchor': 'end'}, label, makeSvg('title', {}, client.ip)),
                 makeSvg('line', {class: 'rail', x1: left, x2: left + plotWidth, y1: y + 8, y2: y + 8}));
    const path = client.visits.map((offset) => `M${place(client.first + offset).toFixed(1)} ${y + 3}v10`).join('');
    chart.append(makeSvg('path', {class: `ticks is-${finding.label}`, d: path}));
  });
  return chart;
}

const visitsOf = (client) => {
  const visits = [];
  for (const offset of client.visits) if (visits.length === 0 || offset - visits.at(-1) >= 300) visits.push(offset);
  return visits;
};

// The gaps between a client's visits: what keeps time lies on a line.
function beaconChart(finding, client, width) {
  const {period, jitter} = finding.beacon;
  const visits = visitsOf(client);
  const gaps = visits.slice(1).map((visit, index) => ({at: client.first + visit, gap: (visit - visits[index]) / 1000}));
  const left = 52, top = 8, height = 110, plotWidth = Math.max(width - left - 8, 60);
  const most = Math.max(period * 2.2, Math.min(Math.max(...gaps.map(({gap}) => gap), 0) * 1.05, period * 4));
  const first = client.first, last = Math.max(client.first + (visits.at(-1) ?? 0), first + 1);
  const x = (time) => left + (time - first) / (last - first) * plotWidth;
  const y = (gap) => top + height * (1 - Math.min(gap, most) / most);
  const chart = makeSvg('svg', {width, height: height + 32, viewBox: `0 0 ${width} ${height + 32}`, role: 'img',
                                'aria-label': `Seconds between visits of ${client.ip}; the period is ${period} seconds`});
  chart.append(...timeAxis({first, last, left, width: plotWidth, y: top + height, top}).flat());
  const upper = y(period * (1 + Math.max(jitter, .02))), lower = y(period * (1 - Math.max(jitter, .02)));
  chart.append(
    makeSvg('rect', {class: 'band', x: left, y: upper, width: plotWidth, height: Math.max(lower - upper, 2)}),
    makeSvg('line', {class: 'period', x1: left, x2: left + plotWidth, y1: y(period), y2: y(period)}),
    makeSvg('text', {class: 'axis strong', x: left - 6, y: y(period) + 4, 'text-anchor': 'end'}, duration(period * 1000)),
    makeSvg('text', {class: 'axis', x: left - 6, y: top + height, 'text-anchor': 'end'}, '0'),
    ...gaps.map(({at, gap}) => makeSvg('circle', {class: gap > most ? 'gap beyond' : 'gap', cx: x(at), cy: y(gap), r: 2.6},
                                       makeSvg('title', {}, `${moment(at)}: after ${duration(gap * 1000)}`))));
  return chart;
}
