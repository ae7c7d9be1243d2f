// Every request of the site's scripts goes through here: CSRF token, the part header, and errors as sentences.

import { sentence } from 'festivity/texts.js';

const SENTENCE_OF_STATUS = { 400: 'wrong', 401: 'refused', 403: 'refused', 404: 'missing', 409: 'wrong', 429: 'busy' };

export class RequestError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export function requestJson(url, options) {
  return request(url, { accept: 'application/json', ...options }).then((response) => response.json());
}

export function requestPart(url, options) {
  return request(url, { accept: 'text/html', part: true, ...options }).then((response) => response.text());
}

/** The bytes of a tile, or null where there is nothing (204). */
export async function requestBytes(url, options) {
  const response = await request(url, { accept: '*/*', ...options });
  return response.status === 204 ? null : response.arrayBuffer();
}

async function request(url, { method = 'GET', accept, part = false, json, form, signal, keepalive = false } = {}) {
  const headers = { Accept: accept };
  if (part) headers['X-Part'] = '1';
  if (method !== 'GET') headers['X-CSRFToken'] = csrfToken();
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  const body = json === undefined ? form : JSON.stringify(json);
  const response = await answerTo(url, { method, headers, body, signal, keepalive, credentials: 'same-origin' });
  if (!response.ok || (part && response.redirected)) throw await errorOf(response);
  return response;
}

async function answerTo(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new RequestError(sentence('offline'), 0);
  }
}

async function errorOf(response) {
  const said = await saidBy(response);
  const name = response.redirected ? 'refused' : (SENTENCE_OF_STATUS[response.status] ?? 'broken');
  return new RequestError(said || sentence(name), response.status);
}

async function saidBy(response) {
  if (!response.headers.get('Content-Type')?.includes('json')) return '';
  const { detail } = await response.json().catch(() => ({}));
  return typeof detail === 'string' ? detail : '';
}

export function csrfToken() {
  return document.querySelector('[name=csrfmiddlewaretoken]')?.value ?? '';
}
