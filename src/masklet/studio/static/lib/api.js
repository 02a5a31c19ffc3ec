/** Talking to the server: JSON there, JSON or bytes back, and errors whose message is for people. */

import { sentence } from "./format.js";

/** What the server refused, or that it did not answer at all (status 0). */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status
   * @param {any} [details]
   */
  constructor(message, status, details) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.details = details;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] a Blob or bytes go as they are, everything else as JSON
 * @param {AbortSignal} [signal]
 * @returns {Promise<Response>}
 */
export async function request(method, path, body, signal) {
  /** @type {Record<string, string>} */
  const headers = {};
  /** @type {BodyInit | undefined} */
  let payload;
  if (body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    payload = /** @type {BodyInit} */ (body);
    headers["Content-Type"] = "application/octet-stream";
  } else if (body !== undefined) {
    payload = JSON.stringify(body);
    headers["Content-Type"] = "application/json";
  }
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, { method, headers, body: payload, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("The studio does not answer. Is it still running?", 0);
  }
  if (response.ok) return response;
  const details = await response.json().catch(() => null);
  throw new ApiError(reason(details, response.status), response.status, details);
}

/**
 * @param {any} details
 * @param {number} status
 */
function reason(details, status) {
  if (typeof details?.error === "string") return sentence(details.error);
  if (status === 401) {
    return "This page may not talk to the studio. Open the address that masklet studio printed.";
  }
  return `The studio refused this (error ${status}).`;
}

/** @param {string} method @param {string} path @param {unknown} [body] @param {AbortSignal} [signal] */
async function json(method, path, body, signal) {
  const response = await request(method, path, body, signal);
  return response.status === 204 ? null : response.json();
}

/**
 * @template T
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function get(path, signal) {
  return json("GET", path, undefined, signal);
}

/**
 * @template T
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function post(path, body, signal) {
  return json("POST", path, body, signal);
}

/**
 * @template T
 * @param {string} path
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function patch(path, body, signal) {
  return json("PATCH", path, body, signal);
}

/**
 * @template T
 * @param {string} path
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function put(path, body, signal) {
  return json("PUT", path, body, signal);
}

/**
 * @template T
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function del(path, signal) {
  return json("DELETE", path, undefined, signal);
}

/** The bytes at an address; null where there are none (204). @param {string} path @param {AbortSignal} [signal] */
export async function getBytes(path, signal) {
  const response = await request("GET", path, undefined, signal);
  return response.status === 204 ? null : response.arrayBuffer();
}
