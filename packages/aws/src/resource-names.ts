import type { QueueName } from '@keynag/core'

/** What a stage's resources are called, so that operators can name the stage alone. */
export function resourceNames(stage: string) {
  const prefix = `keynag-${stage}`
  return { ledgerTable: `${prefix}-ledger`, ...queueNamesOf(prefix) }
}

/** Queues and their dead-letter queues under a common prefix. */
export const queueNamesOf = (prefix: string) => ({
  queue: (name: QueueName): string => `${prefix}-${name}`,
  deadLetters: (name: QueueName): string => `${prefix}-${name}-dead-letters`,
})
