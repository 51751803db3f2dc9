import { secretMark } from '../estate.ts'
import type { CheckedRun } from './checked-run.ts'

/** I2: no text that keynag writes contains a secret. The model marks its secrets. */
export function checkNoSecret({ checks }: CheckedRun, where: string, text: string): void {
  if (text.includes(secretMark)) checks.violated('I2', `${where} contains a secret`)
}
