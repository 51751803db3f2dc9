import type { StageQueue } from '@keynag/core'

/** What a stage's resources are called, so that operators can name the stage alone. */
export function resourceNames(stage: string) {
  const prefix = `keynag-${stage}`
  return {
    ledgerTable: `${prefix}-ledger`,
    missedRuns: `${prefix}-missed-runs`,
    configurationSet: prefix,
    /** Of a function, so that member accounts can trust it by a name that stays. */
    role: (functionName: string): string => `${prefix}-${functionName}`,
    ...queueNamesOf(prefix),
  }
}

/** Queues and their dead-letter queues under a common prefix. */
export const queueNamesOf = (prefix: string) => ({
  queue: (name: StageQueue): string => `${prefix}-${name}`,
  deadLetters: (name: StageQueue): string => `${prefix}-${name}-dead-letters`,
})
