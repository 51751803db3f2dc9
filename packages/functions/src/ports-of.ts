import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, readSecret } from '@keynag/aws'
import { createMessenger } from '@keynag/channels'
import { epochMs, type Clock, type Organization } from '@keynag/core'
import type { Environment } from './environment.ts'
import { ledgerItemUnreadable, type Ports } from '@keynag/engine'
import { createTelemetry } from './telemetry.ts'

const systemClock: Clock = {
  now: () => epochMs(Date.now()),
  sleep: (ms) => sleep(ms),
}

/** The ports of deployed functions and of workers. */
export async function portsOf(
  environment: Environment,
  organization: Organization,
): Promise<Ports> {
  const region = environment.AWS_REGION
  const telemetry = createTelemetry(`keynag-${environment.KEYNAG_STAGE}`)
  const secretName = environment.KEYNAG_SLACK_TOKEN_SECRET
  const readToken = secretName === undefined ? undefined : () => readSecret(region, secretName)
  return {
    ...connect({
      region,
      onUnreadable: ledgerItemUnreadable(telemetry),
      organization,
      clock: systemClock,
      ledgerTable: environment.KEYNAG_LEDGER_TABLE,
      queueUrls: {
        scan: environment.KEYNAG_QUEUE_SCAN,
        notify: environment.KEYNAG_QUEUE_NOTIFY,
        escalate: environment.KEYNAG_QUEUE_ESCALATE,
        rotate: environment.KEYNAG_QUEUE_ROTATE,
      },
      deadLetterUrls: {
        scan: environment.KEYNAG_DEAD_LETTERS_SCAN,
        notify: environment.KEYNAG_DEAD_LETTERS_NOTIFY,
        escalate: environment.KEYNAG_DEAD_LETTERS_ESCALATE,
        rotate: environment.KEYNAG_DEAD_LETTERS_ROTATE,
      },
      nagDelaySeconds: environment.KEYNAG_NAG_DELAY_SECONDS,
    }),
    clock: systemClock,
    ids: { uuid: randomUUID },
    messenger: createMessenger({
      slack:
        readToken === undefined
          ? undefined
          : {
              token: await readToken(),
              renewedToken: readToken,
              now: () => Date.now(),
              sleep: (ms) => sleep(ms),
            },
      email: {
        configurationSet: environment.KEYNAG_MAIL_CONFIGURATION_SET,
        ...organization.mail,
      },
      onBrokenRoute: (route, error) =>
        telemetry.error(error.message, { via: route.via, code: error.code, remedy: error.remedy }),
    }),
    organization,
    telemetry,
    source: `keynag/${environment.KEYNAG_STAGE}`,
  }
}
