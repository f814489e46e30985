// Elements, and numbers and times as people read them. Text from the data only ever becomes text nodes.

const byId = (id) => document.getElementById(id);

// make('button', {class: 'cell', onclick: f}, 'text', child, [more])
function make(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

function makeSvg(tag, properties = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat(2))
    if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

const grouping = new Intl.NumberFormat('en');
const grouped = (number) => grouping.format(number);
const counted = (number, one, many) => `${grouped(number)} ${number === 1 ? one : many}`;

function byteSize(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let unit = 0;
  while (bytes >= 999.5 && unit + 1 < units.length) {
    bytes /= 1000;
    ++unit;
  }
  return `${unit === 0 ? bytes : Number(bytes.toPrecision(3))} ${units[unit]}`;
}

function duration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 100) return `${Number(seconds.toPrecision(3))} s`;
  const minutes = seconds / 60;
  if (minutes < 100) return `${Number(minutes.toPrecision(3))} min`;
  const hours = minutes / 60;
  return hours < 72 ? `${Number(hours.toPrecision(3))} h` : `${Math.round(hours / 24)} days`;
}

const two = (number) => String(number).padStart(2, '0');
const dayOf = (date) => `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
const clockOf = (date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;

// "2026-01-31 12:00:00"
function moment(milliseconds) {
  const date = new Date(milliseconds);
  return `${dayOf(date)} ${clockOf(date)}`;
}

// From one moment to another, without saying the day twice; both in UTC.
function between(first, last) {
  const a = new Date(first), b = new Date(last);
  if (dayOf(a) !== dayOf(b)) return `${moment(first)} to ${moment(last)}`;
  return clockOf(a) === clockOf(b) ? moment(first) : `${moment(first)} to ${clockOf(b)}`;
}

function endpointText(ip, port) {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
