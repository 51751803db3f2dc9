import { z } from 'zod'

const response = z
  .object({
    batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
  })
  .nullish()

/**
 * The ids of the messages that failed, as Lambda reads a handler's answer. Nothing, or an empty
 * list, is a complete success; an answer of another form, an empty id, or an id that was not in
 * the batch makes the whole batch fail.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const failedMessages = (answer: unknown, sent: ReadonlySet<string>): ReadonlySet<string> => {
  const parsed = response.safeParse(answer)
  if (!parsed.success) return sent
  const failed = (parsed.data?.batchItemFailures ?? []).map((failure) => failure.itemIdentifier)
  return failed.every((id) => sent.has(id)) ? new Set(failed) : sent
}
