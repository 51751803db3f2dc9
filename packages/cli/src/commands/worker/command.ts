import type { Command } from 'commander'
import type { CommandContext } from '../../shell/shell.ts'
import { runWorker } from './run-worker.ts'

const examples = `
Examples
  npx pnpm keynag worker --stage production
  npx pnpm keynag worker --stage production --no-schedules     a second one, for more messages
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 npx pnpm keynag worker --stage local

Without --stage it reads the functions' own environment variables; docs/worker.md lists them.
SIGTERM and Ctrl-C end it with 0: what is begun is finished, what is not goes back to its queue.`

export const addWorker = (program: Command, context: CommandContext): void => {
  program
    .command('worker')
    .description('Runs planner, sweeper, digest and all consumers in this process.')
    .option('--stage <name>', 'a stage whose queues and table are called after it')
    .option('--region <region>', 'the AWS Region of the stage')
    .option('--config <file>', "the organisation's settings", 'keynag.config.ts')
    .option('--no-schedules', 'only consume: another worker, or EventBridge, keeps the schedules')
    .option('--health-port <port>', 'answer on 127.0.0.1 how the worker is; 0 takes a free port')
    .option('--stop-within <seconds>', 'how long what is begun may take to finish (default: 25)')
    .option('--listen <seconds>', 'how long an empty queue is listened to, 1 to 20 (default: 10)')
    .addHelpText('after', examples)
    .action((raw: unknown) => runWorker(raw, context))
}
