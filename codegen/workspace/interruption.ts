/**
 * The work to undo when the process is asked to end: a temporary database is not dropped by
 * leaving. Files need nothing here, because each is written whole or not at all.
 */
const undos = new Set<() => Promise<void>>()

/** Runs `undo` when the process is interrupted before the function that it returns was called. */
export function undoWhenInterrupted(undo: () => Promise<void>): () => void {
  undos.add(undo)
  return () => void undos.delete(undo)
}

/** Undoes what is under way; an undo that fails does not keep the others from running. */
export async function interrupt(): Promise<void> {
  const pending = [...undos]
  undos.clear()
  await Promise.allSettled(pending.map((undo) => undo()))
}
