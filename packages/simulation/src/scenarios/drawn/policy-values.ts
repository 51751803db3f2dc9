import type { Values } from './draw.ts'

export const accountIds = [
  '111111111111',
  '222222222222',
  '333333333333',
  '444444444444',
  '555555555555',
] as const

/** The unit of each account, and the root above all of them. */
export const unitOf = (accountId: string): string =>
  accountId < '333333333333' ? 'ou-ab12-products' : 'ou-ab12-research'
export const rootUnit = 'r-ab12'

/**
 * The values that the simulation draws for the options of a policy whose schema does not list its
 * values, and for those of which some values should come more often. Most times are short, so that
 * a run has few days. All other options are drawn from the schema alone.
 */
export const policyValues: Values = {
  // The caller gives each policy its name.
  name: ['drawn'],
  mode: ['enforce', 'enforce', 'enforce', 'enforce', 'enforce', 'notify', 'dry-run'],
  'match.accounts[]': accountIds,
  'match.organizationalUnits[]': ['ou-ab12-products', 'ou-ab12-research', rootUnit],
  'match.paths[]': ['/', '/ci/', '/ci/deploy/', '/people/'],
  'match.userNames[]': ['a*', '*b*', 'ANN', 'user-*'],
  'match.groups[]': ['Ops', 'build'],
  'match.tags': [{ team: ['red'] }, { Team: ['red', 'blue'] }, { team: ['*'] }, { stage: ['*'] }],
  warnFromDay: [undefined, undefined, 80, 85, 88, 90],
  staleAtDay: [90, 90, 90, 88, 95],
  'nag.everyDays': [1, 1, 2, 3, 7],
  'nag.via[]': ['slack', 'slack', 'email', 'email', '#access-keys'],
  'nag.oneMessagePer': ['owner', 'owner', 'user', 'policy'],
  'quiet.timeZone': [undefined, 'UTC', 'America/New_York', 'Asia/Kolkata'],
  'quiet.from': [undefined, '18:00', '20:30', '00:00'],
  'quiet.to': [undefined, '08:00', '06:00', '24:00'],
  'quiet.holidays': [undefined, ['2026-01-07'], ['01-06', '01-13']],
  'escalation[].afterNags': [undefined, 1, 1, 2, 3],
  'escalation[].atDay': [undefined, undefined, 91, 95, 100],
  'escalation[].to': ['manager', 'security', '#team', 'boss@example.com'],
  'enforce.atDay': [90, 90, 90, 91, 95],
  'enforce.afterNags': [undefined, 1, 1, 2, 3],
  staleSightingDays: [2, 2, 3, 5],
  'enforce.installationGraceDays': [1, 1, 1.5, 2, 3],
  'enforce.inUseDays': [undefined, 0, 0.5, 0.5, 1, 3],
  'enforce.recoveryGraceDays': [0, 1, 1, 2, 4],
  'enforce.retentionDays': [1, 2, 3, 10],
  'enforce.window.timeZone': [undefined, 'UTC', 'America/New_York', 'Asia/Kolkata'],
  'enforce.window.from': [undefined, undefined, '08:00', '16:30', '22:00', '23:55'],
  'enforce.window.to': [undefined, undefined, '04:00', '16:00', '23:59', '24:00'],
  'enforce.window.notOn': [undefined, undefined, ['2026-01-06'], ['2026-01-05', '01-12']],
  'caps.perDay': [undefined, undefined, 50, 2, 1, 0],
  'caps.perAccountPerDay': [undefined, undefined, 10, 1, 0],
  'caps.shareOfEstatePerDay': [1, 1, 1, undefined, 0.5],
}
