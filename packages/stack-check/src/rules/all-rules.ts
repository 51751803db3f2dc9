import { alarmRules } from './alarm-rules.ts'
import { dataRules } from './data-rules.ts'
import { functionRules } from './function-rules.ts'
import { memberRules } from './member-rules.ts'
import { permissionRules } from './permission-rules.ts'
import { queueRules } from './queue-rules.ts'
import { scheduleRules } from './schedule-rules.ts'
import type { Rule } from './rule.ts'

/** The rules that every stage must satisfy. */
export const rules = {
  ...alarmRules,
  ...dataRules,
  ...functionRules,
  ...memberRules,
  ...permissionRules,
  ...queueRules,
  ...scheduleRules,
} satisfies Record<string, Rule>
export type RuleName = keyof typeof rules
