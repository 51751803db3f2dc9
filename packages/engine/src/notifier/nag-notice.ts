import { createHash } from 'node:crypto'
import { isFinished, isoDay, NoticeId, type EpochMs, type Notice } from '@keynag/core'
import type { Ports } from '../ports.ts'

/** An audience may contain a user's path, and no ID may grow with a path: so a digest stands for it. */
export function nagNoticeId(audience: string, part: number, now: EpochMs): NoticeId {
  const digest = createHash('sha256').update(audience).digest('hex').slice(0, 24)
  return NoticeId.parse(`nag/${isoDay(now)}/${digest}/${part}`)
}

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
