// Checks that the demo with its defaults shows every outcome and violates no invariant.
import { readFileSync } from 'node:fs'
import { invariantTitle } from '@keynag/core/invariants'

const [, , file] = process.argv
const summary = JSON.parse(readFileSync(file ?? '', 'utf8'))
const { scans, rotations } = summary
const outcomes = {
  'scans requested': scans.requested,
  'scans complete': scans.complete,
  'accounts failed': scans.accountsFailed,
  'stale keys': summary.stale,
  nags: summary.nags,
  'owners nagged': summary.ownersNagged,
  'mails that came back': summary.withdrawn,
  escalations: summary.escalations,
  'replacements issued': rotations.issued,
  'rotations completed': rotations.completed,
  deactivated: summary.deactivated,
  deleted: summary.deleted,
  'resolved by owners': summary.resolvedByOwner,
  held: summary.held,
  exempt: summary.exempt,
  'dead letters': summary.deadLettered,
  // An owner of 70 keys, a new owner, a closed account, two changed policies, and a replacement
  // that nobody installed.
  'all six people to look up': summary.lookUps.length - 5,
}
const missing = Object.entries(outcomes).filter(([, count]) => !(count > 0))
for (const [what] of missing) console.log(`the demo does not show: ${what}`)
for (const { invariant, sentence } of summary.invariantViolations) {
  console.log(`${invariantTitle(invariant)} is violated: ${sentence}`)
}
if (missing.length > 0 || summary.invariantViolations.length > 0) process.exit(1)
console.log(`the demo shows all ${Object.keys(outcomes).length} outcomes, no invariant violated`)
