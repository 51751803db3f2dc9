/**
 * A process that evaluates one stage after the other for its parent. It ends after a failure, because
 * Pulumi may then still wait for something.
 */
import { evaluate } from './evaluate.ts'
import { stopBundling } from './bundle.ts'
import { Request } from './request.ts'

const fail = (error: unknown): never => {
  stopBundling()
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(1)
}
process.on('unhandledRejection', fail)
process.on('uncaughtException', fail)
process.on('disconnect', () => process.exit(0))

async function answer(message: unknown): Promise<void> {
  // Pulumi waits for ever for an output that never resolves.
  const watchdog = setTimeout(
    () => fail(new Error('the stacks were not evaluated within a minute')),
    60_000,
  )
  const graph = await evaluate(Request.parse(message))
  clearTimeout(watchdog)
  process.send?.({ graph })
}
process.on('message', (message) => void answer(message))
