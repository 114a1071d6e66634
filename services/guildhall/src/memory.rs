//! What the C library's allocator does with memory that is free again.

/// From this size on a block is mapped by itself, and given back to the system when it is freed. It is where glibc begins.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MAPPED_FROM_BYTES: libc::c_int = 128 * 1024;

/// As few heaps as there are processors, and no fewer than this.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const FEWEST_HEAPS: usize = 2;

/// Has glibc keep little of what is free.
///
/// - Hashing a password takes tens of megabytes for a moment. Left alone, glibc raises its bound for mapping blocks to the first
///   such block that is freed; the next ones then come from its heaps, which stay as large for as long as the process lives.
/// - Left alone, it makes eight heaps for each processor, and each keeps what its busiest moment took. There are many threads, one for
///   each connection to SQLite among them, but no more run at once than there are processors.
#[allow(unsafe_code, reason = "glibc has no other way to be told than its own call")]
pub fn keep_little() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let processors = std::thread::available_parallelism().map_or(FEWEST_HEAPS, usize::from);
        let heaps = libc::c_int::try_from(processors.max(FEWEST_HEAPS)).unwrap_or(libc::c_int::MAX);
        // SAFETY: takes two numbers and is called before the process has a second thread. An unknown parameter changes nothing.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
            libc::mallopt(libc::M_ARENA_MAX, heaps);
        }
    }
}
