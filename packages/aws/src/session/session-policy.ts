/** An inline session policy: the most that a session may do, whatever its role allows. */
export const sessionPolicy = (
  actions: readonly string[],
  resource: string,
  more: readonly object[] = [],
): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }, ...more],
  })
