import { expect } from 'vitest'
import { z } from 'zod'

const Failure = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
})

/**
 * Expects that a call is refused with this error code, which the SDK writes with or without
 * `Exception`, and with this HTTP status if one is documented. In its old protocol SQS's codes had a
 * prefix, which some implementations still send.
 */
export const refused = async (call: Promise<unknown>, code: string, status?: number) => {
  const outcome = await call.then(
    () => 'the call succeeded',
    (error: unknown) => {
      const { name, message, $metadata } = Failure.parse(error)
      return `${name.replace(/^AWS\.SimpleQueueService\./, '')} ${$metadata?.httpStatusCode}: ${message}`
    },
  )
  expect(outcome).toMatch(new RegExp(`^${code}(?:Exception)? ${status ?? '4\\d\\d'}: `))
}
