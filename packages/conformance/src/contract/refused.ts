import { expect } from 'vitest'
import { z } from 'zod'

const Failure = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
})

/**
 * That a call is refused by this error code, which the SDK writes with `Exception` or without, and
 * by this HTTP status, if one is documented. SQS's codes had a prefix in its old protocol, which some still send.
 */
export const refused = async (call: Promise<unknown>, code: string, status?: number) => {
  const seen = await call.then(
    () => 'it was done',
    (error: unknown) => {
      const { name, message, $metadata } = Failure.parse(error)
      return `${name.replace(/^AWS\.SimpleQueueService\./, '')} ${$metadata?.httpStatusCode}: ${message}`
    },
  )
  expect(seen).toMatch(new RegExp(`^${code}(?:Exception)? ${status ?? '4\\d\\d'}: `))
}
