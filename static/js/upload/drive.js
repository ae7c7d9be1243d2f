// The drive that files are sent to, over the site's API.

import { requestJson } from 'festivity/request.js';

const PAGE = 1000;

/** `wanted`: { title, keep_originals }. */
export function beginDrive(url, wanted) {
  return requestJson(url, { method: 'POST', json: wanted });
}

export function changeDrive(url, wanted) {
  return requestJson(url, { method: 'PATCH', json: wanted });
}

export function submitDrive(url) {
  return requestJson(`${url}submit/`, { method: 'POST' });
}

/** How many files the drive has. */
export async function countFiles(url) {
  return (await requestJson(`${url}footage/?limit=1`)).count;
}

/** The drive's files that are not all here yet, whichever device began them. */
export async function openUploadsOf(url) {
  const open = [];
  for (let page = 1, more = true; more; page += 1) {
    const { results, next } = await requestJson(`${url}uploads/?limit=${PAGE}&page=${page}`);
    open.push(...results);
    more = next !== null;
  }
  return open;
}

/** Where the driver has sent these files before: SHA-256 → { drive, title, page, name }. */
export async function sentBefore(url, hashes, drive) {
  const found = await requestJson(url, { method: 'POST', json: { sha256: hashes, ...(drive && { drive }) } });
  return new Map(found.map((file) => [file.sha256, file]));
}
