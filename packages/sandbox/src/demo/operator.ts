import { AccessKeyId, evolve, schedule, type EpochMs } from '@keynag/core'
import type { Ports } from '@keynag/functions'

/** What an operator does in the demo: leaves a break-glass key alone until a date. */
export async function exempt(
  { ledger, organization, clock }: Pick<Ports, 'ledger' | 'organization' | 'clock'>,
  accessKeyId: string,
  until: EpochMs,
): Promise<void> {
  const now = clock.now()
  const before = await ledger.entry(AccessKeyId.parse(accessKeyId))
  if (before === undefined) return
  const fact = {
    kind: 'exempted',
    until,
    approver: 'security lead',
    why: 'break-glass access, reviewed every half year',
    ticket: 'SEC-1042',
  } as const
  const after = schedule(evolve(before, fact, now), organization.policies, now)
  const actor = { kind: 'operator', name: 'security lead' } as const
  await ledger.commit([{ kind: 'entry', before, after, fact, actor }])
}
