import { AccessKeyId, AccountId, NoticeId, RotationId, UserId } from '../ids.ts'
import { parseIso, type EpochMs } from '../time.ts'

/** The instant of an ISO 8601 day or time. */
export function at(text: string): EpochMs {
  const instant = parseIso(text)
  if (instant === undefined) throw new Error(`"${text}" is not an ISO 8601 time`)
  return instant
}

const sixteen = (value: number): string => value.toString(36).toUpperCase().padStart(16, '0')

/** The nth of a sequence of invented access key IDs. */
export const aKeyId = (n = 1): AccessKeyId => AccessKeyId.parse(`AKIA${sixteen(n)}`)
export const aUserId = (n = 1): UserId => UserId.parse(`AIDA${sixteen(n)}`)
export const anAccountId = (n = 1): AccountId => AccountId.parse(`1${String(n).padStart(11, '0')}`)
export const aRotationId = (n = 1): RotationId =>
  RotationId.parse(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)
export const aNoticeId = (n = 1): NoticeId => NoticeId.parse(`nag/person-${n}/2026-01-05`)
