// The drive that files are sent to, over the site's API.

import { requestJson } from 'festivity/request.js';
import { countKeys } from 'festivity/upload/files.js';

const PAGE = 1000;

export function beginDrive(url, title) {
  return requestJson(url, { method: 'POST', json: { title } });
}

export function renameDrive(url, title) {
  return requestJson(url, { method: 'PATCH', json: { title } });
}

export function submitDrive(url) {
  return requestJson(`${url}submit/`, { method: 'POST' });
}

/** Every file that the drive has, page by page. */
export async function footageOf(url) {
  const files = [];
  let next = `${url}footage/?limit=${PAGE}`;
  while (next) {
    const page = await requestJson(sameOrigin(next));
    files.push(...page.results);
    next = page.next;
  }
  return files;
}

/** A link of the API without its host: behind a proxy the site may not know its own name. */
function sameOrigin(url) {
  const { pathname, search } = new URL(url, window.location.origin);
  return pathname + search;
}

export function countReceived(footage) {
  return countKeys(footage.map((file) => ({ name: file.name, size: file.size_bytes })));
}
