import { recoveryRules, type RecoveryRule } from '@keynag/core'
import type { Telemetry } from '@keynag/engine'
import type { Invocation } from '../invocation.ts'
import type { PortsRun } from './ports-run.ts'

/** Reads what a function logs: no secret may stand in it, and it names the rule of recovery. */
export function telemetryOf(simulation: PortsRun, invocation: Invocation): Telemetry {
  const write = (sentence: string, fields?: Readonly<Record<string, unknown>>): void => {
    simulation.checks.wrote('a log line', sentence)
    const rule = fields?.recovery
    if (isRecoveryRule(rule)) simulation.recoveries.add(rule)
  }
  return {
    info: write,
    warn: write,
    error: (sentence, fields) => {
      write(sentence, fields)
      if (fields !== undefined && 'error' in fields) reportBug(simulation, invocation, fields.error)
    },
    count: () => undefined,
  }
}

/** Functions throw only errors of keynag's own; any other error is a bug, and a violation. */
export function reportBug(simulation: PortsRun, { name }: Invocation, error: unknown): void {
  const sentence = error instanceof Error ? (error.stack ?? error.message) : String(error)
  simulation.checks.violated('bug', `${name}: ${sentence}`)
}

const isRecoveryRule = (rule: unknown): rule is RecoveryRule =>
  typeof rule === 'string' && Object.hasOwn(recoveryRules, rule)
