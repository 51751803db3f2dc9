/** `npx pnpm stacks:graph [--stage production] [--json] [--write]` */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { makePlatform } from '../make-platform.ts'
import { startEvaluators } from './evaluators.ts'
import { snapshotFile, snapshotOf } from './snapshot.ts'

const { values } = parseArgs({
  options: {
    stage: { type: 'string', default: 'production' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

makePlatform()
const evaluators = startEvaluators()
const graph = await evaluators.evaluate({ stage: values.write ? 'production' : values.stage })
evaluators.close()
if (values.write) writeFileSync(snapshotFile, snapshotOf(graph))
else process.stdout.write(values.json ? asJson() : asText())

function asJson(): string {
  const resources = graph.resources.map(({ urn, type, name, parent, inputs }) => ({
    urn,
    type,
    name,
    parent,
    inputs,
  }))
  return `${JSON.stringify(resources, null, 2)}\n`
}

function asText(): string {
  const one = ({ type, name, inputs }: (typeof graph.resources)[number]): string =>
    `${type} ${name}\n${JSON.stringify(inputs, null, 2).replaceAll(/^/gm, '  ')}\n`
  return graph.resources.map(one).join('\n')
}
