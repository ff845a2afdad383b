//! Where a collector's memory comes from, and when it is given back.

/// The collector makes and drops many small texts on many threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The number of `mi_option_purge_delay` in mimalloc 3; the crate names those options alone that stay.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;
/// Milliseconds after which memory that nobody has any more is given back. Under the highest load three flushes begin within
/// mimalloc's second; the shorter this is, the longer take queries that want the memory again.
const SOON: std::ffi::c_long = 250;

/// For a process that runs for long beside others. To be called while there is one thread.
pub(crate) fn keep_small() {
    keep_pages_small();
    // SAFETY: the options are plain numbers, and no other thread reads them yet. What `MIMALLOC_PURGE_DELAY` says stays.
    #[expect(unsafe_code, reason = "options of the allocator are a C function")]
    unsafe {
        libmimalloc_sys::mi_option_set_default(PURGE_DELAY, SOON);
    }
}

/// The system would give the allocator memory by 2 MiB, of which it uses little while nothing happens: an idle collector had four
/// times the memory of its own that it has without.
fn keep_pages_small() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "the system decides how large pages of memory are");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_is_the_one_that_is_meant() {
        // SAFETY: reads a plain number, which nobody sets in this process.
        #[expect(unsafe_code, reason = "options of the allocator are a C function")]
        let usual = unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
        assert_eq!(usual, 1000, "no other option has this default");
    }
}
