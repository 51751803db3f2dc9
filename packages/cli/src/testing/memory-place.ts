import { type EpochMs, MemoryLedger, type Organization } from '@keynag/core'
import { anOrganization } from '@keynag/core/testing'
import type { Place } from '../place/place.ts'

interface MemoryPlaceOptions {
  readonly now: EpochMs
  readonly organization?: Organization
}

/** A place with a ledger in memory and a clock that stands still. It has no queues. */
export function memoryPlace({ now, organization = anOrganization() }: MemoryPlaceOptions) {
  const ledger = new MemoryLedger()
  let closed = 0
  const place: Place = {
    name: 'stage test',
    clock: { now: () => now, sleep: () => Promise.resolve() },
    organization,
    ledger,
    reportLedger: () => ledger,
    operator: () => Promise.resolve('arn:aws:iam::111111111111:user/op'),
    queues: () => Promise.reject(new Error('this place has no queues')),
    close: () => {
      closed += 1
      return Promise.resolve()
    },
  }
  return { place, ledger, closed: () => closed }
}
