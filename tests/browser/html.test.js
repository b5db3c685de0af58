// The HTML page in a real browser: does anything that a server answered come to life, and can people use it?
//
//     apt-get install chromium          # or set CHROMIUM to another one
//     cd tests/browser && npm install && npm test
//
// It builds the program with cargo; set COGNITO_CONFORMANCE to use one that is built. `cargo test` does not run this.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { addressOf, hostile, opened, openAll, pageOf, pageOfSeveral, removePages, startBrowser } from './page.js';
import { clippedText, lowContrast } from './look.js';

const PHONE = { width: 360, height: 740 };
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

const other = () => {
  const result = { ...hostile(), target: 'other', target_version: '2.0' };
  result.cases = result.cases.filter((one) => one.operation === 'GetUser').map((one) => ({ ...one, outcome: 'pass', findings: [] }));
  return result;
};

let browser;
const pages = [];

before(async () => {
  pages.push({ name: 'one target', file: pageOf('hostile', hostile()) });
  pages.push({ name: 'two targets', file: pageOfSeveral('several', [hostile(), other()]) });
  const suspects = ['one', 'another', 'a third'].map((target) => ({ ...hostile(), target }));
  pages.push({ name: 'suspects', file: pageOfSeveral('suspects', suspects) });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  removePages();
});

const on = async (file, fragment, options, look) => {
  const { page, seen, close } = await opened(browser, addressOf(file, fragment), options);
  try {
    await look(page, seen);
  } finally {
    await close();
  }
};

/** The same test on the page of one target and on that of two. */
const onEach = (fragment, options, look) => async (context) => {
  for (const { name, file } of pages) await context.test(name, () => on(file, fragment, options, look));
};

const one = (fragment, options, look) => () => on(pages[0].file, fragment, options, look);

const settled = (page, words) => page.waitForFunction((text) => document.querySelector('#shown').textContent === text, words);

describe('what a server answered', () => {
  it('runs nothing, asks for nothing, and breaks no policy', onEach('', {}, async (page, seen) => {
    await openAll(page);
    await page.hover('main');
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => window.__pwned), undefined);
    assert.deepEqual(await page.evaluate(() => window.__violations), []);
    assert.deepEqual(seen.dialogs, []);
    assert.deepEqual(seen.messages, []);
    assert.equal(seen.requests.length, 1, seen.requests.join('\n'));
  }));

  it('becomes no element and no attribute', onEach('', {}, async (page) => {
    await openAll(page);
    const strangers = await page.evaluate(() => [...document.querySelectorAll('img, iframe, object, embed, base, body script:not(#island):not(:last-of-type)')]
      .map((element) => element.outerHTML.slice(0, 80)));
    assert.deepEqual(strangers, []);
    const handlers = await page.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) => element.getAttributeNames())
      .filter((name) => name.startsWith('on') || name === 'autofocus'));
    assert.deepEqual(handlers, []);
  }));

  it('links to the web only', onEach('', {}, async (page) => {
    await openAll(page);
    const links = await page.evaluate(() => [...document.querySelectorAll('a')].map((link) => link.getAttribute('href')));
    assert.deepEqual(links.filter((link) => !/^(#|https?:\/\/)/.test(link)), []);
    assert.ok(links.includes('https://example.org/issues/1'), 'a link to the web is one');
  }));

  it('hides nothing and turns no direction', onEach('', {}, async (page) => {
    await openAll(page);
    const text = await page.evaluate(() => document.body.innerText + document.title);
    assert.equal(HIDDEN.exec(text.replaceAll('\n', ' ')), null);
    assert.ok(text.includes('\\u{202e}gnp.exe'), 'shown as what it is');
    assert.ok(text.includes('{{ 7*7 }}'), 'no template of ours');
  }));

  it('is cut where it is endless', onEach('#GetUser::answers_with_a_megabyte', {}, async (page) => {
    const text = await page.locator('details.case[open] .told').first().innerText();
    assert.ok(text.length < 100_000, `${text.length} characters`);
    assert.match(text, /… \(\d+ more characters\)/);
  }));

  it('could not run if it were in the page', one('', {}, async (page) => {
    const refused = await page.evaluate(() => {
      const errors = [];
      const attempts = [
        () => { document.querySelector('main').innerHTML = '<img src=x onerror="window.__pwned=9">'; },
        () => document.write('<script>window.__pwned=9</script>'),
        () => {
          const script = document.createElement('script');
          script.append('window.__pwned=9');
          document.body.append(script);
          throw new Error(window.__pwned ? 'ran' : 'did not run');
        },
      ];
      for (const attempt of attempts) {
        try {
          attempt();
          errors.push('no error');
        } catch (error) {
          errors.push(error.message);
        }
      }
      return errors;
    });
    assert.match(refused[0], /TrustedHTML/);
    assert.match(refused[1], /TrustedHTML/);
    assert.doesNotMatch(refused[2], /^ran$/);
    assert.equal(await page.evaluate(() => window.__pwned), undefined);
    assert.ok((await page.evaluate(() => window.__violations)).length >= 2, 'and the policy says so');
  }));
});

describe('filter and search', () => {
  it('narrow the list, and the address remembers', one('', {}, async (page) => {
    await settled(page, '13 of 13 cases');
    await page.getByRole('checkbox', { name: 'blocked' }).check();
    await page.getByRole('checkbox', { name: 'skipped' }).check();
    await settled(page, '2 of 13 cases');
    await page.getByLabel('Search').fill("machine's TOKEN");
    await settled(page, '1 of 13 cases');
    assert.deepEqual(await page.locator('details.case:visible .name').allTextContents(), ['token_expired']);
    const address = page.url();
    await page.getByRole('button', { name: 'Clear the filter' }).first().click();
    await settled(page, '13 of 13 cases');
    assert.equal(new URL(page.url()).hash, '');
    await page.goto(address);
    await settled(page, '1 of 13 cases');
    assert.equal(await page.getByLabel('Search').inputValue(), "machine's TOKEN");
  }));

  const choices = [
    ['Operation', 'SetUserSettings', 4], ['Evidence', 'contested', 1], ['Evidence', 'model', 1], ['Check', 'message', 1],
    ['Origin', 'generated', 1], ['Gate', 'does not gate', 1],
  ];
  for (const [label, value, left] of choices) {
    it(`by ${label}: ${value}`, one('', {}, async (page) => {
      await page.getByLabel(label).selectOption({ label: value });
      await settled(page, `${left} of 13 cases`);
    }));
  }

  it('find by target and by agreement where there are several', () => on(pages[1].file, '', {}, async (page) => {
    await page.getByLabel('Agreement').selectOption({ label: 'outcomes differ' });
    await settled(page, '7 of 13 cases');
    await page.getByLabel('Agreement').selectOption({ label: 'any' });
    await page.locator('select[name=target]').selectOption({ label: 'other 2.0' });
    await settled(page, '8 of 13 cases');
    await page.getByRole('checkbox', { name: 'fail', exact: false }).first().check();
    await settled(page, '0 of 13 cases');
  }));

  it('say so when nothing is left', one('#?q=nothing-has-this', {}, async (page) => {
    await settled(page, '0 of 13 cases');
    await page.locator('#clear').click();
    await settled(page, '13 of 13 cases');
  }));
});

describe('a link to a case', () => {
  const names = ['GetUser::token_garbage', 'GetUser::name_with_%_and_?_and_"quotes"_and_<b>::each[0]'];
  for (const name of names) {
    it(`opens ${name}, whatever the filter`, one(`#${encodeURIComponent(name)}?outcome=blocked`, {}, async (page) => {
      const details = page.locator('details.case[open]');
      await details.waitFor();
      assert.equal(await details.count(), 1);
      assert.equal(await details.getAttribute('id'), name);
      assert.ok(await details.locator('summary').evaluate((summary) => summary === document.activeElement), 'has the focus');
      assert.match(await details.locator('.inside').innerText(), /reproduce/);
      await page.waitForTimeout(200);
      assert.ok(await details.isVisible(), 'and stays');
    }));
  }

  it('is what opening it leaves in the address', one('', {}, async (page) => {
    await page.locator('details.case[id="GetUser::token_garbage"] summary').click();
    await page.waitForFunction(() => location.hash === '#GetUser::token_garbage');
  }));

  it('leads from a defect and from the scoreboard to the list', one('#?outcome=skipped', {}, async (page) => {
    await page.locator('.defect', { hasText: 'expected 400' }).locator('summary').click();
    await page.locator('.defect[open]').getByRole('link', { name: 'token_garbage' }).click();
    await page.waitForSelector('details.case[id="GetUser::token_garbage"][open]');
    await page.getByRole('link', { name: 'SetUserSettings' }).first().click();
    assert.ok(await page.locator('section.operation[id="SetUserSettings"]').isVisible());
  }));
});

describe('the keyboard alone', () => {
  it('searches, walks from case to case, and opens one', one('', {}, async (page) => {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'q');
    await page.keyboard.type('expected');
    await page.keyboard.press('/');
    assert.equal(await page.getByLabel('Search').inputValue(), 'expected/');
    await page.keyboard.press('Escape');
    await settled(page, '13 of 13 cases');
    const name = () => page.evaluate(() => document.activeElement.parentElement.id);
    const all = await page.locator('details.case').evaluateAll((cases) => cases.map((details) => details.id));
    await page.keyboard.press('ArrowDown');
    assert.equal(await name(), all[0]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    assert.equal(await name(), all[2]);
    await page.keyboard.press('ArrowUp');
    assert.equal(await name(), all[1]);
    await page.keyboard.press('Enter');
    await page.waitForSelector('details.case[open] .inside');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('details[open]').contains(document.activeElement)), 'Tab goes inside');
  }));

  it('is trapped nowhere, and what has the focus is seen to have it', onEach('', {}, async (page) => {
    await openAll(page);
    const stops = new Set();
    let left = false;
    for (let press = 0; press < 600 && !left; press += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const active = document.activeElement;
        if (active === document.body) return null;
        active.dataset.stop ??= String(Math.random());
        const style = getComputedStyle(active);
        return { stop: active.dataset.stop, seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0, what: active.outerHTML.slice(0, 80) };
      });
      if (stop === null || stops.has(stop.stop)) left = true;
      else assert.ok(stop.seen, `no outline: ${stop.what}`);
      if (stop) stops.add(stop.stop);
    }
    assert.ok(left, 'Tab comes out at the end');
    const everything = await page.evaluate(() => [...document.querySelectorAll('a, button, input, select, summary, [tabindex="0"]')].filter((element) => element.checkVisibility()).length);
    assert.equal(stops.size, everything, 'and has been everywhere');
  }));
});

describe('a phone', () => {
  it('scrolls down only', onEach('', { viewport: PHONE }, async (page) => {
    await openAll(page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= PHONE.width, `${width} px`);
    assert.deepEqual(await page.evaluate(clippedText), []);
  }));
});

describe('colours', () => {
  for (const colorScheme of ['light', 'dark']) {
    it(`${colorScheme}: text stands out from its ground`, onEach('', { colorScheme }, async (page) => {
      await openAll(page);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(ground === 'rgb(255, 255, 255)', colorScheme === 'light');
      assert.deepEqual(await page.evaluate(lowContrast), []);
    }));
  }
});

describe('without JavaScript', () => {
  it('the figures, the scoreboard, the defects and the list are there', one('', { javaScriptEnabled: false }, async (page) => {
    assert.match(await page.locator('.figures').innerText(), /66\.7%\s+divergence[\s\S]*69\.2%\s+coverage/);
    assert.equal(await page.locator('#scoreboard tbody tr').count(), 3);
    assert.ok(await page.locator('.defect').first().isVisible());
    assert.equal(await page.locator('details.case').count(), 13);
    assert.ok(await page.locator('#filters').isHidden());
    assert.ok(await page.locator('noscript').isVisible());
  }));

  it('what changed and what is suspect is there', async () => {
    await on(pages[1].file, '', { javaScriptEnabled: false }, async (page) => assert.ok(await page.locator('#changes .found a').first().isVisible()));
    await on(pages[2].file, '', { javaScriptEnabled: false }, async (page) => assert.ok(await page.locator('#suspects .defect').first().isVisible()));
  });
});

describe('what a comparison found', () => {
  for (const [at, section] of [[1, 'changes'], [2, 'suspects']]) {
    it(`${section} lead to their cases`, () => on(pages[at].file, '', {}, async (page) => {
      await page.evaluate((id) => document.querySelectorAll(`#${id} details`).forEach((details) => { details.open = true; }), section);
      const link = page.locator(`#${section} .found a`).filter({ hasText: '::' }).first();
      const name = await link.innerText();
      await link.click();
      await page.waitForFunction((id) => document.getElementById(id).open, name);
    }));
  }
});

describe('a command', () => {
  it('is copied as it stands', one('#GetUser::token_garbage', {}, async (page) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('details.case[open]').getByRole('button', { name: 'Copy command' }).click();
    await page.waitForFunction(() => document.querySelector('#said').textContent === 'Copied command');
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^cognito-conformance run --exact GetUser::token_garbage /);
  }));
});

describe('five thousand cases', () => {
  it('open and filter at once', async () => {
    const result = hostile();
    const model = result.cases.find((one) => one.name === 'GetUser::token_garbage');
    result.cases = Array.from({ length: 5000 }, (_, at) => ({ ...model, name: `Operation${at % 100}::case_${at}`, operation: `Operation${at % 100}` }));
    await on(pageOf('many', result), '', {}, async (page) => {
      const taken = await page.evaluate(() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd);
      assert.ok(taken < 5000, `opened in ${taken} ms`);
      const begin = Date.now();
      await page.getByLabel('Search').fill('case_4321');
      await settled(page, '1 of 5000 cases');
      assert.ok(Date.now() - begin < 2000, `filtered in ${Date.now() - begin} ms`);
    });
  });
});
