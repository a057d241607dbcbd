// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// What the built-in catalogue and the Connect protocol say of Connect codes and HTTP statuses.

/** By Connect code: the HTTP status that Connect's protocol gives it (https://connectrpc.com/docs/protocol#error-codes). */
export const statuses: readonly number[] = [
  500, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
];

/** By Connect code: the number of the built-in entry that stands in for an error that names none. */
export const numbers: readonly number[] = [0, 0, 0, 4, 0, 10, 4, 9, 0, 4, 4, 4, 2, 0, 11, 12, 7];

/** By HTTP status: the Connect code that comes closest, where it is not the last one that has the status. */
const closest: Record<number, number> = {
  400: 3,
  402: 7,
  405: 12,
  408: 4,
  410: 5,
  412: 9,
  413: 8,
  416: 11,
  428: 9,
  451: 7,
  500: 13,
  502: 14,
};

const isBetween = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/** Returns the Connect code, or 2, unknown, for what is no Connect code. */
export const connectCodeOf = (code: unknown): number => (isBetween(code, 1, 16) ? code : 2);

/** Returns the HTTP status, or undefined for what is no status of an error. */
export const errorStatus = (status: unknown): number | undefined => (isBetween(status, 400, 599) ? status : undefined);

/** Returns the Connect code and the number that stand in for an HTTP status, or for none. */
export function ofStatus(status = Number.NaN): [connectCode: number, number: number] {
  const last = statuses.lastIndexOf(status);
  const connectCode = closest[status] ?? (last > 0 ? last : status < 500 ? 3 : 2);
  const structural = [400, 406, 411, 413, 414, 415, 417, 431].includes(status);
  return [connectCode, status === 405 ? 1 : structural ? 3 : (numbers[connectCode] as number)];
}
