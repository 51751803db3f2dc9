import type { Command } from 'commander'
import type { CommandContext } from '../../shell/shell.ts'
import { runWorker } from './run-worker.ts'

const examples = `
Examples
  npx pnpm keynag worker --stage production
  npx pnpm keynag worker --stage production --no-schedules     a second worker, for more messages
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 npx pnpm keynag worker --stage local

Without --stage it reads the functions' own environment variables; docs/worker.md lists them.
After SIGTERM or Ctrl-C it takes no more messages, finishes those that it has begun, and ends with 0. It
ends with 1 when a message was not finished within --stop-within, after SIGHUP, and when nobody reads its
standard output any more.`

export const addWorker = (program: Command, context: CommandContext): void => {
  program
    .command('worker')
    .description('Runs all of keynag in this process: planner, sweeper, digest and every consumer.')
    .option('--stage <name>', 'use the queues and the table of this stage')
    .option('--region <region>', 'the AWS Region that the stage is in')
    .option('--config <file>', "the file with the organisation's settings", 'keynag.config.ts')
    .option(
      '--no-schedules',
      'only consume messages; another worker or EventBridge runs the schedules',
    )
    .option('--health-port <port>', 'report health on this port; 0 takes a free port')
    .option(
      '--health-host <address>',
      'report health on this address; 0.0.0.0 for all of the machine (default: 127.0.0.1)',
    )
    .option(
      '--stop-within <seconds>',
      'when stopping, wait this long for messages in hand (default: 8)',
    )
    .option(
      '--listen <seconds>',
      'wait this long for a message of an empty queue, 1 to 20 (default: 5)',
    )
    .addHelpText('after', examples)
    .action((raw: unknown) => runWorker(raw, context))
}
