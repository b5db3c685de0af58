// The pages under test, and a browser that records what they do.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'page-'));

/** What the server under test answered: everything that a page must not obey. */
export const hostile = () => JSON.parse(readFileSync(join(here, 'hostile.json'), 'utf8')
  .replaceAll('MEGABYTE', 'W'.repeat(1 << 20)));

const program = (...words) => {
  const [command, ...before] = process.env.COGNITO_CONFORMANCE ? [process.env.COGNITO_CONFORMANCE] : ['cargo', 'run', '--quiet', '--'];
  execFileSync(command, [...before, ...words], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
};

const written = (name, result) => {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(result));
  return path;
};

/** Renders a result as its page; answers the file. */
export const pageOf = (name, result) => {
  const file = join(folder, `${name}.html`);
  program('report', written(name, result), '--as', `html=${file}`);
  return file;
};

/** Renders results as the page that has them side by side; answers the file. */
export const pageOfSeveral = (name, results) => {
  const file = join(folder, `${name}.html`);
  program('compare', ...results.map((result, at) => written(`${name}-${at}`, result)), '--as', `html=${file}`);
  return file;
};

export const removePages = () => rmSync(folder, { recursive: true });

export const addressOf = (file, fragment = '') => pathToFileURL(file).href + fragment;

export const startBrowser = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** Opens a page with no network. `seen` fills with what it asked for, what it said, and what its policy refused. */
export const opened = async (browser, address, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.route(/^(?!file:)/, (route) => route.abort());
  const page = await context.newPage();
  const seen = { requests: [], messages: [], dialogs: [] };
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('console', (message) => seen.messages.push(message.text()));
  page.on('pageerror', (error) => seen.messages.push(error.message));
  page.on('dialog', async (dialog) => {
    seen.dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  await page.addInitScript(() => {
    window.__violations = [];
    document.addEventListener('securitypolicyviolation', (event) => window.__violations.push(`${event.violatedDirective} ${event.sample}`));
  });
  await page.goto(address);
  return { page, seen, close: () => context.close() };
};

/** Opens every case and everything else that opens. */
export const openAll = async (page) => {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
  await page.waitForFunction(() => [...document.querySelectorAll('details.case')].every((details) => details.querySelector('.inside')));
};
