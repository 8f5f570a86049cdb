import { totalmem } from 'node:os';

const megabyte = 1024 * 1024;

/**
 * Settings for a small machine that also runs our Node process: two cores, little memory. Whatever guards the data
 * (fsync, synchronous_commit, full_page_writes, checksums) keeps its safe default and is not listed.
 */
export function defaultSettings(memory: number = availableMemory()): Record<string, string> {
  const eighth = Math.floor(memory / megabyte / 8);
  const sharedBuffers = Math.min(256, Math.max(32, eighth));
  return {
    // The kernel's cache does the rest; more would double it on a small machine.
    shared_buffers: `${sharedBuffers}MB`,
    effective_cache_size: `${Math.max(sharedBuffers, eighth * 4)}MB`,
    maintenance_work_mem: `${Math.min(128, Math.max(32, eighth))}MB`,
    work_mem: `${Math.min(16, Math.max(4, Math.floor(eighth / 16)))}MB`,
    // A few pools of ten and room for a command beside the server; each connection costs some 5 MB.
    max_connections: '60',
    // One helper per query: the second core is ours or another request's.
    max_parallel_workers_per_gather: '1',
    // Compiling queries costs more than our short queries take (and this build has no LLVM).
    jit: 'off',
    // Readings compress well: less to write at the price of a little processor time.
    wal_compression: 'on',
    // Imports write fast: fewer forced checkpoints, still a recovery of some seconds.
    max_wal_size: '2GB',
    min_wal_size: '128MB',
    // Storage without moving parts is the rule: an index is worth using earlier.
    random_page_cost: '1.1',
    // /dev/shm is 64 MB in containers, and systemd empties it when an ordinary user logs out (RemoveIPC).
    dynamic_shared_memory_type: 'mmap',
    min_dynamic_shared_memory: '16MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    // The log is rotated only at start: keep routine out of it.
    log_checkpoints: 'off',
    // Statements and details quote what people wrote; erasure does not reach a log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
  };
}

/** Memory in bytes that we may use: the machine's, or the container's limit. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** `-c name=value` for each setting. */
export function asArguments(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
