//! A file that several processes count in at once, as words of 64 bits.

#![expect(
    unsafe_code,
    reason = "mapping a file is the only way to count in nanoseconds and to lose nothing when killed"
)]

use std::{
    fs::File,
    io,
    os::fd::AsFd,
    ptr::{self, NonNull},
    slice,
    sync::atomic::AtomicU64,
};

use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// A file mapped whole and shared. Every access is an atomic one, whichever process makes it.
#[derive(Debug)]
pub(crate) struct Map {
    start: NonNull<AtomicU64>,
    length_bytes: usize,
}

impl Map {
    /// Maps a file of this many bytes, a multiple of eight.
    ///
    /// # Errors
    /// When the file has another length, or its file system cannot map it.
    pub(crate) fn of(file: &File, length_bytes: usize) -> io::Result<Self> {
        if file.metadata()?.len() != length_bytes as u64 || length_bytes == 0 || !length_bytes.is_multiple_of(8) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let (access, flags) = (ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED);
        // SAFETY: the address is the kernel's to choose, so nothing that exists is overlaid.
        let start = unsafe { mmap(ptr::null_mut(), length_bytes, access, flags, file.as_fd(), 0) }?;
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { start, length_bytes })
    }

    /// The file's words.
    #[inline]
    pub(crate) fn words(&self) -> &[AtomicU64] {
        // SAFETY: the mapping begins at a page, spans `length_bytes`, lives as long as `self`, and is only ever accessed
        // as atomic words. Nobody makes the file shorter: it is allocated to its full length before it gets its name, and
        // from then on only renamed and unlinked.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.length_bytes / 8) }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        // SAFETY: `of` made exactly this mapping, and `words` cannot be borrowed any more.
        let _ = unsafe { munmap(self.start.as_ptr().cast(), self.length_bytes) };
    }
}

// SAFETY: all that can be reached through it are atomic words.
unsafe impl Send for Map {}
// SAFETY: as above.
unsafe impl Sync for Map {}
