import { slackToken } from '../graph/graph.ts'
import * as alarm from './alarm-rules.ts'
import * as data from './data-rules.ts'
import * as fn from './function-rules.ts'
import * as member from './member-rules.ts'
import * as permission from './permission-rules.ts'
import * as queue from './queue-rules.ts'
import type { Rule } from './rule.ts'
import * as schedule from './schedule-rules.ts'

const { secretsAreKeptInSecretsManager, ...functionRules } = fn

/** Everything that must be true of every stage. */
export const rules = {
  ...queue,
  ...permission,
  ...functionRules,
  secretsAreKeptInSecretsManager: secretsAreKeptInSecretsManager(slackToken),
  ...data,
  ...schedule,
  ...alarm,
  ...member,
} satisfies Record<string, Rule>
export type RuleName = keyof typeof rules
