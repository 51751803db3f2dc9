import { epochMs, isoDay, isoTime, type EpochMs } from '@keynag/core'

/** `2026-11-21 09:00`, UTC. */
export const minuteOf = (at: EpochMs): string => isoTime(at).slice(0, 16).replace('T', ' ')

export const dayOf = (at: EpochMs | undefined): string => (at === undefined ? '' : isoDay(at))

/** The names of instants in the ledger's documents. */
const isTimeName = (name: string): boolean => /At$|^(?:at|since|until)$/.test(name)

/** A document of the ledger for other programs: its instants as ISO 8601 in UTC. */
export function withIsoTimes(document: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(document)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'number' && isTimeName(name) ? isoTime(epochMs(value)) : inside(value),
      ]),
  )
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside)
  return typeof value === 'object' && value !== null ? withIsoTimes(value) : value
}
