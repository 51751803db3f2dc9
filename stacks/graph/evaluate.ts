/**
 * Evaluates `sst.config.ts` for one stage with SST's real components and no AWS behind them, and
 * writes the graph to standard output. A process for each evaluation: Pulumi's state is global.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import * as pulumi from '../../.sst/platform/node_modules/@pulumi/pulumi/index.js'
import { answerInvoke } from './answers.ts'
import { handlerBuilds, handlersUnbuilt } from './build-handlers.ts'
import { bundleProgram, stopBundling } from './bundle.ts'
import { created } from './created.ts'
import { Edit } from './edit.ts'
import { plainInputs } from './plain-inputs.ts'
import { platform, root } from './places.ts'
import { recordResources } from './record.ts'
import type { Graph } from './resource.ts'
import { startRpcServer } from './rpc-server.ts'

const Request = z.object({
  stage: z.string(),
  edits: z.array(Edit),
  handlers: z.enum(['bundled', 'unbuilt']),
  /** What was set by `sst secret set`. */
  secrets: z.record(z.string(), z.string()),
})

const fail = (error: unknown): never => {
  stopBundling()
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(1)
}
process.on('unhandledRejection', fail)
process.on('uncaughtException', fail)
// Pulumi waits for ever for an output that nobody resolves.
setTimeout(() => fail(new Error('the stacks were not evaluated within a minute')), 60_000).unref()

const { stage, edits, handlers, secrets } = Request.parse(await json(process.stdin))
mkdirSync(join(root, '.cache'), { recursive: true })
const work = mkdtempSync(join(root, '.cache/graph-'))
const programs: string[] = []
process.on('exit', () => {
  for (const path of [work, ...programs]) rmSync(path, { recursive: true, force: true })
})

for (const [name, value] of Object.entries(secrets)) process.env[`SST_SECRET_${name}`] = value

const App = z.object({
  name: z.string(),
  removal: z.string(),
  protect: z.boolean(),
  providers: z.unknown(),
})
const Program = z.object({ default: z.function({ input: [], output: z.unknown() }) })

async function load(
  program: string,
  constants?: Readonly<Record<string, string>>,
): Promise<unknown> {
  const file = join(platform, `graph-${process.pid}-${programs.length}.mjs`)
  programs.push(file)
  await bundleProgram(program, file, { edits, ...(constants === undefined ? {} : { constants }) })
  return Program.parse(await import(pathToFileURL(file).href)).default()
}

const config = "import config from '../../sst.config.ts'\n"
const app = App.parse(
  await load(`${config}export default () => config.app(${JSON.stringify({ stage })})`),
)

const rpc = await startRpcServer({
  'Provider.Aws.Bootstrap': async () => ({ asset: 'sst-asset', state: 'sst-state' }),
  'Runtime.Build': handlers === 'bundled' ? handlerBuilds(work, edits) : handlersUnbuilt(work),
})
Object.assign(process.env, { SST_SERVER: rpc.url })

await pulumi.runtime.setMocks(
  {
    call: ({ token, inputs }) => answerInvoke(token, inputs),
    newResource: ({ type, name, inputs }) => created(type, name, Object(inputs)),
  },
  app.name,
  stage,
)
const resources = recordResources({ [work]: '<work>', [root]: '<root>' })
const outputs = await pulumi.runtime.runInPulumiStack(() =>
  load(`import { run } from './src/auto/run.ts'\n${config}export default () => run(config.run)`, {
    $app: JSON.stringify({ stage, ...app }),
    $dev: 'false',
    $cli: JSON.stringify({
      command: 'diff',
      rpc: rpc.url,
      paths: { home: work, root, work, platform },
      state: { version: {} },
    }),
  }).then(Object),
)
await pulumi.runtime.disconnect()
rpc.close()

const graph: Graph = {
  app: { name: app.name, removal: app.removal, protect: app.protect },
  resources: resources.sort((a, b) => (a.urn < b.urn ? -1 : 1)),
  outputs: plainInputs(await settled(outputs), {}),
}
process.stdout.write(JSON.stringify(graph), () => process.exit(0))

function settled(value: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    pulumi.output({ value }).apply((known) => resolve(known.value))
  })
}
