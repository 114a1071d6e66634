//! What the C library's allocator does with memory that is free again.

/// From this size on a block is mapped by itself, and given back to the system when it is freed. It is where glibc begins.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MAPPED_FROM_BYTES: libc::c_int = 128 * 1024;

/// Hashing a password takes tens of megabytes for a moment. Left alone, glibc raises its bound for mapping blocks to the first
/// such block that is freed; the next ones then come from its heaps, which stay as large for as long as the process lives.
#[allow(unsafe_code, reason = "glibc has no other way to be told than its own call")]
pub fn give_back_large_blocks() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: takes two numbers and is called before the process has a second thread. An unknown parameter changes nothing.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
    }
}
