// Puts the page together, and listens to the keyboard and the address bar.

function followAddress() {
  let target = '';
  try {
    target = decodeURIComponent(location.hash.slice(1));
  } catch {
    return;  // somebody's half a link
  }
  const id = target.startsWith('finding-') ? target.slice('finding-'.length) : null;
  if (id === null || !findingById.has(id)) return;
  const finding = findingById.get(id);
  if (!state.shown.includes(finding)) clearFilters();
  select(id, {quietly: true});
  bringIntoView(state.shown.indexOf(finding));
  drawRows();
  byId('findings').scrollIntoView({block: 'start'});
}

const themes = ['', 'light', 'dark'];
const themeNames = {'': 'as the system', light: 'light', dark: 'dark'};

function setTheme(theme) {
  if (theme === '') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  byId('theme-button').title = `Colors: ${themeNames[theme]}`;
}

const keyWords = [['/', 'search'], ['j k', 'next and previous finding'], ['Enter', 'read the finding'], ['1 – 4', 'labels, the oddest first'],
  ['m', 'to the map; arrows move, Enter chooses'], ['x', 'clear all filters'], ['t', 'light or dark'], ['?', 'this list']];

const keyActions = {
  '/': () => byId('search').focus(),
  j: () => step(1), k: () => step(-1),
  m: () => { byId('map').scrollIntoView(); moveTo(state.port ?? firstPort); },
  x: clearFilters,
  t: () => byId('theme-button').click(),
  '?': () => byId('help-button').click(),
};
oddFirst.forEach((label, index) => { keyActions[String(index + 1)] = () => toggleLabel(label); });

function listenToKeys() {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && event.target === byId('search')) {
      choose({text: ''});
      byId('search').blur();
      return;
    }
    if (event.target.closest?.('input, select, textarea, dialog')) return;
    const action = keyActions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  byId('keys').append(make('h2', {}, 'Keys'), make('dl', {}, ...keyWords.flatMap(([keys, what]) => [
    make('dt', {}, ...keys.split(' ').map((key) => key === '–' ? '–' : make('kbd', {}, key))), make('dd', {}, what)])),
    make('form', {method: 'dialog'}, make('button', {}, 'Close')));
  byId('help-button').addEventListener('click', () => byId('keys').showModal());
  byId('theme-button').addEventListener('click', () => {
    const now = themes.indexOf(document.documentElement.dataset.theme ?? '');
    setTheme(themes[(now + 1) % themes.length]);
  });
}

buildIntro();
buildShares();
buildMap();
buildFindings();
buildDetail();
buildTime();
buildHosts();
buildFamilies();
buildChanges();
buildFrame();
buildPrint();
listenToKeys();
choose({});
addEventListener('hashchange', followAddress);
followAddress();
performance.mark('oddport:interactive');
document.documentElement.dataset.ready = 'true';
