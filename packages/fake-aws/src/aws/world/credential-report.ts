import { keysSeen } from './access-key.ts'
import type { Account } from './account.ts'
import type { Settings } from './settings.ts'
import { type AccessKey, type User, userArn } from './user.ts'

/** IAM makes a new report "as often as once every four hours" (User Guide, credential reports). */
export const REPORT_LIFETIME_MS = 4 * 3_600_000

/** AWS added the last column later, so readers must find columns by the header. */
const COLUMNS = [
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed',
  'password_next_rotation,mfa_active',
  'access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date',
  'access_key_1_last_used_region,access_key_1_last_used_service',
  'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date',
  'access_key_2_last_used_region,access_key_2_last_used_service',
  'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated',
  'additional_credentials_info',
].join(',')

const CERTIFICATES = 'false,N/A,false,N/A'
const NO_KEY = 'false,N/A,N/A,N/A,N/A'

const date = (ms: number, suffix: string): string =>
  `${new Date(ms).toISOString().slice(0, 19)}${suffix}`

const keyColumns = (key: AccessKey | undefined, nowMs: number, settings: Settings): string => {
  if (key === undefined) return NO_KEY
  const rotatedMs = settings.statusChangeMovesLastRotated ? key.statusChangedAtMs : key.createdAtMs
  const use = key.reportedUse.seenAt(nowMs)
  return [
    String(key.status.seenAt(nowMs) === 'Active'),
    date(rotatedMs, settings.reportDateSuffix),
    use === undefined ? 'N/A' : date(use.atMs, settings.reportDateSuffix),
    use?.region ?? 'N/A',
    use?.service ?? 'N/A',
  ].join(',')
}

/** Names may hold commas (IAM User Guide, IAM name requirements). */
const quoted = (text: string): string => (text.includes(',') ? `"${text}"` : text)

const userRow = (user: User, nowMs: number, settings: Settings): string => {
  const suffix = settings.reportDateSuffix
  const { enabled, lastUsedMs, changedAtMs } = user.password
  const keys = keysSeen(user, nowMs)
  return [
    quoted(user.name),
    quoted(userArn(user)),
    date(user.createdAtMs, suffix),
    String(enabled),
    enabled ? (lastUsedMs === undefined ? 'no_information' : date(lastUsedMs, suffix)) : 'N/A',
    enabled ? date(changedAtMs, suffix) : 'N/A',
    'N/A',
    String(user.mfa),
    keyColumns(
      keys.find(({ slot }) => slot === 1),
      nowMs,
      settings,
    ),
    keyColumns(
      keys.find(({ slot }) => slot === 2),
      nowMs,
      settings,
    ),
    CERTIFICATES,
    '',
  ].join(',')
}

const rootRow = (account: Account, settings: Settings): string => {
  const suffix = settings.reportDateSuffix
  const { keys, mfa, passwordLastUsedMs } = account.root
  const columns = [0, 1].map((at) => {
    const key = keys[at]
    if (key === undefined) return NO_KEY
    return `${key.active},${date(key.createdAtMs, suffix)},N/A,N/A,N/A`
  })
  return [
    '<root_account>',
    `arn:aws:iam::${account.id}:root`,
    date(account.joinedAtMs, suffix),
    'not_supported',
    passwordLastUsedMs === undefined ? 'no_information' : date(passwordLastUsedMs, suffix),
    'not_supported',
    'not_supported',
    String(mfa),
    ...columns,
    CERTIFICATES,
    '',
  ].join(',')
}

/** The report as CSV: one row per user, the root user first, without key IDs and tags. */
export const writeReport = (account: Account, nowMs: number, settings: Settings): Buffer => {
  const rows = account.users.sorted.map((user) => userRow(user, nowMs, settings))
  return Buffer.from([COLUMNS, rootRow(account, settings), ...rows].join('\n'))
}
