import { hourMs, minuteMs, secondMs } from '@keynag/core'
import { chance, choose } from './chance.ts'
import type { CallFault, FaultPlan, MessageFault, Operation } from './faults.ts'

/** How often a call goes wrong. A run has one rate. */
const rates = [0, 0.01, 0.03, 0.1, 0.25] as const

type Kind = CallFault['kind']
const ofReads: readonly Kind[] = [
  'crash-before',
  'crash-after',
  'lost',
  'throttle',
  'time-out',
  'delay',
  'stale',
  'stale',
  'refused',
]
const ofWrites: readonly Kind[] = [
  'crash-before',
  'crash-after',
  'crash-after',
  'lost',
  'throttle',
  'time-out',
  'delay',
  'refused',
]
const ofWaits: readonly Kind[] = ['crash-before', 'crash-after', 'delay']
const ofScans: readonly Kind[] = [...ofReads, 'denied']

/** Faults that only the seed decides, without the dropped ones, such as `call 12`. */
export function randomFaults(seed: number, dropped: ReadonlySet<string>): FaultPlan {
  const rate = choose(seed, 'rate', 0, rates)
  const messageRate = choose(seed, 'message rate', 0, rates)
  return {
    onCall(index, operation, caller) {
      if (chance(seed, 'call', index) >= rate || dropped.has(`call ${index}`)) return undefined
      return callFault(seed, index, operation, caller.name === 'scan')
    },
    onMessage(index) {
      if (chance(seed, 'message', index) >= messageRate || dropped.has(`message ${index}`)) {
        return undefined
      }
      return messageFault(seed, index)
    },
  }
}

function callFault(seed: number, index: number, { kind }: Operation, scans: boolean): CallFault {
  const kinds = { read: scans ? ofScans : ofReads, write: ofWrites, wait: ofWaits }[kind]
  const chosen = choose(seed, 'kind', index, kinds)
  switch (chosen) {
    case 'time-out':
      return { kind: chosen, effect: choose(seed, 'effect', index, ['now', 'late', 'never']) }
    case 'delay':
      return { kind: chosen, ms: Math.floor(chance(seed, 'ms', index) * 5 * minuteMs) }
    default:
      return { kind: chosen }
  }
}

function messageFault(seed: number, index: number): MessageFault {
  const spans = [secondMs, minuteMs, 20 * minuteMs, 6 * hourMs, 30 * hourMs]
  const span = choose(seed, 'span', index, spans)
  return chance(seed, 'duplicate', index) < 0.5
    ? { kind: 'duplicate', afterMs: span }
    : { kind: 'late', byMs: span }
}
