/** Waits for a promise at most `milliseconds`, and goes on without its result then. */
export async function withDeadline(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  try {
    await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}
