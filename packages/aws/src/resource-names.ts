import type { StageQueue } from '@keynag/core'

/** The names of a stage's resources, so that operators need to name only the stage. */
export function resourceNames(stage: string) {
  const prefix = `keynag-${stage}`
  return {
    ledgerTable: `${prefix}-ledger`,
    missedRuns: `${prefix}-missed-runs`,
    configurationSet: prefix,
    /** The role of a function. The name never changes, so member accounts can trust it. */
    role: (functionName: string): string => `${prefix}-${functionName}`,
    ...queueNamesOf(prefix),
  }
}

/** The names of queues and dead-letter queues with a common prefix. */
export const queueNamesOf = (prefix: string) => ({
  queue: (name: StageQueue): string => `${prefix}-${name}`,
  deadLetters: (name: StageQueue): string => `${prefix}-${name}-dead-letters`,
})
