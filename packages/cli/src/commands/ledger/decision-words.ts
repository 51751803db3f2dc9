import type { Decision, EnforcementStep } from '@keynag/core'
import { minuteOf } from './times.ts'

/** What keynag does next by itself, and the rule that says so. */
export function decisionInWords(decision: Decision): { what: string; rule: string } {
  switch (decision.kind) {
    case 'wait':
      return {
        what:
          decision.until === undefined
            ? 'nothing by itself'
            : `nothing before ${minuteOf(decision.until)}`,
        rule: decision.rule,
      }
    case 'nag':
      return { what: 'a reminder, at the next sweep', rule: decision.rule }
    case 'escalate':
      return { what: `tell ${decision.rung.to}, at the next sweep`, rule: decision.rule }
    case 'enforce':
      return { what: `${stepInWords[decision.step]}, at the next sweep`, rule: decision.rule }
    case 'hold':
      return { what: `a hold for an operator: ${decision.code}`, rule: decision.why }
    default:
      return decision satisfies never
  }
}

const stepInWords: Readonly<Record<EnforcementStep, string>> = {
  rotate: 'make a replacement',
  deactivate: 'deactivate the key',
  delete: 'delete the key',
  abandon: 'give the rotation up',
  tell: 'tell the owner of the replacement again',
  'retire-secret': "take the replacement's secret out of Secrets Manager",
}
