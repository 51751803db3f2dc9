/**
 * Reads all pages of a list by its `NextToken`. A short or empty page may have a successor: only a
 * missing token ends the list.
 */
export async function* everyPage<P extends { NextToken?: string | undefined }>(
  read: (token: string | undefined) => Promise<P>,
): AsyncGenerator<P> {
  let token: string | undefined
  do {
    const page = await read(token)
    yield page
    token = page.NextToken
  } while (token !== undefined && token !== '')
}

/** The same for IAM's lists, which page by `Marker`. */
export const everyMarkedPage = <P extends { Marker?: string | undefined }>(
  read: (marker: string | undefined) => Promise<P>,
): AsyncGenerator<P & { NextToken: string | undefined }> =>
  everyPage(async (token) => {
    const page = await read(token)
    return { ...page, NextToken: page.Marker }
  })
