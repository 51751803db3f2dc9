import { nagDelaySeconds, permanent } from '@keynag/core'
import { z } from 'zod'

/** The environment variables of every function. The stacks set them; docs/deploy.md lists them. */
const Environment = z.object({
  AWS_REGION: z.string(),
  KEYNAG_STAGE: z.string(),
  KEYNAG_LEDGER_TABLE: z.string(),
  KEYNAG_QUEUE_SCAN: z.url(),
  KEYNAG_QUEUE_NOTIFY: z.url(),
  KEYNAG_QUEUE_ESCALATE: z.url(),
  KEYNAG_QUEUE_ROTATE: z.url(),
  KEYNAG_DEAD_LETTERS_SCAN: z.url(),
  KEYNAG_DEAD_LETTERS_NOTIFY: z.url(),
  KEYNAG_DEAD_LETTERS_ESCALATE: z.url(),
  KEYNAG_DEAD_LETTERS_ROTATE: z.url(),
  /** Name of the Secrets Manager secret that holds the Slack bot token; without it, mail only. */
  KEYNAG_SLACK_TOKEN_SECRET: z.string().optional(),
  /** By which SES tells of bounces and complaints, unless the settings name another. */
  KEYNAG_MAIL_CONFIGURATION_SET: z.string().optional(),
  /** Seconds that a nag waits, so that scans of other accounts can find more keys of the same owner. */
  KEYNAG_NAG_DELAY_SECONDS: z.coerce.number().int().min(0).max(900).default(nagDelaySeconds),
})
export type Environment = z.infer<typeof Environment>

/** Never repeats the value, which may be a secret. */
const wrongValue = ({ path: [name] }: z.core.$ZodIssue): string =>
  name === 'KEYNAG_NAG_DELAY_SECONDS' ? 'must be 0 to 900 seconds' : 'must be a URL'

/** @throws KeynagError `KEYNAG_ENVIRONMENT_INVALID` naming each variable that is wrong. */
export function parseEnvironment(variables: Readonly<Record<string, unknown>>): Environment {
  const result = Environment.safeParse(variables, { reportInput: true })
  if (result.success) return result.data
  const wrong = result.error.issues.map((issue) => {
    const name = issue.path.join('.')
    return issue.input === undefined ? `${name} is not set` : `${name} ${wrongValue(issue)}`
  })
  throw permanent(
    'KEYNAG_ENVIRONMENT_INVALID',
    `the environment is not complete: ${wrong.join('; ')}`,
  )
}
