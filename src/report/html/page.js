'use strict';
(() => {
  // Everything in the island is shown as text; nothing here makes markup of a string.
  const island = JSON.parse(document.querySelector('script#island').textContent);
  const list = document.querySelector('#list');
  const form = document.querySelector('#filters');
  const search = form.querySelector('#q');
  const entries = Array.from(list.querySelectorAll('details.case'), (details, at) => ({ details, case: island.cases[at] }));
  const sections = Array.from(list.querySelectorAll('section.operation'), (section) => ({
    section,
    count: section.querySelector('h3 .of'),
    entries: entries.filter((entry) => section.contains(entry.details)),
  }));
  const byDetails = new Map(entries.map((entry) => [entry.details, entry]));
  const several = island.targets.length > 1;

  const text = (number) => island.texts[number];

  const el = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children.filter((child) => child !== undefined && child !== null));
    return node;
  };

  const say = (words) => {
    document.querySelector('#said').textContent = words;
  };

  // ---- one case ----

  const copied = async (words) => {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      // Pages that are opened as a file may not have the clipboard.
      const field = el('textarea', { class: 'unseen', 'aria-hidden': 'true', tabindex: '-1' });
      field.value = words;
      const focused = document.activeElement;
      document.body.append(field);
      field.select();
      const done = document.execCommand('copy');
      field.remove();
      focused?.focus();
      return done;
    }
  };

  const copyButton = (words, what) => {
    const button = el('button', { type: 'button', class: 'copy', 'aria-label': `Copy ${what}` }, 'Copy');
    button.addEventListener('click', async () => {
      const done = await copied(words);
      button.textContent = done ? 'Copied' : 'Not copied';
      say(done ? `Copied ${what}` : `Could not copy ${what}`);
      setTimeout(() => { button.textContent = 'Copy'; }, 2000);
    });
    return button;
  };

  // A text in a box of its own that scrolls, reachable by keyboard.
  const box = (words, what) => el('div', { class: 'boxed' },
    el('pre', { tabindex: '0', role: 'region', 'aria-label': what }, words), copyButton(words, what));

  const link = (number, label) => {
    const address = text(number);
    if (!/^https?:\/\//.test(address)) return label;
    return el('a', { href: address, rel: 'noopener noreferrer nofollow', target: '_blank' }, label);
  };

  const row = (word, ...value) => el('div', {}, el('dt', {}, word), el('dd', {}, ...value));

  const source = ({ level, year, text: words, link: address }) => {
    const name = address === undefined ? text(words) : link(address, text(words));
    return el('li', {}, el('b', {}, level), year ? ` (${year}): ` : ': ', name);
  };

  const diff = (words) => el('pre', { class: 'diff', tabindex: '0', role: 'region', 'aria-label': 'difference: minus is expected, plus is what came' },
    ...words.split('\n').map((line) => el('span', { class: { '-': 'expected', '+': 'came' }[line[0]] ?? 'same' }, `${line}\n`)));

  const finding = (found) => el('dl', { class: 'difference' },
    row(found.check, `${text(found.at)} `, el('code', {}, text(found.path)), found.gates ? undefined : el('span', { class: 'soft' }, ' not gating')),
    row('expected', el('code', {}, text(found.expected))),
    row('actual', el('code', {}, text(found.actual))),
    found.diff === undefined ? undefined : row('difference', diff(text(found.diff))),
    row('at', found.place === undefined ? 'the service model' : text(found.place)));

  const exchange = (one) => {
    const name = `${text(one.step)}: ${text(one.operation)}`;
    const headers = text(one.headers);
    return el('div', { class: 'exchange' },
      el('h5', {}, name),
      el('div', { class: 'request' }, el('h6', {}, 'request'), box(text(one.request), `request, ${name}`)),
      el('div', { class: 'response' }, el('h6', {}, one.status ? `response, HTTP ${one.status}` : `response, exit status ${one.exit_status}`),
        headers ? el('pre', { class: 'headers', tabindex: '0', role: 'region', 'aria-label': `headers, ${name}` }, headers) : undefined,
        box(text(one.response), `response, ${name}`)));
  };

  const known = (entry) => el('dl', { class: 'facts' },
    row('listed as known', text(entry.reason)),
    entry.link === undefined ? undefined : row('see', link(entry.link, text(entry.link))),
    entry.note === undefined ? undefined : row('see', text(entry.note)),
    entry.expires === undefined ? undefined : row('until', text(entry.expires)),
    row('entry', text(entry.place)));

  const flaky = (retried) => el('div', { class: 'flaky' },
    el('h5', {}, `Flaky: passed at try ${retried.passed_at}. At the try before:`),
    retried.reason === undefined ? undefined : el('p', {}, text(retried.reason)),
    ...retried.findings.map(finding));

  const told = (result, label) => el('section', { class: 'told', 'aria-label': label },
    el('h4', {}, several ? el('bdi', {}, label) : undefined, el('span', { class: `outcome ${result.outcome}` }, result.outcome),
      result.outcome === 'fail' && !result.gates ? el('span', { class: 'soft' }, 'not gating') : undefined,
      el('span', { class: 'of' }, result.seconds < 1 ? `${Math.round(result.seconds * 1000)} ms` : `${result.seconds.toFixed(1)} s`)),
    result.cause === undefined ? undefined : el('p', { class: 'reason' }, 'Cause: ', text(result.cause)),
    result.reason === undefined ? undefined : el('p', { class: 'reason' }, text(result.reason)),
    result.known && known(result.known),
    result.flaky && flaky(result.flaky),
    ...(result.findings ?? []).map(finding),
    ...(result.exchanges ?? []).map(exchange),
    el('div', { class: 'again' }, el('h5', {}, 'reproduce'), box(text(result.command), 'command')));

  const absent = (label) => el('section', { class: 'told', 'aria-label': label },
    el('h4', {}, el('bdi', {}, label), el('span', { class: 'outcome absent' }, 'absent')), el('p', { class: 'reason' }, 'The case was not in this run.'));

  const claim = (one) => el('div', { class: 'claim' },
    el('p', { class: 'full' }, el('code', {}, one.name)),
    one.about === undefined ? undefined : el('p', { class: 'about' }, text(one.about)),
    el('ul', { class: 'sources', 'aria-label': 'evidence' }, ...one.sources.map(source)),
    one.contested === undefined ? undefined : el('p', { class: 'contested' }, el('b', {}, 'contested'), ': ', text(one.contested)),
    el('p', { class: 'of' }, one.generated ? 'generated from the service model' : 'written by hand', one.place === undefined ? '' : `, ${text(one.place)}`));

  const fill = ({ details, case: one }) => {
    if (details.querySelector('.inside')) return;
    const results = one.results.map((result, at) => (result ? told(result, island.targets[at]) : absent(island.targets[at])));
    details.append(el('div', { class: 'inside' }, claim(one), el('div', { class: 'results' }, ...results)));
  };

  // ---- filter and search ----

  const haystacks = new Map();

  const differences = (found) => [found.check, text(found.at), text(found.path), text(found.expected), text(found.actual)];

  const haystack = (one) => {
    if (haystacks.has(one)) return haystacks.get(one);
    const parts = [one.name, one.standing, ...one.sources.map((each) => text(each.text))];
    for (const number of [one.about, one.contested]) if (number !== undefined) parts.push(text(number));
    for (const result of one.results.filter(Boolean)) {
      for (const number of [result.reason, result.cause, result.known?.reason]) if (number !== undefined) parts.push(text(number));
      parts.push(...(result.findings ?? []).flatMap(differences));
    }
    const words = parts.join('\n').toLowerCase();
    haystacks.set(one, words);
    return words;
  };

  const wanted = () => {
    const fields = new FormData(form);
    const one = (name) => fields.get(name) ?? '';
    return {
      words: one('q').toLowerCase().split(/\s+/).filter(Boolean),
      outcomes: new Set(fields.getAll('outcome')),
      target: one('target'), agreement: one('agreement'), operation: one('operation'), evidence: one('evidence'),
      check: one('check'), origin: one('origin'), gates: one('gates'),
    };
  };

  const fails = ({ outcome }) => outcome === 'fail' || outcome === 'known-failure';
  const judged = (result) => fails(result) || result.outcome === 'pass' || result.outcome === 'unexpected-pass';

  const agrees = (results, agreement) => {
    if (agreement === 'differ') return new Set(results.map((result) => result.outcome)).size > 1;
    const seen = results.filter(judged);
    return seen.length > 0 && seen.every(fails);
  };

  const resultFits = (result, want) =>
    (want.outcomes.size === 0 || want.outcomes.has(result.outcome))
    && (want.check === '' || (result.findings ?? []).some((found) => found.check === want.check))
    && (want.gates === '' || result.gates === (want.gates === 'yes'));

  const fits = (one, want) => {
    const there = one.results.filter(Boolean);
    const looked = want.target === '' ? there : [one.results[Number(want.target)]].filter(Boolean);
    return (want.operation === '' || one.operation === want.operation)
      && (want.evidence === '' || one.standing === want.evidence)
      && (want.origin === '' || one.generated === (want.origin === 'generated'))
      && (want.agreement === '' || agrees(there, want.agreement))
      && looked.some((result) => resultFits(result, want))
      && want.words.every((word) => haystack(one).includes(word));
  };

  const count = () => {
    let shown = 0;
    for (const { section, count: place, entries: of } of sections) {
      const left = of.filter((entry) => !entry.details.hidden).length;
      section.hidden = left === 0;
      place.textContent = left === of.length ? `${left}` : `${left} of ${of.length}`;
      shown += left;
    }
    document.querySelector('#shown').textContent = `${shown} of ${entries.length} cases`;
    document.querySelector('#none').hidden = shown > 0;
  };

  const filter = () => {
    const want = wanted();
    for (const entry of entries) entry.details.hidden = !fits(entry.case, want);
    count();
  };

  // ---- the address: #CASE?filter ----

  let current = '';

  const filterText = () => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== '') fields.append(name, value);
    return fields.toString();
  };

  const remember = () => {
    const asked = filterText();
    const fragment = encodeURIComponent(current).replaceAll('%3A', ':') + (asked && `?${asked}`);
    history.replaceState(null, '', fragment ? `#${fragment}` : location.pathname + location.search);
  };

  const setFilter = (asked) => {
    form.reset();
    const fields = new URLSearchParams(asked);
    for (const control of form.elements) {
      if (control.type === 'checkbox') control.checked = fields.getAll(control.name).includes(control.value);
      else if (control.name && fields.has(control.name)) control.value = fields.get(control.name);
      if (control.tagName === 'SELECT' && control.selectedIndex < 0) control.selectedIndex = 0;
    }
  };

  const decoded = (words) => {
    try {
      return decodeURIComponent(words);
    } catch {
      return words;
    }
  };

  const open = (name) => {
    const entry = entries.find((each) => each.case.name === name);
    if (!entry) return;
    entry.details.hidden = false;
    count();
    fill(entry);
    entry.details.open = true;
    current = name;
    entry.details.scrollIntoView({ block: 'start' });
    entry.details.querySelector('summary').focus({ preventScroll: true });
  };

  const follow = () => {
    const [place, ...asked] = location.hash.slice(1).split('?');
    if (asked.length > 0) {
      setFilter(asked.join('?'));
      filter();
    }
    if (asked.length > 0 && place === '') list.scrollIntoView({ block: 'nearest' });
    const name = decoded(place);
    const section = sections.find((each) => each.section.id === name)?.section;
    if (section?.hidden) {
      form.reset();
      filter();
      section.scrollIntoView();
    }
    open(name);
  };

  // ---- what people do ----

  let waiting;
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      filter();
      remember();
    }, 80);
  };

  const toggled = (event) => {
    const entry = byDetails.get(event.target);
    if (!entry) return;
    if (entry.details.open) {
      fill(entry);
      current = entry.case.name;
    } else if (current === entry.case.name) {
      current = '';
    }
    remember();
  };

  const summaries = () => entries.filter((entry) => !entry.details.hidden).map((entry) => entry.details.querySelector('summary'));

  const walk = (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = summaries();
    const at = all.indexOf(event.target);
    if (at < 0) return;
    event.preventDefault();
    const next = all[at + steps[event.key]];
    if (next) next.focus();
    else if (at === 0) search.focus();
  };

  const typing = (node) => node instanceof HTMLInputElement && node.type !== 'checkbox' || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement;

  const shortcut = (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    event.preventDefault();
    search.focus();
    search.select();
  };

  const fromSearch = (event) => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      summaries()[0]?.focus();
    } else if (event.key === 'Escape' && search.value !== '') {
      event.preventDefault();
      search.value = '';
      changed();
    }
  };

  const clear = () => {
    form.reset();
    changed();
  };

  form.hidden = false;
  form.addEventListener('input', changed);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.querySelector('#unfiltered').addEventListener('click', clear);
  document.querySelector('#clear').addEventListener('click', () => {
    clear();
    search.focus();
  });
  search.addEventListener('keydown', fromSearch);
  list.addEventListener('keydown', walk);
  list.addEventListener('toggle', toggled, true);
  document.addEventListener('keydown', shortcut);
  window.addEventListener('hashchange', follow);
  for (const { section, entries: of } of sections) section.style.setProperty('--rows', of.length);
  for (const command of document.querySelectorAll('p.command')) command.append(copyButton(command.textContent.trim(), 'command'));
  filter();
  // Not before: until then the browser looks for the fragment by itself, and takes the focus away.
  window.addEventListener('load', () => setTimeout(follow));
})();
