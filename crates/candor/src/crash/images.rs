//! The program and the libraries that addresses lie in, and which build of them it is.

use candor_wire::sentry::Image;

/// What is in the process's memory, the program first.
#[derive(Debug, Default)]
pub(super) struct Images {
    loaded: Vec<Loaded>,
}

/// A program or a library in memory.
#[derive(Debug)]
struct Loaded {
    /// The path of its file; empty for the program itself.
    file: String,
    start: u64,
    end: u64,
    build_id: Vec<u8>,
}

impl Images {
    /// The number of the image that an address lies in; the program's is 0.
    pub(super) fn of(&self, address: u64) -> Option<usize> {
        self.loaded.iter().position(|image| (image.start..image.end).contains(&address))
    }

    /// The address as if the image of this number had been loaded to a place that follows from its number: where it
    /// really lay is drawn at random for every run, and would link the reports of one.
    pub(super) fn settled(&self, number: usize, address: u64) -> Option<u64> {
        self.loaded.get(number).map(|image| place(number) + (address - image.start))
    }

    /// The image of this number, for a report; the program is called `application` whatever its file is called.
    pub(super) fn image(&self, number: usize, application: &str) -> Option<Image> {
        let loaded = self.loaded.get(number)?;
        let is_known = !loaded.build_id.is_empty();
        Some(Image {
            format: "elf".to_owned(),
            code_id: is_known.then(|| hex(&loaded.build_id)),
            debug_id: is_known.then(|| debug_id(&loaded.build_id)),
            image_addr: Some(place(number)),
            image_size: Some(loaded.end - loaded.start),
            code_file: Some(if number == 0 { application.to_owned() } else { loaded.file.clone() }),
        })
    }
}

/// Four gigabytes for each image, as none is larger.
fn place(number: usize) -> u64 {
    (number as u64 + 1) << 32
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first 16 bytes of a build id as a UUID, whose first three groups debug files have the other way round.
fn debug_id(build_id: &[u8]) -> String {
    let mut id = [0; 16];
    let length = build_id.len().min(16);
    id[..length].copy_from_slice(&build_id[..length]);
    id[..4].reverse();
    id[4..6].reverse();
    id[6..8].reverse();
    [&id[..4], &id[4..6], &id[6..8], &id[8..10], &id[10..]].map(hex).join("-")
}

/// The build id among the notes of a program: words of 4 bytes for the lengths of name and content and for the kind, then
/// both, each filled up to whole words.
fn build_id(mut notes: &[u8]) -> Option<Vec<u8>> {
    const KIND: u32 = 3;
    let word = |notes: &[u8], at: usize| Some(u32::from_ne_bytes(notes.get(at..at + 4)?.try_into().ok()?));
    loop {
        let (name, content, kind) = (word(notes, 0)? as usize, word(notes, 4)? as usize, word(notes, 8)?);
        let start = 12 + name.checked_next_multiple_of(4)?;
        let found = notes.get(start..start.checked_add(content)?)?;
        if kind == KIND && notes.get(12..16) == Some(b"GNU\0") {
            return Some(found.to_vec());
        }
        notes = notes.get(start + content.checked_next_multiple_of(4)?..)?;
    }
}

#[cfg(target_os = "linux")]
mod loaded {
    #![expect(unsafe_code, reason = "only the loader knows where it put what, and it says so by pointers")]

    use std::{ffi::CStr, ffi::c_void, slice};

    use libc::{PT_LOAD, PT_NOTE, c_int, dl_phdr_info, size_t};

    use super::{Images, Loaded, build_id};

    impl Images {
        /// Asks the loader.
        pub(in super::super) fn loaded() -> Self {
            let mut images = Self::default();
            // SAFETY: the call ends before `images` does, and `add` has the type that it asks for.
            unsafe { libc::dl_iterate_phdr(Some(add), (&raw mut images).cast()) };
            images
        }
    }

    /// Called by the loader for each image.
    ///
    /// # Safety
    /// `info` is what the loader gives, and `images` points to an [`Images`] that nobody else uses meanwhile.
    unsafe extern "C" fn add(info: *mut dl_phdr_info, _size: size_t, images: *mut c_void) -> c_int {
        // SAFETY: as the caller promises.
        let (info, images) = unsafe { (&*info, &mut *images.cast::<Images>()) };
        if info.dlpi_phdr.is_null() {
            return 0;
        }
        // SAFETY: the loader says that there are so many headers.
        let headers = unsafe { slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
        let mut image = Loaded { file: String::new(), start: u64::MAX, end: 0, build_id: Vec::new() };
        for header in headers {
            #[expect(clippy::useless_conversion, reason = "these have 32 bits on some machines")]
            let (start, size) =
                (u64::from(info.dlpi_addr).wrapping_add(header.p_vaddr.into()), u64::from(header.p_memsz));
            match header.p_type {
                PT_LOAD => {
                    image.start = image.start.min(start);
                    image.end = image.end.max(start.saturating_add(size));
                }
                PT_NOTE if image.build_id.is_empty() => {
                    // SAFETY: notes are part of a segment that is mapped for as long as the image is, and nobody unloads
                    // one while the loader is here.
                    let notes = unsafe { slice::from_raw_parts(start as usize as *const u8, size as usize) };
                    image.build_id = build_id(notes).unwrap_or_default();
                }
                _ => {}
            }
        }
        if !info.dlpi_name.is_null() {
            // SAFETY: the loader's names are texts that end with a zero.
            image.file = unsafe { CStr::from_ptr(info.dlpi_name) }.to_string_lossy().into_owned();
        }
        // Not even to say so may a panic leave a function that C calls: nothing above panics.
        if image.start < image.end {
            images.loaded.push(image);
        }
        0
    }
}

#[cfg(not(target_os = "linux"))]
impl Images {
    /// Elsewhere nobody is asked, and reports have no addresses.
    pub(super) fn loaded() -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_id_is_found_behind_other_notes() {
        let note = |name: &[u8], content: &[u8], kind: u32| {
            let words = [name.len() as u32, content.len() as u32, kind].map(u32::to_ne_bytes).concat();
            let padded = |bytes: &[u8]| [bytes, &[0; 3][..bytes.len().next_multiple_of(4) - bytes.len()]].concat();
            [words, padded(name), padded(content)].concat()
        };
        let notes = [note(b"GNU\0", &[0; 16], 1), note(b"FDO\0", b"{}", 3), note(b"GNU\0", &[7; 20], 3)].concat();
        assert_eq!(build_id(&notes), Some(vec![7; 20]));
        assert_eq!(build_id(&notes[..40]), None);
        assert_eq!(build_id(&[0xff; 64]), None);
    }

    #[test]
    fn a_build_id_is_spelled_as_debug_files_have_it() {
        let id: Vec<u8> = (1..=20).collect();
        assert_eq!(debug_id(&id), "04030201-0605-0807-090a-0b0c0d0e0f10");
        assert_eq!(debug_id(&id[..8]), "04030201-0605-0807-0000-000000000000");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_address_of_this_program_lies_in_it_at_a_place_that_every_run_shares() {
        let images = Images::loaded();
        let address = an_address_of_this_program_lies_in_it_at_a_place_that_every_run_shares as fn() as usize as u64;
        assert_eq!(images.of(address), Some(0));
        let settled = images.settled(0, address).expect("it lies in it");
        let image = images.image(0, "tool").expect("the program");
        assert_eq!(settled - (1 << 32), address - images.loaded[0].start);
        assert_eq!((image.image_addr, image.code_file.as_deref()), (Some(1 << 32), Some("tool")));
        assert_eq!(image.debug_id.map(|id| id.len()), Some(36));
    }
}
