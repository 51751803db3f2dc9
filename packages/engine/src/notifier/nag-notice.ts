import { createHash } from 'node:crypto'
import { isFinished, isoDay, NoticeId, type EpochMs, type Notice } from '@keynag/core'
import type { Ports } from '../ports.ts'

/** An audience may contain a user's path, and no ID may grow with a path: so a digest stands for it. */
export function nagNoticeId(audience: string, part: number, now: EpochMs): NoticeId {
  return NoticeId.parse(`nag/${isoDay(now)}/${digestOf(audience)}/${part}`)
}

const digestOf = (audience: string): string =>
  createHash('sha256').update(audience).digest('hex').slice(0, 24)

/** Whether the reminder went to this audience. The owner of a key may have changed since. */
export const isToAudience = ({ noticeId }: Pick<Notice, 'noticeId'>, audience: string): boolean =>
  noticeId.includes(`/${digestOf(audience)}/`)

/** The first of today's reminders to this audience that is not finished; `undefined` if none was begun. */
export async function openNagNotice(
  { ledger }: Pick<Ports, 'ledger'>,
  audience: string,
  now: EpochMs,
): Promise<Notice | undefined> {
  for (let part = 1; ; part += 1) {
    const notice = await ledger.notice(nagNoticeId(audience, part, now))
    if (notice === undefined || !isFinished(notice)) return notice
  }
}
