import { hash } from 'node:crypto'
import type { Clock } from '../loopback/index.ts'
import { idempotentParameterMismatch } from './failure.ts'

/**
 * How long a client token is remembered.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const tokenLifeMs = 10 * 60 * 1000

type Remembered = { requestHash: string; answer: Promise<object>; until: number }

/**
 * A transaction that is sent again with the same `ClientRequestToken` within ten minutes gets the
 * first answer again and changes nothing. A cancelled transaction does not use up its token.
 */
export const clientTokens = (clock: Clock) => {
  const remembered = new Map<string, Remembered>()

  const forgetExpired = () => {
    for (const [token, { until }] of remembered) {
      if (until > clock.now()) return
      remembered.delete(token)
    }
  }

  return {
    /** @throws {DynamoDbFailure} IdempotentParameterMismatchException */
    once: (token: string, request: string, work: () => Promise<object>): Promise<object> => {
      forgetExpired()
      const requestHash = hash('sha256', request, 'base64')
      const earlier = remembered.get(token)
      if (earlier) {
        return earlier.requestHash === requestHash
          ? earlier.answer
          : Promise.reject(idempotentParameterMismatch())
      }
      const answer = work()
      remembered.set(token, { requestHash, answer, until: clock.now() + tokenLifeMs })
      answer.catch(() => remembered.delete(token))
      return answer
    },
  }
}
