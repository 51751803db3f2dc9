import { z } from 'zod'

const response = z
  .object({
    batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
  })
  .nullish()

/**
 * The IDs of the messages that failed, by Lambda's rules for a handler's answer. No answer, or an
 * empty list, means that the whole batch succeeded. An answer of another form, an empty ID, or an ID
 * that was not in the batch means that the whole batch failed.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const failedMessages = (answer: unknown, sent: ReadonlySet<string>): ReadonlySet<string> => {
  const parsed = response.safeParse(answer)
  if (!parsed.success) return sent
  const failed = (parsed.data?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier)
  return failed.every((id) => sent.has(id)) ? new Set(failed) : sent
}
