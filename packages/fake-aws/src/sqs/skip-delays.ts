import { z } from 'zod'

const delayed = z.looseObject({ DelaySeconds: z.number().optional() })
const batch = z.looseObject({ Entries: z.array(z.unknown()) })

/**
 * Removes the delays from a SendMessage or SendMessageBatch request, in place. Delays run in real
 * time, and a test with a virtual clock should not wait fifteen real minutes.
 */
export const skipDelays = (body: unknown): void => {
  const entries = batch.safeParse(body).data?.Entries ?? [body]
  for (const entry of entries) {
    if (typeof entry === 'object' && entry !== null && delayed.safeParse(entry).success) {
      Reflect.set(entry, 'DelaySeconds', 0)
    }
  }
}
