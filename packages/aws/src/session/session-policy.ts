/** An inline session policy: what a session may do at most, whatever its role may. */
export const sessionPolicy = (
  actions: readonly string[],
  resource: string,
  more: readonly object[] = [],
): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }, ...more],
  })
