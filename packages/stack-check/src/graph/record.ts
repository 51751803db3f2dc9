import type { RegisterResourceRequest } from '../../../../.sst/platform/node_modules/@pulumi/pulumi/proto/resource_pb.js'
import * as pulumi from '../../../../.sst/platform/node_modules/@pulumi/pulumi/index.js'
import { plainInputs } from './plain-inputs.ts'
import type { Resource } from './resource.ts'

type Answer = { getUrn(): string } | undefined

/** Records resources while a program runs, because Pulumi's mocks see neither URNs nor options. */
export function recordResources(machinePaths: Readonly<Record<string, string>>): Resource[] {
  const monitor = pulumi.runtime.getMonitor()
  if (monitor === undefined) throw new Error('Pulumi has no monitor: set its mocks first')
  const resources: Resource[] = []
  const register = monitor.registerResource.bind(monitor)
  Object.assign(monitor, {
    registerResource: (
      request: RegisterResourceRequest,
      callback: (error: Error | null, answer: Answer) => void,
    ) =>
      register(request, (error: Error | null, answer: Answer) => {
        if (answer !== undefined) resources.push(resourceOf(request, answer.getUrn(), machinePaths))
        callback(error, answer)
      }),
  })
  return resources
}

const resourceOf = (
  request: RegisterResourceRequest,
  urn: string,
  machinePaths: Readonly<Record<string, string>>,
): Resource => ({
  urn,
  type: request.getType(),
  name: request.getName(),
  parent: request.getParent(),
  inputs: plainInputs(request.getObject()?.toJavaScript(), machinePaths),
  options: {
    retainOnDelete: request.getRetainondelete() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
  },
})
