import { releaseFact, type AccessKeyId, type Entry } from '@keynag/core'
import type { Ports } from '../ports.ts'
import type { Request } from './answer.ts'
import { recordByHand, type ByHand, type RecordedByHand } from './record-by-hand.ts'

/** What the end of a hold is for this key; see `releaseFact`. */
export const decideRelease =
  (request: Request) =>
  (entry: Entry): ByHand => {
    const fact = releaseFact(entry, request)
    return fact === undefined
      ? { kind: 'refused', why: `${entry.accessKeyId} is not held` }
      : { kind: 'fact', fact }
  }

/**
 * Ends a hold, and with it what the hold was about. Where that is a key which somebody switched on
 * again, its saga ends here: its owner is warned anew, and it has all of its graces again.
 */
export const release = (
  ports: Pick<Ports, 'clock' | 'ledger' | 'organization'>,
  accessKeyId: AccessKeyId,
  request: Request,
): Promise<RecordedByHand> => recordByHand(ports, accessKeyId, decideRelease(request), request.by)
