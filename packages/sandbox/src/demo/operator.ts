import { AccessKeyId, type EpochMs } from '@keynag/core'
import { recordByHand, type Ports } from '@keynag/engine'

/** The demo's operator exempts a break-glass key until a date. */
export async function exempt(
  ports: Pick<Ports, 'ledger' | 'organization' | 'clock'>,
  accessKeyId: string,
  until: EpochMs,
): Promise<void> {
  const fact = {
    kind: 'exempted',
    until,
    approver: 'security lead',
    why: 'break-glass access, reviewed every half year',
    ticket: 'SEC-1042',
  } as const
  const decide = () => ({ kind: 'fact', fact }) as const
  await recordByHand(ports, AccessKeyId.parse(accessKeyId), decide, 'security lead')
}
