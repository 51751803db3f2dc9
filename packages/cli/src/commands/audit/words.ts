import type { Finding } from './findings.ts'

/** `never`, `2026-03-01 (s3, eu-west-1)` or `unknown`. */
export function lastUsedInWords({ lastUsed }: Finding): string {
  if (lastUsed.kind !== 'at') return lastUsed.kind
  const where = [lastUsed.service, lastUsed.region].filter((part) => part !== undefined)
  const day = lastUsed.at.slice(0, 10)
  return where.length === 0 ? day : `${day} (${where.join(', ')})`
}

/** `nag 2026-11-21, rotate 2026-11-28`. It leaves out steps after the first enforcement. */
export function dueInWords({ due }: Finding): string {
  const end = due.findIndex(({ action }) => enforcements.has(action))
  const shown = end === -1 ? due : due.slice(0, end + 1)
  return shown
    .filter(({ action }) => action !== 'escalate')
    .map(({ action, at }) => `${action} ${at.slice(0, 10)}`)
    .join(', ')
}

const enforcements: ReadonlySet<string> = new Set(['rotate', 'deactivate', 'delete', 'hold'])
