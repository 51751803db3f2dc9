import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as pulumi from '../../../../.sst/platform/node_modules/@pulumi/pulumi/index.js'
import { answerInvoke } from './answers.ts'
import { handlerBuilds, handlersUnbuilt, type BuildHandler } from './build-handlers.ts'
import { created } from './created.ts'
import { plainInputs } from './plain-inputs.ts'
import { platform, root } from './places.ts'
import { runApp, runStacks } from './programs.ts'
import { recordResources } from './record.ts'
import type { Request } from './request.ts'
import type { Graph } from './resource.ts'
import { startRpcServer } from './rpc-server.ts'

// Pulumi records the stack of every promise, which would take half of the time.
Error.stackTraceLimit = 1

mkdirSync(join(root, '.cache'), { recursive: true })
const work = mkdtempSync(join(root, '.cache/graph-'))
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

let buildHandler: BuildHandler = handlersUnbuilt(work)
const rpc = await startRpcServer({
  'Provider.Aws.Bootstrap': async () => ({ asset: 'sst-asset', state: 'sst-state' }),
  'Runtime.Build': (input) => buildHandler(input),
})
process.env['SST_SERVER'] = rpc.url

/**
 * Evaluates `sst.config.ts` for one stage, with SST's real components and without AWS. Evaluations run
 * one after the other, because Pulumi's state is global.
 */
export async function evaluate({ stage, edits, handlers, secrets }: Request): Promise<Graph> {
  buildHandler = handlers === 'bundled' ? handlerBuilds(work, edits) : handlersUnbuilt(work)
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('SST_SECRET_')) delete process.env[name]
  }
  for (const [name, value] of Object.entries(secrets)) process.env[`SST_SECRET_${name}`] = value

  const app = await runApp(stage, edits)
  // This also resets Pulumi's state of the stack before.
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => answerInvoke(token, inputs),
      newResource: ({ type, name, inputs }) => created(type, name, Object(inputs)),
    },
    app.name,
    stage,
  )
  const resources = recordResources({ [work]: '<work>', [root]: '<root>' })
  const constants = {
    $app: JSON.stringify({ stage, ...app }),
    $dev: 'false',
    $cli: JSON.stringify({
      command: 'diff',
      rpc: rpc.url,
      paths: { home: work, root, work, platform },
      state: { version: {} },
    }),
  }
  const outputs = await pulumi.runtime.runInPulumiStack(() =>
    runStacks(constants, edits).then(Object),
  )
  await pulumi.runtime.disconnect()

  return {
    app: { name: app.name, removal: app.removal, protect: app.protect },
    resources: resources.sort((a, b) => (a.urn < b.urn ? -1 : 1)),
    outputs: plainInputs(await settled(outputs), {}),
  }
}

function settled(value: unknown): Promise<unknown> {
  return new Promise((resolve) => {
    pulumi.output({ value }).apply((known) => resolve(known.value))
  })
}
